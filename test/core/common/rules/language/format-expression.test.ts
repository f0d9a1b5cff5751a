import { expect, it } from 'vitest';
import { formatExpression } from '../../../../../core/common/rules/language/format-expression.ts';
import { FUNCTIONS } from '../../../../../core/common/rules/language/functions.ts';
import { VARIABLES } from '../../../../../core/common/rules/language/variables.ts';
import { parse } from './language.ts';

it.each([
  'cost_usd > 5',
  'cost_usd - (tool_calls - 1) > 2',
  '(cost_usd + 1) * 2 > -3',
  '!(tool == "a" || writes) && !writes',
  '(tool == "a" || writes) && (is_subagent ? writes : sensitive)',
  'tool in ["a", "b\\"c"]',
  'glob(file_path, ["**/.env*", "a"])',
  '(tool + command).contains("x y")',
  'command.lowerAscii().matches("a\\\\s")',
  '(tool == "a") == writes',
  ...Object.values(VARIABLES).map(({ example }) => example),
  ...Object.values(FUNCTIONS).map(({ example }) => example),
])('%s is written so that it reads the same', (text) => {
  const parsed = parse(text);
  if ('message' in parsed) throw new Error(parsed.message);
  expect(parse(formatExpression(parsed.expression))).toEqual(parsed);
});
