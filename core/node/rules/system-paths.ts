import { homedir } from 'node:os';
import type { PathOptions } from '../../common/rules/matching/file-path.ts';

/** How paths compare on this machine. */
export function systemPaths(): PathOptions {
  return { nocase: process.platform === 'darwin' || process.platform === 'win32', home: homedir() };
}
