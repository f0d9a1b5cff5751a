import { closeSync, constants, lstatSync, mkdirSync, openSync, realpathSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { AgentTraceError } from '../agent-trace-error.ts';
import type { StorePath } from './store-path.ts';

/** A store that is there and is a folder; `path` is its real path. */
export interface Store {
  readonly path: string;
}

/** A session's folder in the store; `created` when this call made it. */
export interface SessionFolder {
  readonly name: string;
  readonly path: string;
  readonly created: boolean;
}

/**
 * Opens the store for writing, making it (0700, with a `.gitignore` of `*`) when it is not there. A store of the
 * workspace that is a symbolic link is `refused`: a repository may bring one, and traces would be written wherever it
 * points. Throws the system's error too.
 */
export function openStore(store: StorePath): Store {
  const found = lstatSync(store.path, { throwIfNoEntry: false });
  if (found?.isSymbolicLink() && !store.chosen) {
    throw new AgentTraceError(
      'refused',
      `${store.path} is a symbolic link, nothing is written through it; name the store in AGENT_TRACE_DIR if it is meant`,
    );
  }
  if (!found) mkdirSync(store.path, { recursive: true, mode: 0o700 });
  else if (!(found.isSymbolicLink() ? statSync(store.path) : found).isDirectory()) {
    throw new AgentTraceError('refused', `${store.path} is not a folder; remove it`);
  }
  const path = realpathSync.native(store.path);
  if (!found) ignoreByGit(path);
  return { path };
}

/**
 * Opens the folder of a session, making it (0700) when it is not there. `name` comes from `sessionName`. One of several
 * processes that do so at once is told that it `created` it. Throws `refused` when something else has its place.
 */
export function openSession(store: Store, name: string): SessionFolder {
  const path = join(store.path, name);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found && makeFolder(path)) {
    ignoreByGit(store.path);
    return { name, path, created: true };
  }
  if (!(found ?? lstatSync(path)).isDirectory()) {
    throw new AgentTraceError('refused', `${path} is not a folder of its own, nothing is written there; remove it`);
  }
  return { name, path, created: false };
}

/** True when the store has the session. */
export function hasSession(store: Store, name: string): boolean {
  return lstatSync(join(store.path, name), { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** False when another process was first. */
function makeFolder(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Leaves a `.gitignore` alone that is there already. */
function ignoreByGit(store: string): void {
  try {
    // O_EXCL does not follow a link.
    const fd = openSync(join(store, '.gitignore'), constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      writeSync(fd, '*\n');
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
