import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkpointNearEnd } from '../../../../core/node/tail/checkpoint-near-end.ts';
import { FileTail } from '../../../../core/node/tail/file-tail.ts';
import { tempFolder } from '../../../rig/temp-folder.ts';

/** The lines that are read from the checkpoint on; undefined without one. */
function linesNearEnd(path: string, root: string, bytes: number): readonly string[] | undefined {
  const checkpoint = checkpointNearEnd(path, root, bytes);
  if (!checkpoint) return undefined;
  const lines: string[] = [];
  const onLine = (line: { readonly bytes: Uint8Array }) => lines.push(Buffer.from(line.bytes).toString('utf8'));
  const tail = new FileTail({ path, root, checkpoint, onLine, onIssue: ({ kind }) => lines.push(kind) });
  while (tail.poll() === 'more');
  tail.close();
  return lines;
}

describe('checkpointNearEnd', () => {
  it('is where the last whole lines begin that are no longer than asked for', () => {
    const root = tempFolder();
    const path = join(root, 'file');
    writeFileSync(path, 'one\ntwo\nthree\nfour\n');
    expect([6, 7, 11, 12, 15].map((bytes) => linesNearEnd(path, root, bytes))).toEqual([
      ['four'],
      ['four'],
      ['four'],
      ['three', 'four'],
      ['three', 'four'],
    ]);
  });

  it('does not begin in the middle of a line, nor after the last', () => {
    const root = tempFolder();
    const path = join(root, 'file');
    writeFileSync(path, `first\n${'x'.repeat(1000)}\n`);
    expect(linesNearEnd(path, root, 100)).toBeUndefined();
    writeFileSync(path, `first\n${'x'.repeat(1000)}`);
    expect(linesNearEnd(path, root, 100)).toBeUndefined();
  });

  it('is none for a file that can as well be read whole, or is not read', () => {
    const root = tempFolder();
    const path = join(root, 'file');
    expect(linesNearEnd(path, root, 10)).toBeUndefined();
    writeFileSync(path, 'one\ntwo\n');
    expect(linesNearEnd(path, root, 8)).toBeUndefined();
    symlinkSync(path, join(root, 'link'));
    mkdirSync(join(root, 'folder'));
    for (const name of ['link', 'folder']) expect(linesNearEnd(join(root, name), root, 3)).toBeUndefined();
  });
});
