import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CODEX } from '../../../common/adapters/codex/rollout-parser.ts';
import { entriesOf } from '../../entries-of.ts';
import { readRegularFileStart } from '../../store/read-regular-file.ts';
import type { NativeEnv, NativeFile } from '../native-agent.ts';

const SESSIONS = 'sessions';
const ARCHIVED = 'archived_sessions';
const ROLLOUT = /^rollout-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-([0-9a-f-]{36})\.jsonl(?:\.zst)?$/;
export const COMPRESSED = '.zst';

/** The folder Codex keeps its things in. */
export function codexHome({ env, home }: NativeEnv): string {
  return env.CODEX_HOME || join(home, '.codex');
}

/** Every rollout of a Codex home: by day, and archived. Where one is there plain and compressed, the plain one. */
export function* rolloutsOf(home: string): Iterable<NativeFile> {
  for (const folder of [...dayFolders(home), join(home, ARCHIVED)]) yield* rolloutsIn(folder);
}

/** The folders of days that have one, oldest first. */
export function dayFolders(home: string): readonly string[] {
  const below = (folder: string, name: RegExp) =>
    entriesOf(folder)
      .filter((entry) => entry.isDirectory() && name.test(entry.name))
      .map((entry) => join(folder, entry.name))
      .sort();
  const years = below(join(home, SESSIONS), /^\d{4}$/);
  return years.flatMap((year) => below(year, /^\d\d$/).flatMap((month) => below(month, /^\d\d$/)));
}

/** The folder in which rollouts of that day's sessions are, whether it exists or not. Days are those of local time. */
export function dayFolder(home: string, day: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return join(home, SESSIONS, String(day.getFullYear()), two(day.getMonth() + 1), two(day.getDate()));
}

function* rolloutsIn(folder: string): Iterable<NativeFile> {
  const names = new Set(entriesOf(folder).flatMap((entry) => (entry.isFile() ? entry.name : [])));
  for (const name of names) {
    if (name.endsWith(COMPRESSED) && names.has(name.slice(0, -COMPRESSED.length))) continue;
    const file = rolloutAt(join(folder, name));
    if (file) yield file;
  }
}

/** The session whose rollout has this name; undefined for other files. */
export function rolloutAt(path: string): NativeFile | undefined {
  const session = ROLLOUT.exec(basename(path))?.[1];
  return session === undefined ? undefined : { agent: CODEX, path, session };
}

/** What the first record of a rollout tells of its thread. It is long, and the ids stand at its beginning. */
export interface ThreadHead {
  readonly id: string | undefined;
  readonly forkedFrom: string | undefined;
  readonly startedBy: string | undefined;
}

const HEAD_BYTES = 4096;

/** Undefined for what is no plain rollout. */
export function threadHead(path: string): ThreadHead | undefined {
  const head = readRegularFileStart(path, HEAD_BYTES)?.toString('utf8').split('\n', 1)[0] ?? '';
  if (!isRolloutHead(head)) return undefined;
  const value = (name: string) => new RegExp(`"${name}": ?"([^"]{1,200})"`).exec(head)?.[1];
  return { id: value('id'), forkedFrom: value('forked_from_id'), startedBy: value('parent_thread_id') };
}

/** Whether a file that begins so is a rollout. */
export function isRolloutHead(head: string): boolean {
  const start = head.slice(0, 400);
  return /^\{.*"type": ?"session_meta"/.test(start) && start.includes('"payload"');
}

/** The Codex home that a rollout lies in; undefined for one that was taken somewhere else. */
export function homeOf(path: string): string | undefined {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    if (basename(folder) === SESSIONS || basename(folder) === ARCHIVED) return dirname(folder);
  }
  return undefined;
}

/** Path of a thread's rollout in the home that the rollout at `near` lies in. */
export function rolloutOfThread(near: string, id: string): string | undefined {
  const home = homeOf(near);
  if (home === undefined) return undefined;
  const day = idTime(id);
  const likely = day === undefined ? [] : [-1, 0, 1].map((days) => dayFolder(home, addDays(day, days)));
  for (const folder of [...likely, dirname(near), ...dayFolders(home), join(home, ARCHIVED)]) {
    if (!existsSync(folder)) continue;
    const found = [...rolloutsIn(folder)].find(({ session }) => session === id);
    if (found) return found.path;
  }
  // Somebody gave the files names of their own: only their first record tells whose they are.
  return unnamedRollouts(home).find((path) => threadHead(path)?.id === id);
}

/** Rollouts beside one that began as copies of the same thread, before it. */
export function earlierForks(near: string, forkedFrom: string): readonly string[] {
  const folder = dirname(near);
  const forks = entriesOf(folder)
    .filter((entry) => entry.isFile() && entry.name.endsWith('.jsonl'))
    .map((entry) => join(folder, entry.name))
    .sort();
  return forks.slice(0, forks.indexOf(near)).filter((path) => {
    const head = threadHead(path);
    return head?.forkedFrom === forkedFrom || head?.startedBy === forkedFrom;
  });
}

function unnamedRollouts(home: string): readonly string[] {
  return [...dayFolders(home), join(home, ARCHIVED)].flatMap((folder) =>
    entriesOf(folder)
      .filter((entry) => entry.isFile() && entry.name.endsWith('.jsonl') && !ROLLOUT.test(entry.name))
      .map((entry) => join(folder, entry.name)),
  );
}

/** Ids of threads are UUIDs of version 7: they begin with the time. */
function idTime(id: string): Date | undefined {
  const match = /^([0-9a-f]{8})-([0-9a-f]{4})-7/.exec(id);
  return match ? new Date(Number.parseInt(`${match[1]}${match[2]}`, 16)) : undefined;
}

function addDays(day: Date, days: number): Date {
  return new Date(day.getTime() + days * 24 * 3600 * 1000);
}
