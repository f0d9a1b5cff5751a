import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/steps.ts';

const read = (name: string) => readFileSync(path.join(root, name), 'utf8');
const oneLine = (text: string) => text.replace(/\s+/g, ' ');

const README = oneLine(read('README.md'));
const ROWS = read('docs/claims.md')
  .split('\n')
  .flatMap((line) => {
    const [, claim, shown] = /^\| (.+?) \| (`.+) \|$/.exec(line) ?? [];
    return claim && shown ? [{ claim, shown }] : [];
  });
const SCRIPTS = (JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> }).scripts;

describe('what the README claims', () => {
  it.each(ROWS)('"$claim" stands there, and $shown is there', ({ claim, shown }) => {
    expect(README).toContain(claim);
    const [, place = '', title] = /^`([^`]+)`(?: "(.+)")?$/.exec(shown) ?? [];
    const script = /^npm run (\S+)$/.exec(place)?.[1];
    if (script !== undefined) {
      expect(SCRIPTS).toHaveProperty([script]);
      expect(existsSync(path.join(root, 'scripts', `${script.replace(':', '-')}.ts`))).toBe(true);
    } else {
      expect(oneLine(read(place))).toContain(title ?? 'vitest');
    }
  });

  it('has a row for each benchmark that the README names, and some rows at all', () => {
    const named = new Set(README.match(/npm run bench:\w+/g));
    expect(named.size).toBeGreaterThan(3);
    expect([...named].filter((name) => !ROWS.some(({ shown }) => shown.includes(name)))).toEqual([]);
    expect(ROWS.length).toBeGreaterThan(30);
  });
});
