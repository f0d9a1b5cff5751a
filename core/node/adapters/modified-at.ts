import { statSync } from 'node:fs';

/** When a file was last written, Unix seconds; 0 for one that is not there. */
export function modifiedAt(path: string): number {
  return (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) / 1000;
}
