import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export const STORE_FOLDER = '.agent-traces';

export interface StoreQuery {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Directory to start from. */
  readonly cwd: string;
  /** Directory the agent was started in, when it says so. */
  readonly workspace?: string | undefined;
}

export interface StorePath {
  /** Absolute; the store need not exist yet. */
  readonly path: string;
  /** Named by the user in `AGENT_TRACE_DIR`; else found in the workspace, whose content is not to be trusted. */
  readonly chosen: boolean;
}

/**
 * Where traces go: `AGENT_TRACE_DIR`; else `.agent-traces` in the workspace; else in the nearest directory from `cwd`
 * upwards that has one or is a repository; else in `cwd`.
 */
export function findStore(query: StoreQuery): StorePath {
  const start = resolve(query.workspace || query.cwd);
  if (query.env.AGENT_TRACE_DIR) return { path: resolve(start, query.env.AGENT_TRACE_DIR), chosen: true };
  if (query.workspace) return { path: join(start, STORE_FOLDER), chosen: false };
  for (let directory = start; ; directory = dirname(directory)) {
    if (existsSync(join(directory, STORE_FOLDER)) || existsSync(join(directory, '.git'))) {
      return { path: join(directory, STORE_FOLDER), chosen: false };
    }
    if (directory === dirname(directory)) return { path: join(start, STORE_FOLDER), chosen: false };
  }
}
