import fc from 'fast-check';
import { expect, it } from 'vitest';
import { asCount, asTime, parseJson, sameJson } from '../../../core/common/json.ts';
import { randomRuns } from '../../rig/random-runs.ts';

it('cuts what nests deeper than any agent writes, and keeps all the rest', () => {
  const deep = `${'{"__proto__":['.repeat(50_000)}1${']}'.repeat(50_000)}`;
  const text = `{"tool_name":"Bash","list":[1,{"a":null}],"deep":${deep},"after":"kept"}`;
  const value = parseJson(text) as Record<string, unknown>;
  expect(value).toMatchObject({ tool_name: 'Bash', list: [1, { a: null }], after: 'kept' });
  const written = JSON.stringify(value);
  expect(written).toContain('"[nested too deeply]"');
  expect(written.length).toBeLessThan(3000);
  const shallow = `${'['.repeat(200)}${']'.repeat(200)}`;
  expect(JSON.stringify(parseJson(` ${shallow}`))).toBe(shallow);
});

it('takes no count for more than a trillion, and no time that no date can name', () => {
  expect([asCount(1e308), asCount(-1), asCount(Number.NaN), asCount(7.9)]).toEqual([1e12, 0, 0, 7]);
  expect([asTime(8.64e12), asTime(8.65e12), asTime(-1e300), asTime('1')]).toEqual([
    8.64e12,
    undefined,
    undefined,
    undefined,
  ]);
});

it('tells whether two values would be written alike, whatever their names are', () => {
  const name = fc.constantFrom('a', 'b', '__proto__', 'constructor', '0');
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(null, 0, 1, '', 'a', true),
      fc.array(tie('value'), { maxLength: 2 }),
      fc
        .array(fc.tuple(name, tie('value')), { maxLength: 3 })
        .map((entries) => JSON.parse(`{${entries.map(([key, of]) => `"${key}":${JSON.stringify(of)}`).join()}}`)),
    ),
  }));
  fc.assert(
    fc.property(value, value, (a, b) => {
      expect(sameJson(a, b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      expect(sameJson(a, JSON.parse(JSON.stringify(a)))).toBe(true);
    }),
    randomRuns(2000),
  );
});
