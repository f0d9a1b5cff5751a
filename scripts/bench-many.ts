/**
 * `npm run bench:many`: a store of 1,000 sessions of which 50 are live, with 20 events a second each. Measured are
 * - the watcher (`agent-trace watch`) and the extension's model, beside a bare reader of the same files at the same time:
 *   processor and memory of the watcher, and how late events are, from the append to the line that each prints of it;
 * - the extension in a real editor, its event stream and sessions in sight, beside an empty extension in an editor of its
 *   own at the same time: processor and memory of the extension hosts, once past sessions have been read.
 * `--sessions N` (1000), `--active N` (50), `--rate N` events a second each (20), `--seconds N` (20), `--editor VERSION`
 * (1.100.3). With `--quick` no editor is started.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EditorWindow, editorVersion, extensionHost, openEditorWindow, showViews } from './bench/editor-window.ts';
import type { Figure } from './bench/figures.ts';
import { benchOptions } from './bench/options.ts';
import { writePastSessions } from './bench/past-sessions.ts';
import { percentile } from './bench/percentile.ts';
import { memoryMb, processorSeconds } from './bench/process-usage.ts';
import { report } from './bench/report.ts';
import { build } from './build.ts';
import { packEmptyExtension } from './editor/empty-extension.ts';
import { EDITOR_VERSIONS } from './editor/install.ts';
import { activeSessionId, startActiveSessions } from './many/active-sessions.ts';
import { Follower } from './many/follower.ts';
import { packVsix } from './pack-vsix.ts';
import { root } from './steps.ts';
import { waitFor } from './wait-for.ts';

const { sessions, active, rate, seconds, editor, ...mode } = benchOptions(
  { sessions: [1000, 20], active: [50, 5], rate: [20, 20], seconds: [20, 1] },
  { editor: { type: 'string', default: EDITOR_VERSIONS[0] } },
);
const version = editorVersion(editor);
if (process.platform !== 'linux') throw new Error('this benchmark reads /proc, it runs on Linux');

/** Promised: no event is later by more than this. What the bare reader is late, too, is the machine's. Milliseconds. */
const LATEST_MS = 100;
/** Of the events of `write-active.ts` half have a line of their own. */
const PROBES = (active * rate * seconds) / 2;
const REST_DEADLINE_MS = 300_000;
/** A host that takes less than this in three seconds, seconds of the processor, has come to rest. */
const AT_REST = 0.15;

const home = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'at-many-')));
const workspace = path.join(home, 'workspace');
const store = path.join(workspace, '.agent-traces');
const runtime = path.join(home, 'run');
const figures: Figure[] = [];
let stopSessions = () => {};
try {
  mkdirSync(runtime, { mode: 0o700 });
  await build();
  writePastSessions(store, workspace, sessions - active);
  stopSessions = startActiveSessions(store, workspace, runtime, active);
  const rules = [
    { name: 'budget', condition: 'cost_usd > 5000', action: 'kill' },
    { name: 'danger', condition: 'command matches "rm -rf *"', action: 'pause' },
    { name: 'reads', condition: 'files_read > 100000', action: 'alert' },
  ];
  writeFileSync(path.join(workspace, '.watch-rules.json'), JSON.stringify({ rules }));
  figures.push(...(await watched()));
  if (!mode.quick) figures.push(...(await shown()));
} finally {
  stopSessions();
  rmSync(home, { recursive: true, force: true });
}
report({ figures, sessions, active, rate, seconds }, mode);

async function watched(): Promise<readonly Figure[]> {
  const env = { ...process.env, HOME: home, AGENT_TRACE_RUNTIME_DIR: runtime };
  const folders = Array.from({ length: active }, (_, index) => path.join(store, activeSessionId(index)));
  const follow = (file: string, ...args: readonly string[]) => new Follower([file, ...args], workspace, env);
  const bare = follow(path.join(import.meta.dirname, 'many/bare-reader.mjs'), ...folders);
  const watcher = follow(path.join(root, 'dist/agent-trace.cjs'), 'watch');
  const model = follow(path.join(import.meta.dirname, 'many/extension-model.ts'), store, runtime);
  const all = [bare, watcher, model];
  try {
    await waitFor('all to be ready', () => all.every(({ isReady }) => isReady), 60_000);
    for (const each of all) each.begin();
    await write();
    await waitFor('all events to be seen', () => all.every(({ lateness }) => lateness.length >= PROBES), 60_000);
    const row = (
      of: Follower,
      name: string,
      unit: string,
      value: (of: Follower) => number,
      limit?: number,
    ): Figure => ({
      name,
      value: value(of),
      unit,
      ...(limit === undefined ? {} : { limit }),
      beside: { name: 'a bare reader', value: value(bare) },
    });
    const latest = LATEST_MS + percentile(bare.lateness, 1);
    const late = (of: Follower, name: string): readonly Figure[] => [
      row(of, `append to ${name}, median`, 'ms', ({ lateness }) => percentile(lateness, 0.5)),
      row(of, `append to ${name}, 99th percentile`, 'ms', ({ lateness }) => percentile(lateness, 0.99)),
      row(of, `append to ${name}, the latest`, 'ms', ({ lateness }) => percentile(lateness, 1), latest),
    ];
    return [
      row(watcher, 'watcher, processor', '% of a core', ({ processor }) => (100 * processor) / seconds),
      row(watcher, 'watcher, memory', 'MB', ({ memory }) => memory),
      ...late(watcher, 'line of the watcher'),
      row(model, "extension's model, processor", '% of a core', ({ processor }) => (100 * processor) / seconds),
      ...late(model, "extension's model"),
    ];
  } finally {
    for (const each of all) each.stop();
  }
}

async function shown(): Promise<readonly Figure[]> {
  const windows: EditorWindow[] = [];
  try {
    const vsix = path.join(home, 'agent-trace.vsix');
    await packVsix(vsix, undefined, 'ignore');
    for (const extension of [vsix, await packEmptyExtension(home)])
      windows.push(await openEditorWindow(version, workspace, runtime, extension));
    await showViews(windows[0] as EditorWindow);
    const hosts = await Promise.all(windows.map(extensionHost));
    await waitFor('the extension hosts to come to rest', () => areAtRest(hosts), REST_DEADLINE_MS);
    const before = hosts.map(processorSeconds);
    await write();
    const taken = hosts.map((pid, index) => processorSeconds(pid) - (before[index] ?? 0));
    const row = (name: string, unit: string, [value = Number.NaN, beside = Number.NaN]: readonly number[]): Figure => ({
      name,
      value,
      unit,
      beside: { name: 'an empty extension', value: beside },
    });
    return [
      row(
        'extension host, processor',
        '% of a core',
        taken.map((each) => (100 * each) / seconds),
      ),
      row(
        'extension host, memory',
        'MB',
        hosts.map((pid) => memoryMb(pid).now),
      ),
    ];
  } finally {
    for (const window of windows) await window.close();
  }
}

async function areAtRest(hosts: readonly number[]): Promise<boolean> {
  const before = hosts.map(processorSeconds);
  await sleep(3000);
  return hosts.every((pid, index) => processorSeconds(pid) - (before[index] ?? 0) < AT_REST);
}

/** Resolves when all events have been appended. */
async function write(): Promise<void> {
  const args = [path.join(import.meta.dirname, 'many/write-active.ts'), store, active, rate, seconds].map(String);
  await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'close');
}
