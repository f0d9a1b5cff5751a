import path from 'node:path';
import { isExecutable } from '../core/node/is-executable.ts';

/** PATH as it is outside npm scripts: without the development tools' own folders. */
export function machinePath(): string {
  const own = path.join('node_modules', '.bin');
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return folders
    .filter((folder) => folder && !folder.includes(own) && !folder.includes('node-gyp-bin'))
    .join(path.delimiter);
}

/** The `node` a user of this machine would start; the one we run on when there is no other. */
export function machineNode(): string {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const found = machinePath()
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .find(isExecutable);
  return found ?? process.execPath;
}
