import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { ChatParser, GEMINI_CLI } from '../../../common/adapters/gemini-cli/chat-parser.ts';
import { asArray, asRecord, asString, parseJson } from '../../../common/json.ts';
import { entriesOf } from '../../entries-of.ts';
import { readRegularFile, readRegularFileStart } from '../../store/read-regular-file.ts';
import { LineSource } from '../line-source.ts';
import { modifiedAt } from '../modified-at.ts';
import type { NativeAgent, NativeEnv, NativeFile, Unreadable } from '../native-agent.ts';
import { type Snapshot, SnapshotSource } from '../snapshot-source.ts';

const CHATS = 'chats';
const CHAT = /^session-.*\.jsonl?$/;
/** A chat in one document is read as a whole. */
const MOST_BYTES = 256 * 1024 * 1024;
const MOST_NAME_BYTES = 64 * 1024;
const HEAD_BYTES = 2048;

/** Gemini CLI: a folder for each project below `~/.gemini/tmp`, in which each chat has a file. */
export const geminiAgent: NativeAgent = {
  name: GEMINI_CLI,

  *discover(env) {
    for (const project of projectsOf(env)) {
      const chats = join(project, CHATS);
      for (const entry of entriesOf(chats)) {
        const path = join(chats, entry.name);
        if (entry.isFile()) yield* chatAt(path);
        else if (entry.isDirectory()) yield* subagentsIn(path);
      }
    }
  },

  recognise(path, head) {
    const first = head.slice(0, 2000);
    const isOurs = first.includes('"sessionId"') && first.includes('"projectHash"');
    // Of a document that is cut off its fields are in any order: in older ones `messages` stand in front.
    const isDocument = path.endsWith('.json') && /^\s*\{/.test(head) && /"messages":\s*\[/.test(head);
    if (!isOurs && !(isDocument && /"type":\s*"(?:user|gemini|info)"/.test(head))) return undefined;
    return chatAt(path)[0] ?? { agent: GEMINI_CLI, path, session: sessionIn(head) };
  },

  *subagents({ path, session }) {
    if (session === undefined || basename(dirname(path)) !== CHATS) return;
    // The file's name has the beginning of the id only; the folder of its subagents all of it.
    for (const entry of entriesOf(dirname(path))) {
      if (entry.isDirectory() && entry.name.startsWith(session)) yield* subagentsIn(join(dirname(path), entry.name));
    }
  },

  open(file, onIssue) {
    if (file.path.endsWith('.jsonl')) return new LineSource({ path: file.path, parser: () => parserOf(file), onIssue });
    return new SnapshotSource({ files: [file.path], agent: GEMINI_CLI, load: () => documentOf(file), onIssue });
  },

  folders(env, workspace) {
    return [projectFolder(env, workspace), join(temporaryOf(env), projectHash(workspace))].map((project) =>
      join(project, CHATS),
    );
  },

  subagentFolders({ path, parent }) {
    // Only its first record tells the id of which the folder has its name.
    const id =
      parent === undefined ? sessionIn(readRegularFileStart(path, HEAD_BYTES)?.toString('utf8') ?? '') : undefined;
    return id === undefined ? [] : [join(dirname(path), id)];
  },

  fileAt(path) {
    return chatAt(path)[0] ?? (path.endsWith('.jsonl') ? subagentAt(path) : undefined);
  },
};

function temporaryOf({ home }: NativeEnv): string {
  return join(home, '.gemini', 'tmp');
}

/** The folder's name for a project until early 2026. */
function projectHash(workspace: string): string {
  return createHash('sha256').update(workspace).digest('hex');
}

/**
 * A project's folder has the name of the workspace's, with a number when another workspace has that already. Where there
 * is none yet, the one that will be made.
 */
function projectFolder(env: NativeEnv, workspace: string): string {
  const name = basename(workspace)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const slug = name === '' ? 'project' : name;
  for (let number = 0; ; number += 1) {
    const folder = join(temporaryOf(env), number === 0 ? slug : `${slug}-${number}`);
    const known = workspaceOf(folder);
    if (known === undefined || known === workspace) return folder;
  }
}

function projectsOf(env: NativeEnv): readonly string[] {
  const projects = temporaryOf(env);
  return entriesOf(projects).flatMap((entry) => (entry.isDirectory() ? join(projects, entry.name) : []));
}

function chatAt(path: string): readonly NativeFile[] {
  const name = basename(path);
  if (!CHAT.test(name) || basename(dirname(path)) !== CHATS) return [];
  return [
    { agent: GEMINI_CLI, path, session: /-([0-9a-f]{8})\.jsonl?$/.exec(name)?.[1] ?? name.replace(/\.jsonl?$/, '') },
  ];
}

function* subagentsIn(folder: string): Iterable<NativeFile> {
  for (const entry of entriesOf(folder)) {
    const file = entry.isFile() ? subagentAt(join(folder, entry.name)) : undefined;
    if (file) yield file;
  }
}

/** `chats/<id of the session>/<id>.jsonl` */
function subagentAt(path: string): NativeFile | undefined {
  const folder = dirname(path);
  if (!path.endsWith('.jsonl') || basename(dirname(folder)) !== CHATS) return undefined;
  return { agent: GEMINI_CLI, path, session: basename(path, '.jsonl'), parent: basename(folder) };
}

function sessionIn(head: string): string | undefined {
  return /"sessionId":\s*"([^"]{1,200})"/.exec(head)?.[1];
}

function parserOf({ path, session, parent }: NativeFile): ChatParser {
  return new ChatParser({
    fallbackId: session ?? basename(path),
    fallbackTime: modifiedAt(path),
    parent,
    workspace: () => workspaceOf(projectOf(path)),
  });
}

/** The project's folder that a chat lies in, a subagent's one deeper. */
function projectOf(path: string): string {
  const chats = basename(dirname(path)) === CHATS ? dirname(path) : dirname(dirname(path));
  return dirname(chats);
}

function workspaceOf(project: string): string | undefined {
  return readRegularFile(join(project, '.project_root'), MOST_NAME_BYTES)?.toString('utf8').trim() || undefined;
}

function documentOf(file: NativeFile): Snapshot | Unreadable {
  const text = readRegularFile(file.path, MOST_BYTES)?.toString('utf8');
  if (text === undefined) return { reason: `${file.path} cannot be read, or is too large` };
  const chat = asRecord(parseJson(text));
  if (!chat) return { reason: `${file.path}: passed over, not a JSON object` };
  const { messages, ...head } = chat;
  const parser = parserOf(file);
  const events = [...parser.accept({ ...head, type: undefined }, 'start')];
  for (const [index, value] of asArray(messages).entries()) {
    const message = asRecord(value);
    if (message) events.push(...parser.accept({ ...message, type: asString(message.type) }, String(index)));
  }
  return { facts: parser.facts, events };
}
