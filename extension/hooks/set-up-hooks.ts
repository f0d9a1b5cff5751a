import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import * as vscode from 'vscode';
import { sanitize } from '../../core/common/view/sanitize.ts';
import type { BundledCli } from '../bundled-cli.ts';
import { pickAgents, pickAgentsWithHooks } from './pick-agents.ts';
import { listAgents, runSetup, type SetupFailure, type SetupResult } from './run-setup.ts';
import { changeLines, failureText, removedText, setUpText } from './setup-texts.ts';

export interface HookSetUpOptions {
  readonly cli: BundledCli;
  readonly log: vscode.LogOutputChannel;
}

/** Where agents find hooks. */
interface Place {
  /** As people call it. */
  readonly name: string;
  readonly cwd: string;
  readonly options: readonly string[];
}

/** What one of the two commands does. */
interface Change {
  readonly title: string;
  readonly options: readonly string[];
  readonly pick: typeof pickAgents;
  readonly text: (results: readonly SetupResult[], name: (file: string) => string) => string;
}

const SET_UP: Change = { title: 'Set Up Hooks', options: ['--launcher'], pick: pickAgents, text: setUpText };
const REMOVE: Change = { title: 'Remove Hooks', options: ['--remove'], pick: pickAgentsWithHooks, text: removedText };

/** The commands `agentTrace.setUpHooks` and `agentTrace.removeHooks`: agents call the recorder, or no longer. */
export function registerSetUpHooks(options: HookSetUpOptions): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand('agentTrace.setUpHooks', async () => {
      if (await change(SET_UP, options)) {
        void vscode.commands.executeCommand('setContext', 'agentTrace.hooksSetUp', true);
      }
    }),
    vscode.commands.registerCommand('agentTrace.removeHooks', () => change(REMOVE, options)),
  );
}

/** Asks for the place and the agents and runs the command line there. False when nothing was done, which the user has been told. */
async function change({ title, options, pick, text }: Change, { cli, log }: HookSetUpOptions): Promise<boolean> {
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showWarningMessage(
      'Agent Trace: the workspace is not trusted, so no hooks are changed from it.',
    );
    return false;
  }
  const place = await pickPlace(title);
  if (!place) return false;
  const listed = await listAgents(cli, place.options, place.cwd);
  if ('failure' in listed) return fail(listed, log);
  const agents = await pick(title, listed, shortPath);
  if (!agents) return false;
  if (agents.length === 0) {
    void vscode.window.showInformationMessage(`Agent Trace: there are no hooks of Agent Trace in ${place.name}.`);
    return false;
  }
  const progress = { location: vscode.ProgressLocation.Window, title: `Agent Trace: ${title}` };
  const run = () => runSetup(cli, [...options, '--agent', agents.join(','), ...place.options], place.cwd);
  const outcome = await vscode.window.withProgress(progress, run);
  if ('failure' in outcome) return fail(outcome, log);
  tell(text(outcome, shortPath), outcome, log);
  return true;
}

function fail({ failure }: SetupFailure, log: vscode.LogOutputChannel): false {
  for (const line of failure.split('\n')) log.error(sanitize(line));
  const text = sanitize(failureText(failure));
  void vscode.window.showErrorMessage(`Agent Trace: ${text}`, 'Show Log').then((button) => button && log.show());
  return false;
}

async function pickPlace(title: string): Promise<Place | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const here = folders.map((folder) => ({
    label: folders.length === 1 ? 'This Workspace' : folder.name,
    detail: `What agents do in ${shortPath(folder.uri.fsPath)}. Whoever shares its settings shares the hooks.`,
    place: { name: shortPath(folder.uri.fsPath), cwd: folder.uri.fsPath, options: [] },
  }));
  const everywhere = {
    label: 'All Projects',
    detail: 'What agents of yours do in any folder.',
    place: { name: 'your own settings', cwd: homedir(), options: ['--global'] },
  };
  // The walkthrough takes the focus back when one of its buttons was pressed.
  const options = { title, placeHolder: 'Where?', ignoreFocusOut: true };
  const picked = await vscode.window.showQuickPick([...here, everywhere], options);
  return picked?.place;
}

function tell(text: string, results: readonly SetupResult[], log: vscode.LogOutputChannel): void {
  const warnings = results.flatMap((result) => result.warnings);
  const lines = results.flatMap((result) => [...changeLines(result), ...result.warnings, ...result.notes]);
  for (const line of lines) log.info(sanitize(line));
  const message = sanitize(`Agent Trace: ${[text, ...warnings].join(' ')}`);
  const show = warnings.length > 0 ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  // One goes with its last hook when nothing else was in it.
  const files = results.map(({ file }) => file).filter((file) => existsSync(file));
  const buttons = files.length > 0 ? ['Open Settings', 'Show Log'] : ['Show Log'];
  void show(message, ...buttons).then((button) => {
    if (button === 'Show Log') log.show();
    if (button !== 'Open Settings') return;
    for (const file of files) {
      void vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file), { preview: false });
    }
  });
}

/** As people write it: from the home folder on. */
function shortPath(path: string): string {
  const fromHome = relative(homedir(), path);
  return fromHome === '' || fromHome.startsWith('..') || fromHome === path ? path : join('~', fromHome);
}
