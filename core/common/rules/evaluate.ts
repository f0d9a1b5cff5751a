import type { Operation } from '../session/tool-call.ts';
import { commandTexts, matchesCommand } from './command-glob.ts';
import { type PathOptions, toFilePath } from './file-path.ts';
import { formatLimitValue } from './limit-value.ts';
import { compilePathGlob, matchesPath, type PathGlob } from './path-glob.ts';
import type { LimitVariable, Policy, Rule } from './rule.ts';
import { shorten } from './rule-issue.ts';
import type { RuleMemory } from './rule-memory.ts';

/** A session's values by variable; undefined where a value is not known. A rule on an unknown value cannot fire. */
export type LimitValues = Readonly<Partial<Record<LimitVariable, number | undefined>>>;

/** What the rules are held against after one event, or when time has passed. */
export interface RuleFacts {
  readonly values: LimitValues;
  /** What the call does, when the event was a `tool_call`. */
  readonly operation?: Operation;
  /** Empty when time alone is the cause. */
  readonly eventId: string;
  /** Absolute path of the directory the agent works in, when it is known. */
  readonly workspace?: string | undefined;
}

/** A rule was broken. `value` and `threshold` are those of a `Decision`. */
export interface Breach {
  readonly rule: Rule;
  readonly eventId: string;
  /** The value measured; for a glob the path or the command line as the agent gave it. */
  readonly value: number | string;
  /** The limit; for globs the one that matched. */
  readonly threshold: number | string;
  /** One printable sentence: what was measured and what the rule allows. */
  readonly message: string;
}

/** A policy made ready for evaluation; compile once, evaluate at each event. */
export interface CompiledPolicy {
  readonly policy: Policy;
  readonly paths: PathOptions;
  /** The compiled globs of each `file_path` rule. */
  readonly pathGlobs: ReadonlyMap<Rule, readonly PathGlob[]>;
}

export function compilePolicy(policy: Policy, paths: PathOptions): CompiledPolicy {
  const pathGlobs = new Map<Rule, readonly PathGlob[]>();
  for (const rule of policy.rules) {
    const { condition } = rule;
    if (condition.kind === 'glob' && condition.variable === 'file_path')
      pathGlobs.set(
        rule,
        condition.globs.map((glob) => compilePathGlob(glob, paths)),
      );
  }
  return { policy, paths, pathGlobs };
}

/**
 * The rules that these facts break and that have not fired before (a limit: in this session; a glob: for this event), in
 * the order of the policy. What is returned is noted in `memory`; nothing else is changed.
 */
export function evaluate(compiled: CompiledPolicy, facts: RuleFacts, memory: RuleMemory): readonly Breach[] {
  const matchGlobs = globMatcher(compiled, facts);
  const breaches: Breach[] = [];
  for (const rule of compiled.policy.rules) {
    if (memory.hasFired(rule, facts.eventId)) continue;
    const breach = rule.condition.kind === 'limit' ? limitBreach(rule, facts) : matchGlobs(rule);
    if (!breach) continue;
    memory.add(breach);
    breaches.push(breach);
  }
  return breaches;
}

function limitBreach(rule: Rule, { values, eventId }: RuleFacts): Breach | undefined {
  if (rule.condition.kind !== 'limit') return undefined;
  const { variable, threshold } = rule.condition;
  const value = values[variable];
  if (value === undefined || !(value > threshold)) return undefined;
  const message = `${variable} is ${formatLimitValue(variable, value)}, the rule allows ${formatLimitValue(variable, threshold)}`;
  return { rule, eventId, value, threshold, message };
}

/** Prepares the event's path or command once, for all rules. */
function globMatcher(compiled: CompiledPolicy, facts: RuleFacts): (rule: Rule) => Breach | undefined {
  const { operation, eventId } = facts;
  if (operation?.kind === 'command') {
    const { command } = operation;
    let texts: readonly string[] | undefined;
    return (rule) => {
      if (rule.condition.kind !== 'glob' || rule.condition.variable !== 'command') return undefined;
      texts ??= commandTexts(command);
      const ready = texts;
      const glob = rule.condition.globs.find((each) => matchesCommand(each, ready));
      if (glob === undefined) return undefined;
      const message = `the command ${quote(command)} matches ${quote(glob)}`;
      return { rule, eventId, value: command, threshold: glob, message };
    };
  }
  if (operation?.kind !== 'read' && operation?.kind !== 'write') return () => undefined;
  const { kind, path } = operation;
  const filePath = toFilePath(path, facts.workspace, compiled.paths);
  return (rule) => {
    const found = filePath && compiled.pathGlobs.get(rule)?.find((glob) => matchesPath(glob, filePath));
    if (!found) return undefined;
    const message = `the ${kind} of ${quote(path)} matches ${quote(found.glob)}`;
    return { rule, eventId, value: path, threshold: found.glob, message };
  };
}

function quote(text: string): string {
  return `"${shorten(text, 160)}"`;
}
