import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPrivateFile, writePrivateFile } from '../../../core/node/private-file.ts';

describe('private files', () => {
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'private-'));
  });

  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('are written whole into a folder that need not exist, and read back', () => {
    const file = join(dir, 'a', 'b', 'c');
    writePrivateFile(file, 'text');
    writePrivateFile(file, 'other');
    expect(readPrivateFile(file)).toBe('other');
    expect(readdirSync(join(dir, 'a', 'b'))).toEqual(['c']);
  });

  it('are absent, not an error, when they cannot be read', () => {
    expect(readPrivateFile(join(dir, 'missing'))).toBeUndefined();
    expect(readPrivateFile(dir)).toBeUndefined();
  });

  it('are not read when they are larger than anything we write', () => {
    const file = join(dir, 'large');
    writePrivateFile(file, '');
    truncateSync(file, 5 * 1024 * 1024);
    expect(readPrivateFile(file)).toBeUndefined();
  });

  it.runIf(process.platform !== 'win32')('are not waited for when they are pipes', () => {
    execFileSync('mkfifo', ['-m', '600', join(dir, 'pipe')]);
    expect(readPrivateFile(join(dir, 'pipe'))).toBeUndefined();
  });
});
