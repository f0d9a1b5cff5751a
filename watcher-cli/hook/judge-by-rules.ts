import { TOO_LONG_TO_JUDGE } from '../../core/common/protocol/control.ts';
import { DEFAULT_GUARD } from '../../core/common/rules/guard-settings.ts';
import { isStateless, judgeAlone, type LoneBreach, stops } from '../../core/common/rules/judge-alone.ts';
import { CallTexts } from '../../core/common/rules/language/call-texts.ts';
import type { CompileContext } from '../../core/common/rules/language/compile-expression.ts';
import { formatRuleIssue } from '../../core/common/rules/reading/rule-issue.ts';
import { byStrictness, type PolicyResult } from '../../core/common/rules/rule.ts';
import { type CachedPolicy, writePolicyCache } from '../../core/node/rules/policy-cache.ts';
import type { UserConfigLocation } from '../../core/node/rules/user-config-location.ts';
import type { JudgedHere, RulesHere } from './judge-here.ts';
import type { AwaitedCalls } from './record-hook.ts';

/** `linear-pattern.ts`. Named here and not imported: its package must not become a part of this bundle. */
interface PatternBundle {
  readonly linearPattern: CompileContext['pattern'];
}

/** `load-policy.ts`, likewise. */
interface PolicyBundle {
  loadPolicy(location: {
    readonly rules: { readonly workspace: string };
    readonly userConfig: UserConfigLocation;
  }): Promise<PolicyResult>;
}

/** `dist/judge.cjs`, loaded by the hook where there are rules. Throws the system's error. */
export async function judgeByRules(awaited: AwaitedCalls, here: RulesHere): Promise<JudgedHere> {
  const { rules, guard, issues } = here.cached?.isCurrent ? here.cached.policy : await renew(here);
  const { platform } = process;
  const context: CompileContext = {
    texts: new CallTexts({ nocase: platform === 'darwin' || platform === 'win32', home: here.home }),
    pattern: (pattern) => here.load<PatternBundle>('pattern.cjs').linearPattern(pattern),
  };
  const stopping = rules.filter(stops);
  const isTooLong = awaited.calls.some(({ operation }) => operation === 'too-long');
  const [breach] = awaited.lone
    .flatMap((call) => judgeAlone(stopping, call, context) ?? [])
    .sort((a, b) => byStrictness(a.rule, b.rule));
  return {
    denied: breach ? reasonOf(breach) : isTooLong && stopping.length > 0 ? TOO_LONG_TO_JUDGE : undefined,
    stop: breach?.rule.action === 'kill',
    guard,
    needsWatcher: stopping.some((rule) => !isStateless(rule)),
    ...(issues.length > 0 ? { problem: `the rules cannot be used, those before hold: ${issues[0]}` } : {}),
  };
}

/** Reads the rules themselves, which takes some tens of milliseconds, and keeps them for the next call. */
async function renew({ userConfig, folder, runtimeDir, state, cached, load }: RulesHere): Promise<CachedPolicy> {
  if (cached?.policy.pinned) return cached.policy;
  const loaded = await load<PolicyBundle>('policy.cjs').loadPolicy({ rules: { workspace: folder }, userConfig });
  const before = cached?.policy;
  const isGone = 'policy' in loaded && loaded.policy.source === undefined && loaded.policy.rules.length === 0;
  const issues = 'issues' in loaded ? loaded.issues.map((issue) => formatRuleIssue(issue.file, issue)) : [];
  // Removing the rules must not lift them, as with a watcher.
  if (isGone && before && before.rules.length > 0) issues.push(GONE);
  const policy: CachedPolicy =
    'issues' in loaded || issues.length > 0
      ? { rules: before?.rules ?? [], guard: before?.guard ?? DEFAULT_GUARD, issues }
      : { rules: loaded.policy.rules, guard: loaded.policy.guard ?? DEFAULT_GUARD, issues };
  writePolicyCache(runtimeDir, folder, state, policy);
  return policy;
}

const GONE = 'the rule file is gone; put it back, or say `agent-trace rules accept`';

function reasonOf({ rule, message }: LoneBreach): string {
  const unasked = rule.action === 'ask' ? '; it asks the user, and no watcher is there to do so' : '';
  return `${rule.name}: ${message}${unasked}`;
}
