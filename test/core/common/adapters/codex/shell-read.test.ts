import { expect, test } from 'vitest';
import { shellRead } from '../../../../../core/common/adapters/codex/shell-read.ts';

test.each([
  ['cat src/a.ts', { path: 'src/a.ts' }],
  ["cat 'with space.ts'", { path: 'with space.ts' }],
  ["sed -n '10,20p' a.ts", { path: 'a.ts', lines: { start: 10, count: 11 } }],
  ['sed -n 5p a.ts', { path: 'a.ts', lines: { start: 5, count: 1 } }],
  ["nl -ba a.ts | sed -n '3,4p'", { path: 'a.ts', lines: { start: 3, count: 2 } }],
  ['head -n 40 a.ts', { path: 'a.ts', lines: { start: 1, count: 40 } }],
  ['head -40 a.ts', { path: 'a.ts', lines: { start: 1, count: 40 } }],
])('%s reads a file', (command, read) => {
  expect(shellRead(command)).toEqual(read);
});

test.each(['cat a b', 'cat a > b', 'cat $(ls)', 'cat *.ts', 'sed -i s/a/b/ a.ts', 'rg x', 'cat -', 'cat a; rm b', ''])(
  '%s is left alone',
  (command) => {
    expect(shellRead(command)).toBeUndefined();
  },
);
