import {
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { AgentTraceError } from '../agent-trace-error.ts';
import type { StorePath } from './store-path.ts';

/** A store that is there and is a folder; `path` is its real path. */
export interface Store {
  readonly path: string;
}

/** A session's folder in the store. */
export interface SessionFolder {
  readonly name: string;
  readonly path: string;
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
 * Opens the folder of a session, making it (0700) when it is not there; several processes may do so at once. `name` comes
 * from `sessionName`. Throws `refused` when something else has its place.
 */
export function openSession(store: Store, name: string): SessionFolder {
  const path = join(store.path, name);
  const found = lstatSync(path, { throwIfNoEntry: false }) ?? makeSession(store, path);
  if (!found.isDirectory()) {
    throw new AgentTraceError('refused', `${path} is not a folder of its own, nothing is written there; remove it`);
  }
  return { name, path };
}

/** True when the store has the session. */
export function hasSession(store: Store, name: string): boolean {
  return lstatSync(join(store.path, name), { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function makeSession(store: Store, path: string): Stats {
  ignoreByGit(store.path);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process was first.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return lstatSync(path);
}

/** Leaves a `.gitignore` alone that is there already. */
function ignoreByGit(store: string): void {
  const path = join(store, '.gitignore');
  if (existsSync(path)) return;
  try {
    // O_EXCL does not follow a link.
    const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      writeSync(fd, '*\n');
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
