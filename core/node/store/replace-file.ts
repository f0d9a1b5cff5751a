import { closeSync, constants, linkSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';

const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;

/**
 * Writes a file of a store, or another one of the user's own, whole or not at all; a link in its place is replaced, never
 * followed.
 */
export function replaceFile(path: string, text: string, mode = 0o600): void {
  const temporary = writeTemporary(path, text, mode);
  try {
    renameSync(temporary, path);
  } catch (error) {
    removeQuietly(temporary);
    throw error;
  }
}

/** Like `replaceFile`, but leaves a file alone that is there already: then it gives false. */
export function createFile(path: string, text: string, mode = 0o600): boolean {
  const temporary = writeTemporary(path, text, mode);
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    // A file system without hard links: the moment in which another process could be first has to be accepted.
    renameSync(temporary, path);
    return true;
  } finally {
    removeQuietly(temporary);
  }
}

function writeTemporary(path: string, text: string, mode: number): string {
  const temporary = `${path}.${process.pid}-${process.hrtime.bigint().toString(36)}.tmp`;
  const fd = openSync(temporary, CREATE, mode);
  try {
    const bytes = Buffer.from(text);
    if (writeSync(fd, bytes) < bytes.length) throw new Error(`${path}: the disk is full`);
  } catch (error) {
    removeQuietly(temporary);
    throw error;
  } finally {
    closeSync(fd);
  }
  return temporary;
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Renamed, or never made.
  }
}
