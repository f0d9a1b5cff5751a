import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { usageCursorFile } from '../../../../../core/node/adapters/claude-code/usage-cursor.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'agent-trace-cursor-'));
  file = path.join(folder, 'usage-cursor.json');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const CURSOR = { dev: 1, ino: 2, offset: 3 };

describe('usageCursorFile', () => {
  it('keeps the position in each transcript, for this user only', () => {
    usageCursorFile(folder).write('/a', CURSOR);
    usageCursorFile(folder).write('/b', { ...CURSOR, offset: 4 });
    expect(usageCursorFile(folder).read('/a')).toEqual(CURSOR);
    expect(usageCursorFile(folder).read('/b')).toEqual({ ...CURSOR, offset: 4 });
    expect(usageCursorFile(folder).read('/c')).toBeUndefined();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['usage-cursor.json']);
  });

  it.each([
    '{',
    '[]',
    '{"/a":{"dev":1,"ino":2}}',
    '{"/a":{"dev":1,"ino":2,"offset":-1}}',
    '{"/a":{"dev":1,"ino":2,"offset":0.5}}',
  ])('takes %s for no position', (text) => {
    writeFileSync(file, text);
    expect(usageCursorFile(folder).read('/a')).toBeUndefined();
  });

  it.skipIf(process.platform === 'win32')('neither waits for a FIFO nor reads a device; it replaces them', () => {
    execFileSync('mkfifo', [file]);
    expect(usageCursorFile(folder).read('/a')).toBeUndefined();
    usageCursorFile(folder).write('/a', CURSOR);
    expect(usageCursorFile(folder).read('/a')).toEqual(CURSOR);
    rmSync(file);
    symlinkSync('/dev/zero', file);
    expect(usageCursorFile(folder).read('/a')).toBeUndefined();
  });

  it.skipIf(process.platform === 'win32')(
    'writes through no link, neither its own nor one that waits for a draft',
    () => {
      const precious = path.join(folder, 'precious');
      writeFileSync(precious, 'mine');
      symlinkSync(precious, file);
      symlinkSync(precious, `${file}.${process.pid}`);
      usageCursorFile(folder).write('/a', CURSOR);
      expect(readFileSync(precious, 'utf8')).toBe('mine');
      expect(usageCursorFile(folder).read('/a')).toEqual(CURSOR);
    },
  );
});
