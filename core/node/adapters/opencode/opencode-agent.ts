import { basename, dirname, join } from 'node:path';
import {
  type Conversation,
  conversationEvents,
  conversationFacts,
  conversationOf,
  OPENCODE,
} from '../../../common/adapters/opencode/conversation.ts';
import { parseJson } from '../../../common/json.ts';
import { readRegularFile } from '../../store/read-regular-file.ts';
import type { NativeAgent, NativeEnv, NativeFile, Unreadable } from '../native-agent.ts';
import { type Snapshot, SnapshotSource } from '../snapshot-source.ts';
import { changedConversation, type ListedSession, listedSessions } from './database.ts';

const DATABASE = 'opencode.db';
const MOST_BYTES = 256 * 1024 * 1024;
/** A session that goes on is said to have changed at each answer. */
const LATELY_MS = 24 * 3600 * 1000;

/** OpenCode: all sessions in one SQLite database; exports (`opencode export`) are documents. */
export const opencodeAgent: NativeAgent = {
  name: OPENCODE,

  *discover(env) {
    const path = databaseOf(env);
    const sessions = listedSessions(path);
    if ('reason' in sessions) return;
    for (const session of sessions) yield fileOf(path, session);
  },

  recognise(path, head) {
    const id = /^\s*\{\s*"info":\s*\{\s*"id":\s*"(ses_[A-Za-z0-9]+)"/.exec(head)?.[1];
    return id === undefined ? undefined : { agent: OPENCODE, path, session: id };
  },

  *subagents({ path, session }) {
    if (basename(path) !== DATABASE) return;
    const sessions = listedSessions(path);
    if ('reason' in sessions) return;
    for (const child of sessions) if (child.parent !== undefined && child.parent === session) yield fileOf(path, child);
  },

  open(file, onIssue) {
    const { path } = file;
    if (basename(path) !== DATABASE) {
      return new SnapshotSource({ files: [path], agent: OPENCODE, load: () => exported(path), onIssue });
    }
    const load = newestOf(file);
    return new SnapshotSource({ files: [path, `${path}-wal`], agent: OPENCODE, load, onIssue });
  },

  folders(env) {
    return [dirname(databaseOf(env))];
  },

  fileAt() {
    return undefined;
  },

  sessionsIn(path) {
    const database = path.replace(/-wal$/, '');
    if (basename(database) !== DATABASE) return [];
    const sessions = listedSessions(database, Date.now() - LATELY_MS);
    return 'reason' in sessions ? sessions : sessions.map((session) => fileOf(database, session));
  },
};

function fileOf(path: string, { id, parent }: ListedSession): NativeFile {
  return { agent: OPENCODE, path, session: id, ...(parent === undefined ? {} : { parent }) };
}

function databaseOf({ env, home }: NativeEnv): string {
  const data = env.XDG_DATA_HOME || join(home, '.local', 'share');
  return join(env.OPENCODE_DATA_DIR || join(data, 'opencode'), DATABASE);
}

function exported(path: string): Snapshot | Unreadable {
  const text = readRegularFile(path, MOST_BYTES)?.toString('utf8');
  const conversation = conversationOf(parseJson(text ?? ''));
  if (conversation) return snapshotOf(conversation);
  return { reason: `${path} is no export of a session of OpenCode, or is too large` };
}

/** Each call gives what has changed since the one before. */
function newestOf({ path, session = '' }: NativeFile): () => Snapshot | Unreadable {
  let since = 0;
  return () => {
    const changed = changedConversation(path, session, since);
    if (changed === undefined) return { reason: `${path} has no session ${session}` };
    if ('reason' in changed) return changed;
    since = changed.newest;
    return snapshotOf(changed.conversation);
  };
}

function snapshotOf(conversation: Conversation): Snapshot {
  return { facts: conversationFacts(conversation), events: conversationEvents(conversation) };
}
