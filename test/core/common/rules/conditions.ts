import { CallTexts } from '../../../../core/common/rules/language/call-texts.ts';
import type { Expression, Value } from '../../../../core/common/rules/language/expression.ts';
import type { Facts } from '../../../../core/common/rules/language/facts.ts';
import { limitOf } from '../../../../core/common/rules/language/limit.ts';
import { VARIABLE_NAMES, type VariableName } from '../../../../core/common/rules/language/variables.ts';
import type { Nearness } from '../../../../core/common/rules/nearness.ts';
import type { GlobVariable } from '../../../../core/common/rules/reading/condition.ts';
import { translateCondition } from '../../../../core/common/rules/reading/translate-condition.ts';
import type { Rule } from '../../../../core/common/rules/rule.ts';
import { FactSheet } from '../../../../core/common/rules/rule-facts.ts';
import { SessionFold } from '../../../../core/common/session/session-fold.ts';
import type { Operation } from '../../../../core/common/session/tool-call.ts';
import { EventMaker } from '../../../rig/events.ts';

export const PATHS = { nocase: false, home: '/home/u' };

export function limit(variable: VariableName, threshold: number): { readonly when: Expression } {
  return {
    when: {
      op: '>',
      args: [
        { op: 'variable', name: variable },
        { op: 'constant', value: threshold },
      ],
    },
  };
}

export function glob(variable: GlobVariable, ...globs: string[]): { readonly when: Expression } {
  return { when: translateCondition({ kind: 'glob', variable, globs }) };
}

export type Values = Readonly<Partial<Record<VariableName, Value | undefined>>>;

/** Facts of a session of which nothing is known but the values. */
export function factsOf(values: Values): Facts {
  return { callsLast: () => 0, costLast: () => undefined, values: VARIABLE_NAMES.map((name) => values[name]) };
}

/** Facts of a call in a session that has done nothing else. */
export function factsOfCall(operation: Operation, workspace?: string): Facts {
  return new FactSheet().fill(stateIn(workspace), 0).fillCall({ tool: 'Tool', operation }, new CallTexts(PATHS));
}

function stateIn(workspace: string | undefined) {
  const fold = new SessionFold('session', { price: () => 0, contextWindow: () => undefined });
  if (workspace !== undefined) fold.apply(new EventMaker().event('session_start', { cwd: workspace }));
  return fold.state;
}

export function nearnessOf(rule: Rule, value: number, fraction: number, broken: boolean): Nearness {
  const measured = limitOf(rule.when);
  if (!measured) throw new Error(`${rule.name} is no limit`);
  return { rule, limit: measured, value, fraction, broken };
}
