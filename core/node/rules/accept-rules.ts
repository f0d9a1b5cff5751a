import { DEFAULT_GUARD } from '../../common/rules/guard-settings.ts';
import type { RuleFileIssue } from '../../common/rules/rule.ts';
import { connectWatcher } from '../control/client.ts';
import { loadPolicy, type PolicyLocation } from './load-policy.ts';
import { policyFiles, stateOf, writePolicyCache } from './policy-cache.ts';

export interface AcceptRulesOptions {
  /** Folder whose rules they are. */
  readonly folder: string;
  /** Any path of the folder's store. */
  readonly store: string;
  readonly location: PolicyLocation;
  readonly runtimeDir: string;
}

/**
 * Lets the rules of the files hold from now on, though a call of an agent has changed them: for the watcher, where one
 * runs, and for hooks. `accepted` is false where the watcher says that they hold already; `issues` are the mistakes for
 * which they cannot. Throws AgentTraceError when the watcher does not answer, and the system's error.
 */
export async function acceptRules(
  options: AcceptRulesOptions,
): Promise<{ readonly accepted: boolean } | { readonly issues: readonly RuleFileIssue[] }> {
  const { folder, store, location, runtimeDir } = options;
  const client = await connectWatcher({ runtimeDir, store });
  if (client) {
    try {
      return { accepted: await client.acceptRules() };
    } finally {
      client.close();
    }
  }
  const state = stateOf(policyFiles(folder, location.userConfig.file));
  const loaded = await loadPolicy(location);
  if ('issues' in loaded) return loaded;
  const { rules, guard = DEFAULT_GUARD } = loaded.policy;
  writePolicyCache(runtimeDir, folder, state, { rules, guard, issues: [] });
  return { accepted: true };
}
