/**
 * `npm run bench:idle`: what an idle editor and an idle watcher cost with 200 past sessions in the store. Two real
 * editors stand side by side, one with the packed extension, one with an empty one; counted is the processor time of
 * their extension hosts meanwhile, first with event stream and sessions in sight, then with the side bar closed, once
 * both have come to rest. A host now and then collects garbage, for a tenth of a second and by itself: the figure is the
 * median of the differences in slices of ten seconds, beside it stand the sums. A watcher (`agent-trace watch`) is
 * counted by itself.
 * `--sessions N` (200), `--seconds N` of each part (120), `--editor VERSION` (1.100.3).
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EditorWindow, editorVersion, extensionHost, openEditorWindow, showViews } from './bench/editor-window.ts';
import { benchOptions } from './bench/options.ts';
import { writePastSessions } from './bench/past-sessions.ts';
import { median } from './bench/percentile.ts';
import { processorSeconds } from './bench/process-usage.ts';
import { report } from './bench/report.ts';
import { build } from './build.ts';
import { packEmptyExtension } from './editor/empty-extension.ts';
import { EDITOR_VERSIONS } from './editor/install.ts';
import { runCommand } from './editor/running-extensions.ts';
import { packVsix } from './pack-vsix.ts';
import { root } from './steps.ts';
import { waitFor } from './wait-for.ts';

/** Promised: percent of one core. */
const LIMIT_PERCENT = 0.2;
const SLICE_SECONDS = 10;
/** A host that takes less than this in one slice, seconds of the processor, has come to rest. */
const AT_REST = 0.05;
/** Editor and extensions are still at work when a window has opened. */
const SETTLE_DEADLINE_MS = 180_000;

const { sessions, seconds, editor, ...mode } = benchOptions(
  { sessions: [200, 5], seconds: [120, SLICE_SECONDS] },
  { editor: { type: 'string', default: EDITOR_VERSIONS[0] } },
);
const version = editorVersion(editor);
if (seconds < SLICE_SECONDS) throw new Error(`--seconds takes a number from ${SLICE_SECONDS}`);

/** Percent of one core. */
interface Row {
  readonly name: string;
  readonly agent_trace: number;
  readonly empty: number;
  /** Median of the differences of the slices. */
  readonly added: number;
}

const home = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'at-idle-')));
const workspace = path.join(home, 'workspace');
const runtime = path.join(home, 'run');
const editors: EditorWindow[] = [];
const rows: Row[] = [];
try {
  mkdirSync(runtime, { mode: 0o700 });
  writePastSessions(path.join(workspace, '.agent-traces'), workspace, sessions);
  await build();
  const vsix = path.join(home, 'agent-trace.vsix');
  await packVsix(vsix, undefined, 'ignore');
  for (const extension of [vsix, await packEmptyExtension(home)])
    editors.push(await openEditorWindow(version, workspace, runtime, extension));
  await showViews(editors[0] as EditorWindow);
  rows.push(await compare('event stream and sessions in sight'));
  for (const { browser } of editors) await runCommand(browser.page, 'View: Toggle Primary Side Bar Visibility');
  rows.push(await compare('side bar closed'));
  rows.push(await watcherRow());
} finally {
  for (const editor of editors) await editor.close();
  rmSync(home, { recursive: true, force: true });
}
const figures = rows.map(({ name, added, empty }) => ({
  name: `added by ${name}`,
  value: added,
  unit: '% of a core',
  limit: LIMIT_PERCENT,
  ...(empty > 0 && { beside: { name: 'an empty extension', value: empty } }),
}));
report({ figures, editor: version, sessions, seconds, rows }, mode);

async function compare(name: string): Promise<Row> {
  const pids = await Promise.all(editors.map(extensionHost));
  await waitFor(
    'the extension hosts to come to rest',
    async () => (await slice(pids)).every((took) => took < AT_REST),
    SETTLE_DEADLINE_MS,
  );
  return rowOf(name, await slices(pids));
}

/** Processor time of each process in each slice, seconds. */
async function slices(pids: readonly number[]): Promise<readonly (readonly number[])[]> {
  const taken: (readonly number[])[] = [];
  for (let left = seconds; left >= SLICE_SECONDS; left -= SLICE_SECONDS) taken.push(await slice(pids));
  return taken;
}

async function slice(pids: readonly number[]): Promise<readonly number[]> {
  const before = pids.map(processorSeconds);
  await sleep(SLICE_SECONDS * 1000);
  return pids.map((pid, index) => processorSeconds(pid) - (before[index] ?? 0));
}

function rowOf(name: string, taken: readonly (readonly number[])[]): Row {
  const total = (process: number) => taken.reduce((sum, each) => sum + (each[process] ?? 0), 0) / taken.length;
  const added = taken.map(([ours = 0, empty = 0]) => ours - empty);
  return { name, agent_trace: percent(total(0)), empty: percent(total(1)), added: percent(median(added)) };
}

async function watcherRow(): Promise<Row> {
  const env = { ...process.env, HOME: home, AGENT_TRACE_RUNTIME_DIR: runtime };
  const args = [path.join(root, 'dist/agent-trace.cjs'), 'watch', '--json'];
  const watcher = spawn(process.execPath, args, { cwd: workspace, env, stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    let said = '';
    watcher.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    await waitFor('the watcher to be ready', () => said.includes('watching '));
    const pids = [watcher.pid as number];
    await waitFor(
      'the watcher to come to rest',
      async () => (await slice(pids)).every((took) => took < AT_REST),
      SETTLE_DEADLINE_MS,
    );
    return rowOf('agent-trace watch', await slices(pids));
  } finally {
    watcher.kill('SIGKILL');
  }
}

/** Seconds of the processor in one slice, as percent of a core: hundredths of it. */
function percent(processorSecondsInSlice: number): number {
  return Math.round((10_000 * processorSecondsInSlice) / SLICE_SECONDS) / 100 + 0;
}
