import { basename, dirname } from 'node:path';
import { DEFAULT_GUARD, type GuardSettings } from '../../core/common/rules/guard-settings.ts';
import { homeFolder } from '../../core/node/home-folder.ts';
import {
  type CachedPolicy,
  hasFiles,
  policyFiles,
  readPolicyCache,
  stateOf,
} from '../../core/node/rules/policy-cache.ts';
import { type UserConfigLocation, userConfigLocation } from '../../core/node/rules/user-config-location.ts';
import { runtimeDir } from '../../core/node/runtime-dir.ts';
import { STORE_FOLDER } from '../../core/node/store/store-path.ts';
import type { HookHost, LoadBundle } from './hook-host.ts';
import type { AwaitedCalls } from './record-hook.ts';

/** What a hook finds by itself, without a watcher. */
export interface JudgedHere {
  /** Why the calls must not run. */
  readonly denied?: string | undefined;
  /** The agent's turn ends with it. */
  readonly stop?: boolean;
  readonly guard: GuardSettings;
  /** There are rules that stop something and that nobody can hold against a call alone. */
  readonly needsWatcher: boolean;
  /** Why the rules as they stand are not used. */
  readonly problem?: string;
}

/** What there is to judge by. */
export interface RulesHere {
  readonly userConfig: UserConfigLocation;
  /** Folder whose rule file counts. */
  readonly folder: string;
  /** The user's home folder. */
  readonly home: string;
  readonly runtimeDir: string;
  /** Of the rule files, as `stateOf` tells it. */
  readonly state: string;
  readonly cached: { readonly policy: CachedPolicy; readonly isCurrent: boolean } | undefined;
  readonly load: LoadBundle;
}

/** `judge-by-rules.ts`. */
interface JudgeBundle {
  judgeByRules(awaited: AwaitedCalls, here: RulesHere): Promise<JudgedHere>;
}

const NOTHING: JudgedHere = { guard: DEFAULT_GUARD, needsWatcher: false };

/**
 * Holds the calls against the rules that need no session: those of the user and of the workspace, from their cached form
 * while the files have not changed. Where there are no rules, nothing is loaded for them. Throws the system's error.
 */
export async function judgeHere(awaited: AwaitedCalls, { env, load }: HookHost): Promise<JudgedHere> {
  const home = homeFolder(env);
  const userConfig = userConfigLocation(env, home);
  const folder = basename(awaited.store.path) === STORE_FOLDER ? dirname(awaited.store.path) : awaited.workspace;
  const state = stateOf(policyFiles(folder, userConfig.file));
  const runtime = runtimeDir(env);
  const cached = readPolicyCache(runtime, folder, state);
  if (!hasFiles(state) && !userConfig.named && !cached) return NOTHING;
  return load<JudgeBundle>('judge.cjs').judgeByRules(awaited, {
    userConfig,
    folder,
    home,
    runtimeDir: runtime,
    state,
    cached,
    load,
  });
}
