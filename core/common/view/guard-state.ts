import type { Rule } from '../rules/rule.ts';
import type { GuardState } from '../session/listed-session.ts';

/** Who enforces the rules: a watcher, nobody, or nobody because the rules have a mistake. */
export type WatcherPresence = 'running' | 'none' | 'bad-rules';

export interface GuardFacts {
  /** Undefined until they are read. */
  readonly rules: readonly Rule[] | undefined;
  /** `elsewhere`: one that does not follow the session. `silent`: one that does not answer who asks. */
  readonly watcher: WatcherPresence | 'elsewhere' | 'silent';
  /** The session's agent asks before each call. */
  readonly asks: boolean;
}

/** The one place that says it in words, for the editor and for the command line. */
export function guardState({ rules, watcher, asks }: GuardFacts): GuardState {
  const observed = (reason: string): GuardState => ({ mode: 'observed', reason });
  if (watcher === 'silent') return observed('The watcher does not answer: nobody knows what it stops');
  if (watcher === 'elsewhere') return observed('The watcher follows other sessions only: nothing is stopped');
  if (watcher === 'bad-rules') return observed('The rule file has a mistake: nothing is stopped');
  if (rules === undefined) return observed('The rules are not read yet');
  if (rules.length === 0) return observed('There are no rules: nothing is stopped');
  if (!rules.some(stops)) return observed('The rules only tell: nothing is stopped');
  if (watcher === 'none') {
    return observed(
      asks ? 'No watcher runs: hooks hold only rules about a call alone' : 'No watcher runs: nothing is stopped',
    );
  }
  return asks
    ? { mode: 'guarded', reason: 'The agent asks before each call: one that breaks a rule does not run' }
    : observed('The agent does not ask before its calls: one that breaks a rule has begun already');
}

/** Whether the rules of a file guard, in one sentence; how, depends on the session. */
export function guardText(rules: number, watcher: WatcherPresence): string {
  if (watcher === 'bad-rules') return 'Not guarded: the rule file has a mistake';
  if (rules === 0) return 'None: nothing is stopped';
  const count = rulesText(rules);
  return watcher === 'none'
    ? `${count}, but no watcher runs: hooks hold only rules about a call alone`
    : `${count} in force`;
}

/** `1 rule`, `2 rules`. */
export function rulesText(rules: number): string {
  return rules === 1 ? '1 rule' : `${rules} rules`;
}

function stops({ action, mode }: Rule): boolean {
  return action !== 'alert' && mode !== 'monitor';
}
