/**
 * `npm run bench:editor`: the packed extension in a real editor, window and browser included. Measured are
 * - activation: what the extension host itself says that loading the code and calling `activate` took, beside an empty
 *   extension that the same event activates in the same window; medians of several windows, each with a host of its own;
 * - latency: from the append of an event to the store to the changed text of the status bar in the document. Both ends
 *   read the machine's clock (whole milliseconds).
 * `--editor VERSION` (1.100.3; may be repeated), `--windows N` (9), `--appends N` (100).
 */
/// <reference lib="dom" />
import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { encodeEvent, type TraceEvent } from '../core/common/trace/trace-event.ts';
import { beginSession } from './bench/begin-session.ts';
import type { Figure } from './bench/figures.ts';
import { benchOptions } from './bench/options.ts';
import { writePastSessions } from './bench/past-sessions.ts';
import { median, percentile } from './bench/percentile.ts';
import { registerSession } from './bench/register-session.ts';
import { report } from './bench/report.ts';
import { build } from './build.ts';
import { openBrowser } from './editor/browser.ts';
import { EMPTY_EXTENSION, packEmptyExtension } from './editor/empty-extension.ts';
import { EDITOR_VERSIONS, type EditorVersion } from './editor/install.ts';
import { activationTimes } from './editor/running-extensions.ts';
import { startEditor } from './editor/server.ts';
import { packVsix } from './pack-vsix.ts';
import { waitFor } from './wait-for.ts';

/** Promised, at the median. */
const ACTIVATION_LIMIT_MS = 60;
const LATENCY_LIMIT_MS = 100;
const OURS = 'Agent Trace';
const PAST_SESSIONS = 50;
const WARM_UP = 5;
/** An agent's events are not so close; closer ones are shown together. */
const PAUSE_MS = 150;

const { windows, appends, editor, ...mode } = benchOptions(
  { windows: [9, 1], appends: [100, 3] },
  { editor: { type: 'string', multiple: true, default: [EDITOR_VERSIONS[0]] } },
);
const versions = editor.map((name) => {
  const version = EDITOR_VERSIONS.find((known) => known === name);
  if (!version) throw new Error(`--editor takes ${EDITOR_VERSIONS.join(' or ')}, not ${name}`);
  return version;
});

const home = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'at-bench-')));
const figures: Figure[] = [];
try {
  await build();
  const vsix = path.join(home, 'agent-trace.vsix');
  await packVsix(vsix, undefined, 'ignore');
  const empty = await packEmptyExtension(home);
  for (const version of versions) figures.push(...(await measure(version, [vsix, empty])));
} finally {
  rmSync(home, { recursive: true, force: true });
}
report({ figures, windows, appends }, mode);

async function measure(version: EditorVersion, extensions: readonly string[]): Promise<readonly Figure[]> {
  const workspace = path.join(home, `workspace-${version}`);
  const runtime = path.join(home, `run-${version}`);
  mkdirSync(runtime, { mode: 0o700 });
  const agent = spawn('sleep', ['3600'], { stdio: 'ignore' });
  try {
    const session = startSession(workspace, runtime, agent.pid as number);
    const env = { AGENT_TRACE_RUNTIME_DIR: runtime };
    const server = await startEditor({ version, workspace, extensions, env });
    const browser = await openBrowser({ height: 2400 });
    try {
      const ours: number[] = [];
      const bare: number[] = [];
      for (let window = 0; window < windows; window += 1) {
        await browser.page.goto(server.url);
        await statusText(browser.page);
        const times = await activationTimes(browser.page, [OURS, EMPTY_EXTENSION]);
        ours.push(times.get(OURS) as number);
        bare.push(times.get(EMPTY_EXTENSION) as number);
      }
      const latency = await latencies(browser.page, session);
      const empty = { name: 'an empty extension', value: median(bare) };
      const activation = { value: median(ours), limit: empty.value + ACTIVATION_LIMIT_MS, beside: empty };
      return [
        { name: `activation in VS Code ${version}, median`, unit: 'ms', ...activation },
        { name: 'append to status bar, median', unit: 'ms', value: median(latency), limit: LATENCY_LIMIT_MS },
        { name: 'append to status bar, 99th percentile', unit: 'ms', value: percentile(latency, 0.99) },
      ];
    } finally {
      await browser.close();
      await server.stop();
    }
  } finally {
    agent.kill('SIGKILL');
  }
}

/** A live session beside past ones; appends one event and gives the number of its calls. */
function startSession(workspace: string, runtime: string, pid: number): () => number {
  const store = path.join(workspace, '.agent-traces');
  writePastSessions(store, workspace, PAST_SESSIONS);
  const session_id = 'live';
  const file = beginSession(store, session_id, workspace);
  registerSession(runtime, store, session_id, pid);
  let events = 0;
  const append = (event_type: TraceEvent['event_type'], data: TraceEvent['data']) => {
    events += 1;
    const event = { event_type, timestamp: Date.now() / 1000, event_id: `e${events}`, session_id, data };
    appendFileSync(file, encodeEvent(event));
  };
  append('llm_response', { model: 'claude-sonnet-4-6', usage: { input: 1000, output: 1000 } });
  let calls = 0;
  return () => {
    calls += 1;
    append('tool_call', { tool_name: 'Read', arguments: { file_path: path.join(workspace, `file-${calls % 40}.ts`) } });
    return calls;
  };
}

/** Milliseconds from each append to the first text with its number of calls. */
async function latencies(page: Page, append: () => number): Promise<readonly number[]> {
  await page.evaluate(() => {
    const seen: Record<string, number> = {};
    Object.assign(globalThis, { seen });
    const look = () => {
      const text = document.querySelector('.statusbar-item[id$="agentTrace.status"]')?.textContent ?? '';
      const calls = /(\d+)\scalls?/.exec(text)?.[1];
      if (calls !== undefined) seen[calls] ??= Date.now();
    };
    const bar = document.querySelector('.part.statusbar') as HTMLElement;
    new MutationObserver(look).observe(bar, { subtree: true, childList: true, characterData: true });
  });
  const taken: number[] = [];
  for (let round = -WARM_UP; round < appends; round += 1) {
    // Out of step with whatever runs at an interval.
    await sleep(PAUSE_MS + ((round * 61) % 100));
    const at = Date.now();
    const calls = append();
    const shown = await waitFor('the status bar to change', () =>
      page.evaluate((count) => (globalThis as unknown as { seen: Record<string, number> }).seen[count], `${calls}`),
    );
    if (round >= 0) taken.push(shown - at);
  }
  return taken;
}

function statusText(page: Page): Promise<string> {
  return waitFor(
    'the entry in the status bar',
    async () => {
      const entry = page.locator('.statusbar-item[id$="agentTrace.status"]');
      return (await entry.count()) > 0 ? ((await entry.first().textContent()) ?? '') : '';
    },
    60_000,
  );
}
