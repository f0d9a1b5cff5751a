import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first `node` on PATH that is not the development tools' own. */
export function machineNode(): string {
  const found = machinePath()
    .split(delimiter)
    .map((folder) => join(folder, 'node'))
    .find(isExecutable);
  return found ?? process.execPath;
}

/** PATH as it is outside npm scripts. */
export function machinePath(): string {
  const inside = join('node_modules', '.bin');
  const outside = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes(inside));
  // npm also puts its own `node-gyp-bin` in front.
  return outside.filter((folder) => folder !== '' && !folder.includes('node-gyp-bin')).join(delimiter);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
