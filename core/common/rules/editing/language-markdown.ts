import { FUNCTIONS, type FunctionName } from '../language/functions.ts';
import { VARIABLES, type VariableName } from '../language/variables.ts';
import { GLOB_VARIABLES, LIMIT_VARIABLES } from '../reading/condition.ts';
import { isGlobVariable, isLimitVariable } from '../reading/condition-text.ts';

/** Markdown: what a variable is, in its unit, and what a condition on it looks like. Undefined for an unknown name. */
export function variableMarkdown(name: string): string | undefined {
  if (isLimitVariable(name)) {
    const { meaning, examples } = LIMIT_VARIABLES[name];
    return `\`${name}\`: ${meaning}\n\nCompared by \`>\`: \`${name} > ${examples[0]}\``;
  }
  if (!isGlobVariable(name)) return undefined;
  const { meaning, examples } = GLOB_VARIABLES[name];
  return `\`${name}\`: ${meaning}\n\nCompared by \`matches\`: \`${name} matches "${examples[0]}"\``;
}

/** Markdown: when a condition with this operator is broken. */
export function operatorMarkdown(operator: '>' | 'matches'): string {
  return operator === '>'
    ? 'broken by a value **greater** than the limit, once in a session'
    : 'broken by **each** call that the glob in quotes matches';
}

/** Types of CEL in words. */
export const TYPE_WORDS = { string: 'text', double: 'number', bool: 'yes/no' } as const;

/** Markdown: what a variable of `when` is, in its unit, when it is known, and a condition on it. */
export function whenVariableMarkdown(name: VariableName): string {
  const { type, scope, meaning, example } = VARIABLES[name];
  const known = { call: 'of a call', session: 'of the session', day: 'of the day' }[scope];
  return `\`${name}\` (${TYPE_WORDS[type]}, ${known}): ${meaning}\n\n\`${example}\``;
}

/** Markdown: what a function gives, how it is called, and a condition with it. */
export function functionMarkdown(name: FunctionName): string {
  const { signatures, meaning, example } = FUNCTIONS[name];
  return `\`${signatures[0]}\`: ${meaning}\n\n\`${example}\``;
}
