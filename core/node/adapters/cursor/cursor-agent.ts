import { basename, dirname, join } from 'node:path';
import { CURSOR, CursorParser } from '../../../common/adapters/cursor/transcript-parser.ts';
import { asRecord, parseJson } from '../../../common/json.ts';
import { entriesOf } from '../../entries-of.ts';
import { readRegularFile } from '../../store/read-regular-file.ts';
import { LineSource } from '../line-source.ts';
import { modifiedAt } from '../modified-at.ts';
import type { NativeAgent, NativeFile, Unreadable } from '../native-agent.ts';
import { type Snapshot, SnapshotSource } from '../snapshot-source.ts';

const TRANSCRIPTS = 'agent-transcripts';
const SUBAGENTS = 'subagents';
const ENDING = /\.(?:jsonl|txt)$/;
const MOST_BYTES = 256 * 1024 * 1024;
const MOST_LOG_BYTES = 256 * 1024;

/** Cursor: transcripts in a folder for each project, `~/.cursor/projects/<made of the workspace's path>`. */
export const cursorAgent: NativeAgent = {
  name: CURSOR,

  *discover({ home }) {
    const projects = join(home, '.cursor', 'projects');
    for (const entry of entriesOf(projects)) {
      if (entry.isDirectory()) yield* transcriptsIn(join(projects, entry.name, TRANSCRIPTS));
    }
  },

  recognise(path, head) {
    const file = transcriptAt(path) ?? { agent: CURSOR, path, session: basename(path).replace(ENDING, '') };
    if (path.endsWith('.txt')) return /^user:\s*\n\s*<user_query>/.test(head) ? file : undefined;
    const first = asRecord(parseJson(head.split('\n', 1)[0] ?? ''));
    const isOurs = (first?.role === 'user' || first?.role === 'assistant') && asRecord(first.message) !== undefined;
    return isOurs && first.type === undefined && first.sessionId === undefined ? file : undefined;
  },

  *subagents({ path }) {
    const folder = join(dirname(path), SUBAGENTS);
    for (const entry of entriesOf(folder)) yield* fileIn(folder, entry.name);
  },

  open(file, onIssue) {
    if (file.path.endsWith('.jsonl')) return new LineSource({ path: file.path, parser: () => parserOf(file), onIssue });
    return new SnapshotSource({ files: [file.path], agent: CURSOR, load: () => textOf(file), onIssue });
  },

  folders({ home }, workspace) {
    return [join(home, '.cursor', 'projects', projectName(workspace), TRANSCRIPTS)];
  },

  subagentFolders({ path, parent }) {
    if (parent !== undefined) return [];
    // A conversation of the editor has a folder of its own, which has the same name as its file.
    const own = basename(dirname(path)) === TRANSCRIPTS ? path.replace(ENDING, '') : dirname(path);
    return [own, join(own, SUBAGENTS)];
  },

  fileAt: transcriptAt,
};

/** The folder's name for a project: its path with a dash for each character but letters and digits. */
function projectName(workspace: string): string {
  return workspace.replace(/^\//, '').replace(/[^A-Za-z0-9]/g, '-');
}

/** Of the editor in a folder for each conversation, of the command line beside each other. */
function* transcriptsIn(folder: string): Iterable<NativeFile> {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isFile()) yield* fileIn(folder, entry.name);
    if (!entry.isDirectory()) continue;
    for (const inner of entriesOf(path)) if (inner.isFile()) yield* fileIn(path, inner.name);
    for (const child of entriesOf(join(path, SUBAGENTS))) yield* fileIn(join(path, SUBAGENTS), child.name);
  }
}

function* fileIn(folder: string, name: string): Iterable<NativeFile> {
  const file = transcriptAt(join(folder, name));
  if (file) yield file;
}

function transcriptAt(path: string): NativeFile | undefined {
  const name = basename(path);
  if (!ENDING.test(name) || !path.split(/[\\/]/).includes(TRANSCRIPTS)) return undefined;
  const folder = dirname(path);
  const parent = basename(folder) === SUBAGENTS ? basename(dirname(folder)) : undefined;
  return { agent: CURSOR, path, session: name.replace(ENDING, ''), ...(parent === undefined ? {} : { parent }) };
}

function parserOf({ path, session = '', parent }: NativeFile): CursorParser {
  return new CursorParser({ id: session, parent, workspace: workspaceOf(path), time: () => modifiedAt(path) });
}

/** The log of the project's worker names the workspace; the folder's name cannot be turned back into its path. */
function workspaceOf(path: string): string | undefined {
  const parts = path.split(/[\\/]/);
  const at = parts.lastIndexOf(TRANSCRIPTS);
  if (at < 1) return undefined;
  const project = parts.slice(0, at).join('/');
  const log = readRegularFile(join(project, 'worker.log'), MOST_LOG_BYTES)?.toString('utf8') ?? '';
  const candidates = log.match(/(?:\/[^\s"',:;)\]}]+)+/g) ?? [];
  return candidates.find((candidate) => projectName(candidate) === basename(project));
}

function textOf(file: NativeFile): Snapshot | Unreadable {
  const text = readRegularFile(file.path, MOST_BYTES)?.toString('utf8');
  if (text === undefined) return { reason: `${file.path} cannot be read, or is too large` };
  const parser = parserOf(file);
  const events = parser.text(text);
  return { facts: parser.facts, events };
}
