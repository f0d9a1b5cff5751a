import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, openSync, realpathSync } from 'node:fs';
import { sep } from 'node:path';
import type { Refusal } from './tail-issue.ts';

/**
 * A link is not followed, a FIFO does not wait for its writer, a terminal does not become ours. Windows has none of the
 * three.
 */
const FLAGS =
  constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/** Device and inode number as text: they do not fit into a number everywhere, and JSON has no others. */
export interface FileIdentity {
  readonly dev: string;
  readonly ino: string;
}

export interface OpenFile extends FileIdentity {
  readonly fd: number;
}

/** What stands at a path, links not followed; undefined when nothing does. */
export function lookAt(path: string): FileIdentity | Refusal | undefined {
  try {
    const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    return stat && (refuse(stat) ?? identityOf(stat));
  } catch (error) {
    return isAbsence(error) ? undefined : unreadable(error);
  }
}

/**
 * Opens a regular file for reading, never blocking; undefined when there is none. With `root`, a file that is really
 * somewhere else, because a folder on the way to it is a link, is refused.
 */
export function openRegularFile(path: string, root?: string): OpenFile | Refusal | undefined {
  // A device may act on being opened: look first.
  const found = lookAt(path);
  if (!found || isRefusal(found)) return found;
  let fd: number;
  try {
    fd = openSync(path, FLAGS);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    return codeOf(error) === 'ELOOP' ? LINK : unreadable(error);
  }
  const opened = checkOpen(fd, path, root);
  if (!opened || isRefusal(opened)) closeSync(fd);
  return opened;
}

export function isRefusal(value: FileIdentity | Refusal): value is Refusal {
  return 'kind' in value;
}

/** Whether both are one file (device and inode), whatever it is called by now. */
export function sameFile(a: FileIdentity, b: FileIdentity): boolean {
  return a.dev === b.dev && a.ino === b.ino;
}

/** The system's refusal, by its error code. */
export function unreadable(error: unknown): Refusal {
  const code = codeOf(error) ?? 'unknown error';
  return { kind: 'unreadable', code, reason: `the system says ${code}` };
}

const LINK: Refusal = { kind: 'symlink', reason: 'it is a symbolic link' };

function checkOpen(fd: number, path: string, root: string | undefined): OpenFile | Refusal | undefined {
  try {
    const stat = fstatSync(fd, { bigint: true });
    const refusal = refuse(stat);
    if (refusal) return refusal;
    const identity = identityOf(stat);
    if (root !== undefined && !isInside(path, root, identity)) {
      return { kind: 'outside-store', reason: `a link on the way leads out of ${root}` };
    }
    return { fd, ...identity };
  } catch (error) {
    return isAbsence(error) ? undefined : unreadable(error);
  }
}

/** The real path must lie under the real root, and be that of the file that was opened. */
function isInside(path: string, root: string, identity: FileIdentity): boolean {
  const real = realpathSync.native(path);
  if (!real.startsWith(realpathSync.native(root) + sep)) return false;
  return sameFile(identityOf(lstatSync(real, { bigint: true })), identity);
}

function refuse(stat: BigIntStats): Refusal | undefined {
  if (stat.isFile()) return undefined;
  if (stat.isSymbolicLink()) return LINK;
  const what = stat.isDirectory() ? 'a folder' : stat.isFIFO() ? 'a FIFO' : stat.isSocket() ? 'a socket' : 'a device';
  return { kind: 'not-a-file', reason: `it is ${what}` };
}

function identityOf(stat: BigIntStats): FileIdentity {
  return { dev: String(stat.dev), ino: String(stat.ino) };
}

function isAbsence(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
