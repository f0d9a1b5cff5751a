import { describeBreach } from './describe-breach.ts';
import { type CompileContext, compileExpression } from './language/compile-expression.ts';
import { type Expression, variablesOf } from './language/expression.ts';
import type { Facts } from './language/facts.ts';
import { VARIABLE_INDEX, VARIABLE_NAMES, VARIABLES } from './language/variables.ts';
import { byStrictness, type Rule } from './rule.ts';
import { fillCallValues, type JudgedCall } from './rule-facts.ts';

/** A call and what is known of it without its session. */
export interface LoneCall extends JudgedCall {
  readonly agent: string;
  readonly isSubagent: boolean;
  /** Directory that paths in rules are relative to. */
  readonly workspace: string;
  /** What may be told of the call, where that is less. */
  readonly shown?: JudgedCall;
}

/** Why a call must not run. */
export interface LoneBreach {
  readonly rule: Rule;
  readonly message: string;
}

/** Variables of the session that a call tells by itself. */
const TOLD_BY_CALL: ReadonlySet<string> = new Set(['agent', 'is_subagent', 'workspace']);

/** Whether a rule can be held against a call by somebody who knows nothing of its session. */
export function isStateless({ when }: Pick<Rule, 'when'>): boolean {
  const names = variablesOf(when);
  if (asksForWindow(when)) return false;
  return (
    names.some((name) => VARIABLES[name].scope === 'call') &&
    names.every((name) => VARIABLES[name].scope === 'call' || TOLD_BY_CALL.has(name))
  );
}

/** Whether a rule is more than said when it is broken. */
export function stops({ action, mode }: Pick<Rule, 'action' | 'mode'>): boolean {
  return action !== 'alert' && mode !== 'monitor';
}

/** The strictest of the stateless rules that the call breaks, of those that stop something. */
export function judgeAlone(rules: readonly Rule[], call: LoneCall, context: CompileContext): LoneBreach | undefined {
  const facts = loneFacts(call, call, context);
  const broken = rules
    .filter((rule) => stops(rule) && isStateless(rule) && compileExpression(rule.when, context)(facts) === true)
    .sort(byStrictness);
  const [rule] = broken;
  if (!rule) return undefined;
  const shown = call.shown ? loneFacts(call, call.shown, context) : facts;
  const { message } = describeBreach(rule, shown, context);
  return { rule, message: rule.notify ? `${message} (${rule.notify})` : message };
}

function loneFacts({ agent, isSubagent, workspace }: LoneCall, call: JudgedCall, { texts }: CompileContext): Facts {
  const values = new Array<Facts['values'][number]>(VARIABLE_NAMES.length).fill(undefined);
  values[VARIABLE_INDEX.agent] = agent;
  values[VARIABLE_INDEX.is_subagent] = isSubagent;
  values[VARIABLE_INDEX.workspace] = workspace;
  fillCallValues(values, call, texts);
  return { values, callsLast: () => 0, costLast: () => undefined };
}

function asksForWindow(node: Expression): boolean {
  if (node.op === 'constant' || node.op === 'variable') return false;
  if (node.op === 'call' && (node.name === 'calls_last' || node.name === 'cost_last')) return true;
  return node.args.some(asksForWindow);
}
