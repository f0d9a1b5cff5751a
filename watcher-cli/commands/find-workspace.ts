import { dirname } from 'node:path';
import { findStore } from '../../core/node/store/store-path.ts';

export interface Workspace {
  /** Path of the store; it need not exist. */
  readonly store: string;
  /** Named by the user, not found in the workspace. */
  readonly chosen: boolean;
  /** Folder whose rule file counts. */
  readonly folder: string;
}

/** The store that a command run in `cwd` is about, and the folder it belongs to. */
export function findWorkspace(cwd: string, env: NodeJS.ProcessEnv): Workspace {
  const { path, chosen } = findStore({ env, cwd });
  return { store: path, chosen, folder: chosen ? cwd : dirname(path) };
}
