import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CLAUDE_CODE } from '../../../common/adapters/claude-code/hook-events.ts';
import { TranscriptParser } from '../../../common/adapters/claude-code/transcript-parser.ts';
import { asNumber, asRecord, asString, parseJson, recordsIn } from '../../../common/json.ts';
import { entriesOf } from '../../entries-of.ts';
import { readRegularFile, readRegularFileStart } from '../../store/read-regular-file.ts';
import { LineSource } from '../line-source.ts';
import { modifiedAt } from '../modified-at.ts';
import type { NativeAgent, NativeFile, NativeIssue, NativeSource } from '../native-agent.ts';
import {
  claudeFolders,
  projectFolderName,
  SUBAGENTS,
  subagentTranscripts,
  transcriptAt,
  transcriptsOf,
  WORKFLOWS,
} from './transcript-files.ts';
import { idsIn, TranscriptKin } from './transcript-kin.ts';

/** Claude Code: one transcript a session below `projects/<folder made of the workspace's path>/`. */
export const claudeAgent: NativeAgent = {
  name: CLAUDE_CODE,

  *discover(env) {
    for (const folder of claudeFolders(env)) {
      const projects = join(folder, 'projects');
      for (const entry of entriesOf(projects)) {
        if (entry.isDirectory()) yield* transcriptsOf(join(projects, entry.name));
      }
    }
  },

  recognise(path, head) {
    const first = recordsIn(head.split('\n', 20).map(parseJson));
    const isOurs = first.some(
      (record) =>
        (asString(record.sessionId) !== undefined && asString(record.type) !== undefined) ||
        record.type === 'summary' ||
        record.type === 'file-history-snapshot',
    );
    return isOurs ? transcriptAt(path)?.[0] : undefined;
  },

  *subagents(file) {
    if (file.parent !== undefined || file.session === undefined) return;
    const folder = dirname(file.path);
    yield* subagentTranscripts(join(folder, file.session, SUBAGENTS));
    for (const entry of entriesOf(folder)) {
      const [other] = entry.isFile() ? (transcriptAt(join(folder, entry.name)) ?? []) : [];
      if (other?.parent === '' && sessionNamedIn(other.path) === file.session) yield other;
    }
  },

  open: openTranscript,

  kin() {
    const kin = new TranscriptKin();
    return (file) =>
      file.parent === undefined ? kin.earlierThan(file.path).flatMap((path) => transcriptAt(path) ?? []) : [];
  },

  root({ path, session = '', parent }) {
    if (parent) return parent;
    return parent === undefined && UUID.test(session) ? session : (sessionNamedIn(path) ?? path);
  },

  folders(env, workspace) {
    const name = projectFolderName(workspace);
    return name === undefined ? [] : claudeFolders(env).map((folder) => join(folder, 'projects', name));
  },

  subagentFolders({ path, session, parent }) {
    if (parent !== undefined || session === undefined) return [];
    const own = join(dirname(path), session, SUBAGENTS);
    const workflows = join(own, WORKFLOWS);
    const each = entriesOf(workflows).filter((entry) => entry.isDirectory());
    // The folder of workflows is waited for only where there is one of subagents: it would be waited for in there.
    return existsSync(own) ? [own, workflows, ...each.map((entry) => join(workflows, entry.name))] : [own];
  },

  processFolders(env) {
    return claudeFolders(env).map((folder) => join(folder, 'sessions'));
  },

  processAt(path) {
    if (!/^\d+\.json$/.test(basename(path))) return undefined;
    const record = asRecord(parseJson(readRegularFile(path, MOST_META_BYTES)?.toString('utf8') ?? ''));
    const pid = asNumber(record?.pid);
    const startTime = asString(record?.procStart) ?? asNumber(record?.procStart)?.toString();
    const session = asString(record?.sessionId);
    if (pid === undefined || !startTime || !session) return undefined;
    return { pid, startTime, session, workspace: asString(record?.cwd) };
  },

  fileAt(path) {
    return transcriptAt(path)?.[0];
  },
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** The beginning of a transcript: the first of its records, which are short, name the session. */
const HEAD_BYTES = 16 * 1024;
/** Larger than any `agent-<id>.meta.json`. */
const MOST_META_BYTES = 64 * 1024;

function openTranscript(file: NativeFile, onIssue: NativeIssue, earlier: readonly NativeFile[] = []): NativeSource {
  const { path, session = '', parent } = file;
  const isSubagent = parent !== undefined;
  // A transcript that somebody gave a name of their own is of the session that its records name.
  const sessionId = isSubagent ? parent || undefined : UUID.test(session) ? session : undefined;
  const subagent = isSubagent ? { id: session, type: subagentType(path) } : undefined;
  const replayed = earlier.length > 0 ? idsIn(earlier.map((each) => each.path)) : undefined;
  const parser = () =>
    new TranscriptParser({
      sessionId,
      subagent,
      fallbackTime: modifiedAt(path),
      fallbackId: session,
      isReplay: replayed && ((id) => replayed.has(id)),
      hasTranscript: remembered((agentId) => hasTranscript(path, session, agentId)),
    });
  return new LineSource({ path, parser, onIssue });
}

/** The kind of a subagent, which the newer layout keeps beside its transcript; empty when it is not told. */
function subagentType(path: string): string {
  const bytes = readRegularFile(`${path.slice(0, -'.jsonl'.length)}.meta.json`, MOST_META_BYTES);
  return asString(asRecord(parseJson(bytes?.toString('utf8') ?? ''))?.agentType) ?? '';
}

/** Asked at every record of a subagent's progress; one that appears meanwhile says the same under the same ids. */
function remembered(ask: (id: string) => boolean): (id: string) => boolean {
  const answers = new Map<string, boolean>();
  return (id) => {
    const known = answers.get(id) ?? ask(id);
    answers.set(id, known);
    return known;
  };
}

function hasTranscript(main: string, session: string, agentId: string): boolean {
  if (basename(agentId) !== agentId) return false;
  const folder = dirname(main);
  const name = `agent-${agentId}.jsonl`;
  return [join(folder, session, 'subagents', name), join(folder, name)].some(
    (path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false,
  );
}

/** The session that a transcript's first record with an id names: the parent of a subagent in the old layout. */
function sessionNamedIn(path: string): string | undefined {
  const head = readRegularFileStart(path, HEAD_BYTES)?.toString('utf8') ?? '';
  return /"sessionId":"([^"]+)"/.exec(head)?.[1];
}
