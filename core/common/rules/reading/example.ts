import type { CallTexts } from '../language/call-texts.ts';
import { type Expression, type Value, variablesOf } from '../language/expression.ts';
import type { Facts } from '../language/facts.ts';
import { VARIABLE_INDEX, VARIABLE_NAMES, VARIABLES, type VariableName } from '../language/variables.ts';
import { fillCallValues, type JudgedCall } from '../rule-facts.ts';

/** What an example says of a call or of a session: variables, and totals by the name of their function. */
export type Example = Readonly<Partial<Record<VariableName | WindowName, Value>>>;

/** Functions over the last seconds; an example gives one value for any number of seconds. */
export const WINDOW_NAMES = ['calls_last', 'cost_last'] as const;
export type WindowName = (typeof WINDOW_NAMES)[number];

/** Where examples take place: relative paths are below the workspace, `~` is the home directory. */
export const EXAMPLE_PATHS = { nocase: false, home: '/home/user' };
export const EXAMPLE_WORKSPACE = '/home/user/project';

/**
 * The variable that an example means which is a mere text: the one that the condition asks for, leaving aside what a
 * call and a session merely have beside it. Undefined when there is none, or more than one.
 */
export function variableOfText(when: Expression): VariableName | undefined {
  const texts = variablesOf(when).filter((name) => VARIABLES[name].type === 'string' && name !== 'workspace');
  const telling = texts.filter((name) => name !== 'tool' && name !== 'agent' && name !== 'model');
  const [only, other] = telling.length > 0 ? telling : texts;
  return other === undefined ? only : undefined;
}

/** What the call of an example does, told by what is given of it; two of them are two calls. */
export function operationsOf(example: Example): readonly JudgedCall['operation'][] {
  const { command, url, file_path, path = file_path } = example;
  return [
    ...(typeof command === 'string' ? [{ kind: 'command', command } as const] : []),
    ...(typeof url === 'string' ? [{ kind: 'fetch', url } as const] : []),
    ...(typeof path === 'string' ? [{ kind: example.writes === true ? 'write' : 'read', path } as const] : []),
  ];
}

/** What follows from a path or an address is filled in as for a real call; what is not given is not known. */
export function exampleFacts(example: Example, texts: CallTexts): Facts {
  const values = VARIABLE_NAMES.map((name) => example[name]);
  values[VARIABLE_INDEX.workspace] ??= EXAMPLE_WORKSPACE;
  const [operation] = operationsOf(example);
  if (operation) fillCallValues(values, { tool: '', operation }, texts);
  // What no operation tells, and what is given outright, comes before what would follow from the operation.
  values[VARIABLE_INDEX.tool] = example.tool;
  values[VARIABLE_INDEX.writes] = example.writes;
  for (const name of ['host', 'outside_workspace', 'sensitive'] as const) {
    values[VARIABLE_INDEX[name]] = example[name] ?? values[VARIABLE_INDEX[name]];
  }
  const { calls_last = 0, cost_last } = example;
  return {
    values,
    callsLast: () => Number(calls_last),
    costLast: () => (cost_last === undefined ? undefined : Number(cost_last)),
  };
}
