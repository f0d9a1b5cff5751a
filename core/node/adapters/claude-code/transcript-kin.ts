import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { entriesOf } from '../../entries-of.ts';
import { readRegularFileStart } from '../../store/read-regular-file.ts';
import { forEachChunk } from '../../tail/for-each-chunk.ts';

/** Where the first record with an id stands: behind a few without one (titles, modes, snapshots of files). */
const HEAD_BYTES = 64 * 1024;
const RECORD_ID = /"uuid":"([^"]{1,64})"/;
const RECORD_TIME = /"timestamp":"([^"]{1,40})"/;
/** Between a record's time and that of a file made for it. */
const COPIED_AFTER_MS = 60_000;
const IDS = /"(?:uuid|id)":"((?:msg_)?[\w-]{1,64})"/g;
/** Longer than any id with its name: what may be cut in two by the end of a chunk. */
const OVERLAP = 160;

interface Sibling {
  readonly path: string;
  /** Milliseconds. */
  readonly bornAt: number;
  /** Id of the first record that has one. */
  readonly first: string;
  /** Time of the first record that has one, milliseconds. */
  readonly firstAt: number;
  /** A record says that it was copied from another session. */
  readonly isFork: boolean;
}

/** The transcripts of one folder. */
interface Siblings {
  readonly byPath: ReadonlyMap<string, Sibling>;
  /** By id of the first record, the earliest first. */
  readonly byFirst: ReadonlyMap<string, readonly Sibling[]>;
}

/**
 * Transcripts that begin with the same record: a session that is resumed or forked begins with a copy of the other, in
 * which only the session's id is changed. What both have belongs to the earlier. Remembers what it has looked at.
 */
export class TranscriptKin {
  private readonly folders = new Map<string, Siblings>();

  /** The transcripts of the same folder that a session's transcript may repeat, earliest first. */
  earlierThan(path: string): readonly string[] {
    const folder = dirname(path);
    const known = this.folders.get(folder);
    const own = known?.byPath.get(path) ?? siblingAt(path);
    // Records of a copy are older than the file; what was written here first repeats nothing.
    if (!own || own.bornAt - own.firstAt < COPIED_AFTER_MS) return [];
    const { byPath, byFirst } = known?.byPath.has(path) ? known : siblingsIn(folder);
    this.folders.set(folder, { byPath, byFirst });
    const kin = byFirst.get(own.first) ?? [];
    return kin
      .slice(
        0,
        kin.findIndex((sibling) => sibling.path === path),
      )
      .map((sibling) => sibling.path);
  }
}

/** Ids of the records and answers in transcripts. */
export function idsIn(paths: readonly string[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const path of paths) {
    let before = '';
    forEachChunk(path, (chunk) => {
      const text = before + chunk.toString('latin1');
      for (const [, id] of text.matchAll(IDS)) ids.add(copied(id) ?? '');
      before = text.slice(-OVERLAP);
    });
  }
  return ids;
}

function siblingsIn(folder: string): Siblings {
  const byPath = new Map<string, Sibling>();
  const byFirst = new Map<string, Sibling[]>();
  for (const entry of entriesOf(folder)) {
    if (!entry.isFile() || !entry.name.endsWith('.jsonl') || entry.name.startsWith('agent-')) continue;
    const sibling = siblingAt(join(folder, entry.name));
    if (!sibling) continue;
    byPath.set(sibling.path, sibling);
    const kin = byFirst.get(sibling.first);
    if (kin) kin.push(sibling);
    else byFirst.set(sibling.first, [sibling]);
  }
  for (const kin of byFirst.values()) kin.sort(byAge);
  return { byPath, byFirst };
}

function siblingAt(path: string): Sibling | undefined {
  const head = readRegularFileStart(path, HEAD_BYTES)?.toString('latin1') ?? '';
  const first = copied(RECORD_ID.exec(head)?.[1]);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!first || !stat) return undefined;
  const firstAt = Date.parse(RECORD_TIME.exec(head)?.[1] ?? '') || 0;
  return { path, first, firstAt, bornAt: stat.birthtimeMs, isFork: head.includes('"forkedFrom":') };
}

/** A part of a string keeps all of it in memory. */
function copied(part: string | undefined): string | undefined {
  return part === undefined ? undefined : Buffer.from(part, 'latin1').toString('latin1');
}

function byAge(a: Sibling, b: Sibling): number {
  return Number(a.isFork) - Number(b.isFork) || a.bornAt - b.bornAt || (a.path < b.path ? -1 : 1);
}
