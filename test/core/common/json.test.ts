import { expect, it } from 'vitest';
import { asCount, asTime, parseJson } from '../../../core/common/json.ts';

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
