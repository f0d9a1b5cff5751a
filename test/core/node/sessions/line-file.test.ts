import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LineFile } from '../../../../core/node/sessions/line-file.ts';
import { tempFolder } from '../../../rig/temp-folder.ts';

function open(path: string, root: string): LineFile {
  const file = LineFile.open(path, root);
  if (!file) throw new Error(`${path} is not read`);
  onTestFinished(() => file.close());
  return file;
}

function textAt(file: LineFile, offset: number): string | undefined {
  const line = file.lineAt(offset);
  return line && Buffer.from(line.bytes).toString();
}

describe('LineFile', () => {
  it('reads the line at an offset, however long, and an unfinished last one', () => {
    const root = tempFolder();
    const path = join(root, 'events.ndjson');
    const long = 'é'.repeat(100_000);
    writeFileSync(path, `one\n${long}\nthree`);
    const file = open(path, root);
    const third = 4 + 200_001;
    expect([textAt(file, 0), textAt(file, 4) === long, textAt(file, third)]).toEqual(['one', true, 'three']);
    expect([textAt(file, third + 5), textAt(file, third + 500)]).toEqual([undefined, undefined]);
    appendFileSync(path, ' and more\n');
    expect(textAt(file, third)).toBe('three and more');
    expect(file.lineAt(4)).toMatchObject({ offset: 4, length: 200_000 });
  });

  it('reads lines that end at the edges of its buffer', () => {
    const root = tempFolder();
    const path = join(root, 'events.ndjson');
    for (const length of [4095, 4096, 4097, 32_767, 32_768]) {
      writeFileSync(path, `${'x'.repeat(length)}\ny\n`);
      const file = open(path, root);
      expect([file.lineAt(0)?.length, textAt(file, length + 1)]).toEqual([length, 'y']);
    }
  });

  it('gives nothing for a line longer than any event', () => {
    const root = tempFolder();
    const path = join(root, 'events.ndjson');
    writeFileSync(path, `${'x'.repeat(33 * 1024 * 1024)}\n`);
    expect(open(path, root).lineAt(0)).toBeUndefined();
  });

  it('opens no link, no FIFO, no folder and nothing outside of the store, and does not wait', () => {
    const root = tempFolder();
    const outside = tempFolder();
    writeFileSync(join(outside, 'events.ndjson'), 'secret\n');
    symlinkSync(join(outside, 'events.ndjson'), join(root, 'link'));
    symlinkSync(outside, join(root, 'session'));
    execFileSync('mkfifo', [join(root, 'fifo')]);
    mkdirSync(join(root, 'folder'));
    for (const name of ['link', 'fifo', 'folder', 'absent', 'session/events.ndjson'])
      expect([name, LineFile.open(join(root, name), root)]).toEqual([name, undefined]);
  });
});
