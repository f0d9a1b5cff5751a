import { chmodSync, lstatSync, mkdirSync, type Stats, statSync } from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import { errorText } from '../common/error-text.ts';
import { AgentTraceError } from './agent-trace-error.ts';

/** How a folder is spoken of when it is refused. */
export interface FolderName {
  /** `runtime folder` */
  readonly what: string;
  /** What the user can do about it; the end of a sentence. */
  readonly remedy: string;
}

/**
 * Makes sure that nobody but this user can put anything into a folder: creates it with mode 0700, and takes access away
 * from others when they have it. Throws AgentTraceError `refused` when it is a symbolic link, belongs to another user,
 * stays open to others, or lies in a folder where another user could replace it. On Windows the folder's own
 * permissions (the profile's) have to do.
 */
export function ownFolder(dir: string, name: FolderName): void {
  const refuse: Refuse = (why) => {
    throw new AgentTraceError('refused', `the ${name.what} ${dir} ${why}; ${name.remedy}`);
  };
  if (!isAbsolute(dir)) refuse('is not an absolute path');
  const stat = statOrCreate(dir, refuse);
  if (stat.isSymbolicLink()) refuse('is a symbolic link');
  if (!stat.isDirectory()) refuse('is not a folder');
  const uid = process.getuid?.();
  if (uid === undefined) return;
  if (stat.uid !== uid) refuse('belongs to another user');
  if ((stat.mode & 0o077) !== 0 && !closeToOthers(dir)) refuse('is open to other users and cannot be closed');
  if (replaceable(statSync(dirname(dir)), uid)) refuse('lies in a folder where other users can replace it');
}

type Refuse = (why: string) => never;

function statOrCreate(dir: string, refuse: Refuse): Stats {
  try {
    const found = lstatSync(dir, { throwIfNoEntry: false });
    if (found) return found;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    return lstatSync(dir);
  } catch (error) {
    return refuse(`cannot be made (${errorText(error)})`);
  }
}

function closeToOthers(dir: string): boolean {
  try {
    chmodSync(dir, 0o700);
  } catch {
    return false;
  }
  return (lstatSync(dir).mode & 0o077) === 0;
}

/** Who may write to a folder may rename what is in it, unless the sticky bit forbids it. */
function replaceable(parent: Stats, uid: number): boolean {
  const othersMayWrite = (parent.mode & 0o022) !== 0 && (parent.mode & 0o1000) === 0;
  return othersMayWrite || (parent.uid !== uid && parent.uid !== 0);
}
