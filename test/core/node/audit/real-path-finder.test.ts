import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RealPathFinder } from '../../../../core/node/audit/real-path-finder.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'agent-trace-links-')));
  mkdirSync(path.join(folder, 'real/deep'), { recursive: true });
  mkdirSync(path.join(folder, 'ws'));
  writeFileSync(path.join(folder, 'real/file'), '');
  symlinkSync('../real/deep', path.join(folder, 'ws/link'));
  symlinkSync('../real/file', path.join(folder, 'ws/file'));
  symlinkSync('nowhere', path.join(folder, 'ws/broken'));
  symlinkSync('circle', path.join(folder, 'ws/circle'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it.each([
  ['ws/file', 'real/file'],
  ['ws/link/new/a.txt', 'real/deep/new/a.txt'],
  ['ws/link/../b.txt', 'real/b.txt'],
  ['ws/link/..', 'real'],
  ['ws/./link', 'real/deep'],
  ['ws/broken', 'ws/nowhere'],
])('%s leads to %s', (given, expected) => {
  const { find } = new RealPathFinder();
  expect(find(`${folder}/${given}`)).toBe(path.join(folder, expected));
  expect(find(`${folder}/${given}`)).toBe(path.join(folder, expected));
});

it.each(['real/file', 'real/new/a.txt', 'none/at/all', 'real/../ws', 'ws/circle', 'ws/circle/x', 'real/file/x'])(
  '%s leads to itself',
  (given) => {
    expect(new RealPathFinder().find(`${folder}/${given}`)).toBeUndefined();
  },
);

it('tells nothing of what is no path of this machine', () => {
  const { find } = new RealPathFinder();
  for (const odd of ['relative/a', '', 'C:/a', '/a\0b', `/${'x'.repeat(5000)}`]) expect(find(odd)).toBeUndefined();
});
