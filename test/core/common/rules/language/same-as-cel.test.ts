import { Environment } from '@marcbachmann/cel-js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { VARIABLES } from '../../../../../core/common/rules/language/variables.ts';
import { compile, facts } from './language.ts';

const text = fc.constantFrom('', 'a', 'Bash', 'src/a.ts', 'x y');
const number = fc.double({ noNaN: true, min: -1000, max: 1000 });

const numbers: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('cost_usd', 'tool_calls', '2.5', '3.0', '-1.0', '0.0'),
    fc.tuple(tie('value'), fc.constantFrom('+', '-', '*', '/'), tie('value')).map(([a, op, b]) => `(${a} ${op} ${b})`),
  ),
})).value;

const texts = fc.oneof(fc.constantFrom('tool', 'command', '"Bash"', '"a"'), fc.constant('tool + command'));

const conditions: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('is_subagent', 'writes', 'tool == tool'),
    fc
      .tuple(numbers, fc.constantFrom('==', '!=', '<', '<=', '>', '>='), numbers)
      .map(([a, op, b]) => `tool_calls == tool_calls && ${a} ${op} ${b}`),
    fc.tuple(texts, fc.constantFrom('==', '!='), texts).map(([a, op, b]) => `(${a}) ${op} (${b}) && writes == writes`),
    fc
      .tuple(texts, fc.constantFrom('startsWith', 'endsWith', 'contains'), texts)
      .map(([a, name, b]) => `((${a}).${name}(${b}) || is_subagent != is_subagent)`),
    texts.map((each) => `(${each}) in ["Bash", tool, "x"]`),
    tie('value').map((each) => `!(${each})`),
    fc.tuple(tie('value'), fc.constantFrom('&&', '||'), tie('value')).map(([a, op, b]) => `(${a}) ${op} (${b})`),
    fc.tuple(tie('value'), tie('value'), tie('value')).map(([a, b, c]) => `((${a}) ? (${b}) : (${c}))`),
  ),
})).value;

it('the same holds as by an evaluator of CEL, wherever all is known', () => {
  const cel = new Environment();
  for (const name of ['tool', 'command', 'cost_usd', 'tool_calls', 'is_subagent', 'writes'] as const) {
    cel.registerVariable(name, VARIABLES[name].type);
  }
  const given = fc.record({
    tool: text,
    command: text,
    cost_usd: number,
    tool_calls: number,
    is_subagent: fc.boolean(),
    writes: fc.boolean(),
  });
  fc.assert(
    fc.property(conditions, given, (condition, values) => {
      // CEL divides by zero; here that is not known.
      const expected: unknown = cel.evaluate(condition, values);
      const actual = compile(condition)(facts(values));
      expect([expected, undefined]).toContain(actual);
      if (!condition.includes('/')) expect(actual).toBe(expected);
    }),
    { numRuns: 3000 },
  );
});
