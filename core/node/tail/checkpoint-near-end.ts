import { closeSync, fstatSync, readSync } from 'node:fs';
import type { Checkpoint } from './checkpoint.ts';
import { fingerprintAt } from './fingerprint.ts';
import { isRefusal, openRegularFile } from './open-regular-file.ts';

const NEWLINE = 0x0a;

/**
 * Where the last lines of a file begin that are about so many bytes long; whoever goes on from there reads them alone.
 * Undefined when the file is no longer than that, when its last line is, and when it is not read. The number of the line
 * is not known: it counts as the first.
 */
export function checkpointNearEnd(path: string, root: string, bytes: number): Checkpoint | undefined {
  const opened = openRegularFile(path, root);
  if (!opened || isRefusal(opened)) return undefined;
  const { fd, dev, ino } = opened;
  try {
    const from = fstatSync(fd).size - bytes;
    if (from <= 0) return undefined;
    const buffer = Buffer.allocUnsafe(bytes);
    const read = buffer.subarray(0, readSync(fd, buffer, 0, bytes, from));
    const newline = read.indexOf(NEWLINE);
    if (newline < 0 || newline === read.length - 1) return undefined;
    const position = from + newline + 1;
    const { head, tail } = fingerprintAt(fd, position);
    const fingerprint = { head: Buffer.from(head).toString('base64'), tail: Buffer.from(tail).toString('base64') };
    return { path, dev, ino, position, line: 1, fingerprint };
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}
