import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { asciiJson, parseJson } from '../../common/json.ts';
import { decodeSessionMeta, type SessionMeta } from '../../common/trace/session-meta.ts';
import { sessionName } from '../../common/trace/session-name.ts';
import { readRegularFile } from './read-regular-file.ts';
import { createFile, replaceFile } from './replace-file.ts';

export const META_FILE = 'meta.json';

/** Larger than any meta; what is larger is not read. */
const MAX_BYTES = 1024 * 1024;

/**
 * The meta of a session of this store. Undefined when there is none, or none that can be read as one, and when the name
 * is none that `sessionName` gives: names may come from another session's meta. A link or a FIFO is not read.
 */
export function readMeta(store: string, session: string): SessionMeta | undefined {
  if (sessionName(session) !== session) return undefined;
  const bytes = readRegularFile(metaPath(store, session), MAX_BYTES);
  return bytes && decodeSessionMeta(parseJson(bytes.toString('utf8')));
}

/** One system call, for hooks. */
export function hasMeta(store: string, session: string): boolean {
  return existsSync(metaPath(store, session));
}

/** Writes the meta of a session that has none; false when another process was first, whose meta is kept. */
export function createMeta(store: string, meta: SessionMeta): boolean {
  return createFile(metaPath(store, meta.session_id), encode(meta));
}

/** Replaces the meta by what `change` makes of it; does nothing when there is none to change, or no change. */
export function changeMeta(store: string, session: string, change: (meta: SessionMeta) => SessionMeta): void {
  const meta = readMeta(store, session);
  if (!meta) return;
  const text = encode(change(meta));
  if (text !== encode(meta)) replaceFile(metaPath(store, session), text);
}

function metaPath(store: string, session: string): string {
  return join(store, session, META_FILE);
}

function encode(meta: SessionMeta): string {
  return `${asciiJson(meta, 2)}\n`;
}
