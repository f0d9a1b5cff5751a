/**
 * `npm run bench:open`: a session of 1 GB is opened in the event panel: the page in Chromium, and behind it the model and
 * the rows of the extension in this process. Measured are the time from the choice of the session to the first paint with
 * its last rows, beside that of a short session; how long it takes until all of it has been read, and the memory of the
 * process meanwhile, of which the browser's remote control has a part.
 * `--megabytes N` (1000), `--rounds N` of first paints (9).
 */
/// <reference lib="dom" />
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { writeSession } from './bench/made-up-session.ts';
import { benchOptions } from './bench/options.ts';
import { PanelHost } from './bench/panel-host.ts';
import { median } from './bench/percentile.ts';
import { memoryMb } from './bench/process-usage.ts';
import { report } from './bench/report.ts';
import { launchChromium } from './chromium.ts';
import { startPanelServer } from './panel-server.ts';

/** Promised. */
const FIRST_PAINT_MS = 300;
const [LONG, SHORT] = ['long', 'short'];
/** A session that is read in a moment. */
const SHORT_BYTES = 200_000;

const { megabytes, rounds, ...mode } = benchOptions({ megabytes: [1000, 20], rounds: [9, 1] });
const home = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'at-open-')));
const [store, runtimeDir] = [path.join(home, '.agent-traces'), path.join(home, 'run')];
mkdirSync(runtimeDir, { mode: 0o700 });
writeSession(store, LONG, megabytes * 1_000_000);
writeSession(store, SHORT, SHORT_BYTES);
const server = await startPanelServer();
const browser = await launchChromium();
try {
  const paints: number[] = [];
  const short: number[] = [];
  for (let round = -1; round < rounds; round += 1) {
    const [shortMs, longMs] = [(await opened(SHORT)).paintMs, (await opened(LONG)).paintMs];
    // The first loads what all others need too.
    if (round < 0) continue;
    short.push(shortMs);
    paints.push(longMs);
  }
  const before = memoryMb(process.pid).now;
  const { wholeMs, memory } = await opened(LONG, true);
  const beside = (of: (values: readonly number[]) => number) => ({ name: 'a short session', value: of(short) });
  const latest = (values: readonly number[]) => Math.max(...values);
  report(
    {
      figures: [
        {
          name: 'first paint, median',
          value: median(paints),
          unit: 'ms',
          limit: FIRST_PAINT_MS,
          beside: beside(median),
        },
        { name: 'first paint, the latest', value: latest(paints), unit: 'ms', beside: beside(latest) },
        { name: 'all of it read', value: wholeMs / 1000, unit: 's' },
        { name: 'memory of the host, most', value: memory, unit: 'MB', beside: { name: 'before', value: before } },
      ],
      megabytes,
    },
    mode,
  );
} finally {
  await browser.close();
  await server.close();
  rmSync(home, { recursive: true, force: true });
}

/** Opens the session on a page of its own; waits for all of it when asked to. */
async function opened(session: string, isWhole = false): Promise<{ paintMs: number; wholeMs: number; memory: number }> {
  const page = await browser.newPage({ viewport: { width: 420, height: 900 } });
  const host = await PanelHost.open(page, { store, runtimeDir, url: server.url });
  try {
    const painted = firstPaint(page);
    const started = performance.now();
    const startedAt = performance.timeOrigin + started;
    host.show(session);
    const paintMs = (await painted) - startedAt;
    let memory = Number.NaN;
    if (isWhole) {
      await host.untilWhole();
      memory = memoryMb(process.pid).most;
    }
    return { paintMs, wholeMs: performance.now() - started, memory };
  } finally {
    host.close();
    await page.close();
  }
}

/** When the first frame with rows and a header has been drawn, Unix milliseconds. */
function firstPaint(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const look = () => {
          const isThere = document.querySelector('.row:not(.loading)') && document.querySelector('.activity');
          if (!isThere) return requestAnimationFrame(look);
          // After this frame has been drawn.
          return requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()));
        };
        requestAnimationFrame(look);
      }),
  );
}
