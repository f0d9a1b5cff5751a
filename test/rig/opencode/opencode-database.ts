import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { asArray, asRecord } from '../../../core/common/json.ts';

/** A session of OpenCode, as `opencode export` printed it. */
export const OPENCODE_EXPORT = resolve(import.meta.dirname, '../../core/common/adapters/opencode/export.json');
export const OPENCODE_SESSION = 'ses_de6acc864ffevpajM0u9QcDhlR';

const conversation = asRecord(JSON.parse(readFileSync(OPENCODE_EXPORT, 'utf8'))) ?? {};

/** What was said in the exported session, oldest first. */
export const OPENCODE_MESSAGES = asArray(conversation['messages']).map((each) => asRecord(each) ?? {});

/** The tables of OpenCode 1.18.33 in a home, as far as they are read, with the exported session in them, still without messages. */
export function makeOpenCodeDatabase(home: string, workspace?: string): DatabaseSync {
  const folder = join(home, '.local', 'share', 'opencode');
  mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(join(folder, 'opencode.db'));
  database.exec(`PRAGMA journal_mode = WAL;
    CREATE TABLE session (id TEXT PRIMARY KEY, parent_id TEXT, directory TEXT, title TEXT, version TEXT, agent TEXT, cost REAL, time_created INTEGER, time_updated INTEGER);
    CREATE TABLE message (id TEXT PRIMARY KEY, session_id TEXT, data TEXT, time_created INTEGER, time_updated INTEGER);
    CREATE TABLE part (id TEXT PRIMARY KEY, message_id TEXT, session_id TEXT, data TEXT, time_updated INTEGER);`);
  const info = asRecord(conversation['info']) ?? {};
  database
    .prepare('INSERT INTO session VALUES (?, NULL, ?, ?, ?, ?, ?, ?, ?)')
    .run(
      OPENCODE_SESSION,
      workspace ?? String(info['directory']),
      String(info['title']),
      String(info['version']),
      'build',
      Number(info['cost']),
      1795721213856,
      Date.now(),
    );
  return database;
}

/** Adds a message with its parts, written at `at` (Unix milliseconds). */
export function addOpenCodeMessage(database: DatabaseSync, message: Record<string, unknown>, at: number): void {
  const { id, sessionID: _, ...info } = asRecord(message['info']) ?? {};
  database
    .prepare('INSERT INTO message VALUES (?, ?, ?, ?, ?)')
    .run(String(id), OPENCODE_SESSION, JSON.stringify(info), at, at);
  for (const value of asArray(message['parts'])) {
    const { id: partId, sessionID: __, messageID: ___, ...part } = asRecord(value) ?? {};
    database
      .prepare('INSERT INTO part VALUES (?, ?, ?, ?, ?)')
      .run(String(partId), String(id), OPENCODE_SESSION, JSON.stringify(part), at);
  }
}
