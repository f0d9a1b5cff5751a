import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { RULE_FILE_NAMES } from '../rules/rule-file-names.ts';

export const STORE_FOLDER = '.agent-traces';

/** What makes a folder the workspace of a command that is run in it: an agent that is started there records there. */
const WORKSPACE_MARKS = [STORE_FOLDER, '.claude', ...RULE_FILE_NAMES];

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
 * Where traces go: `AGENT_TRACE_DIR`; else `.agent-traces` in the workspace; else in `cwd` when it has a store, rules or
 * settings of an agent; else the nearest store above it in the same repository; else in `cwd`, where an agent started
 * there would record.
 */
export function findStore(query: StoreQuery): StorePath {
  const start = resolve(query.workspace || query.cwd);
  if (query.env.AGENT_TRACE_DIR) return { path: resolve(start, query.env.AGENT_TRACE_DIR), chosen: true };
  if (query.workspace) return { path: join(start, STORE_FOLDER), chosen: false };
  const isWorkspace = WORKSPACE_MARKS.some((mark) => existsSync(join(start, mark)));
  return { path: join(isWorkspace ? start : (nearestStoreFolder(start) ?? start), STORE_FOLDER), chosen: false };
}

/** The nearest folder upwards that has a store, not beyond the repository. */
function nearestStoreFolder(start: string): string | undefined {
  for (let directory = start; ; directory = dirname(directory)) {
    if (existsSync(join(directory, STORE_FOLDER))) return directory;
    if (directory === dirname(directory) || existsSync(join(directory, '.git'))) return undefined;
  }
}
