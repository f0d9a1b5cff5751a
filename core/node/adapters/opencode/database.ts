import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { Conversation } from '../../../common/adapters/opencode/conversation.ts';
import { errorText } from '../../../common/error-text.ts';
import { asNumber, asRecord, asString, type JsonRecord, parseJson } from '../../../common/json.ts';
import type { Unreadable } from '../native-agent.ts';

/** How long it is waited for a database that somebody else has alone; nothing else is done meanwhile. */
const BUSY_MS = 100;
/** SQLITE_BUSY, SQLITE_LOCKED and SQLITE_PROTOCOL (sqlite.org/rescode.html): somebody else has it alone. */
const LOCKED: ReadonlySet<number> = new Set([5, 6, 15]);

/** A session as the database lists it. */
export interface ListedSession {
  readonly id: string;
  readonly parent: string | undefined;
}

/**
 * The sessions of a database of OpenCode that changed since a time (Unix milliseconds). It is opened for reading only.
 * Unreadable with a Node without SQLite (before 22.5, or 22.13 without a flag), or for what SQLite says.
 */
export function listedSessions(path: string, since = 0): readonly ListedSession[] | Unreadable {
  return query(path, (database) =>
    database
      .prepare('SELECT id, parent_id FROM session WHERE time_updated >= ? ORDER BY time_created')
      .all(since)
      .map((row) => ({ id: asString(row.id) ?? '', parent: asString(row.parent_id) || undefined })),
  );
}

/** What has changed of a session since a time (Unix milliseconds; 0 for all), and the time of the newest change. */
export function changedConversation(
  path: string,
  id: string,
  since: number,
): { readonly conversation: Conversation; readonly newest: number } | Unreadable | undefined {
  return query(path, (database) => {
    const session = asRecord(database.prepare('SELECT * FROM session WHERE id = ?').get(id));
    if (!session) return undefined;
    const messages = database.prepare(
      `SELECT id, data, time_created, time_updated FROM message WHERE session_id = :id AND (time_updated >= :since
        OR id IN (SELECT message_id FROM part WHERE session_id = :id AND time_updated >= :since))
        ORDER BY time_created, id`,
    );
    const parts = database.prepare('SELECT id, data, time_updated FROM part WHERE message_id = ? ORDER BY id');
    let newest = since;
    const read = (row: JsonRecord): JsonRecord => {
      newest = Math.max(newest, asNumber(row.time_updated) ?? 0);
      return { ...asRecord(parseJson(asString(row.data) ?? '')), id: row.id };
    };
    const changed = messages.all({ id, since }).map((row) => ({
      info: read(row),
      parts: parts.all(asString(row.id) ?? '').map(read),
    }));
    return { conversation: { info: infoOf(session), messages: changed }, newest };
  });
}

/** In the form of an export. */
function infoOf(row: JsonRecord): JsonRecord {
  return {
    id: row.id,
    parentID: row.parent_id,
    directory: row.directory,
    title: row.title,
    version: row.version,
    agent: row.agent,
    cost: row.cost,
    time: { created: row.time_created },
  };
}

function query<T>(path: string, ask: (database: DatabaseSync) => T): T | Unreadable {
  const sqlite = loadSqlite();
  if (!sqlite) return { reason: `${path}: Node ${process.versions.node} has no SQLite; Node 22.13 and later have` };
  if (!existsSync(path)) return { reason: `${path}: there is no such database` };
  let database: DatabaseSync | undefined;
  try {
    database = new sqlite.DatabaseSync(path, { readOnly: true });
    // Whoever opens or closes it first or last has it alone for a moment.
    database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    return ask(database);
  } catch (error) {
    // Extended codes have the plain one in their lowest byte.
    const isLocked = LOCKED.has((asNumber(asRecord(error)?.errcode) ?? 0) & 0xff);
    const reason = `${path} cannot be read${isLocked ? ' for now' : ''}: ${errorText(error)}`;
    return { reason, isLocked };
  } finally {
    database?.close();
  }
}

function loadSqlite(): typeof import('node:sqlite') | undefined {
  const { emitWarning } = process;
  // That it is experimental in some versions is nothing that the user can act on.
  process.emitWarning = () => {};
  try {
    return process.getBuiltinModule?.('node:sqlite');
  } catch {
    return undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}
