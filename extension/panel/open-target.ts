import { stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import * as vscode from 'vscode';
import type { RowTarget } from '../../core/node/sessions/stored-rows.ts';

/**
 * Opens the file that a row is about, at its line. Gives the reason when it cannot. `folder`: what relative paths start
 * from. The path was written by an agent: what is no file is not opened.
 */
export async function openTarget({ path, line }: RowTarget, folder: string): Promise<string | undefined> {
  const file = isAbsolute(path) ? path : resolve(folder, path);
  // Windows would sign in to whatever machine the path names.
  if (/^[\\/]{2}/.test(file)) return 'Files on other machines are not opened from a trace.';
  try {
    if (!(await stat(file)).isFile()) return `${file} is not a file.`;
  } catch {
    return `${file} is not there any more.`;
  }
  const position = line === undefined ? undefined : new vscode.Position(line - 1, 0);
  const options = position ? { selection: new vscode.Range(position, position) } : {};
  // As the editor opens any file: pictures and binaries too.
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file), options);
  return undefined;
}
