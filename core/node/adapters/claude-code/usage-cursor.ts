import { join } from 'node:path';
import { asNumber, asRecord, parseJson } from '../../../common/json.ts';
import { readRegularFile } from '../../store/read-regular-file.ts';
import { replaceFile } from '../../store/replace-file.ts';

const CURSOR_FILE = 'usage-cursor.json';
/** Larger than what we write: one short entry for each transcript of a session. */
const MOST_BYTES = 1024 * 1024;

/** How far a transcript has been read. */
export interface UsageCursor {
  /** Device and inode of the transcript: another file of the same name is read from its start. */
  readonly dev: number;
  readonly ino: number;
  /** Bytes. */
  readonly offset: number;
}

/** Positions by path of the transcript. */
export interface UsageCursors {
  read(transcriptPath: string): UsageCursor | undefined;
  /** Throws the system's error. */
  write(transcriptPath: string, cursor: UsageCursor): void;
}

/**
 * Positions in `usage-cursor.json` in the folder of a session, for hooks, which live for one event only. Whoever may
 * write to the workspace can forge it.
 */
export function usageCursorFile(sessionDir: string): UsageCursors {
  const path = join(sessionDir, CURSOR_FILE);
  const readAll = () => asRecord(parseJson(readRegularFile(path, MOST_BYTES)?.toString('utf8') ?? ''));
  return {
    read: (transcriptPath) => decodeCursor(readAll()?.[transcriptPath]),
    write: (transcriptPath, cursor) => replaceFile(path, JSON.stringify({ ...readAll(), [transcriptPath]: cursor })),
  };
}

function decodeCursor(value: unknown): UsageCursor | undefined {
  const record = asRecord(value);
  const dev = asNumber(record?.dev);
  const ino = asNumber(record?.ino);
  const offset = asNumber(record?.offset);
  if (dev === undefined || ino === undefined || offset === undefined) return undefined;
  return Number.isSafeInteger(offset) && offset >= 0 ? { dev, ino, offset } : undefined;
}
