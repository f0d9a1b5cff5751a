/**
 * `npm run bench:open`: a past session of 1 GB is opened in the event panel: the page in Chromium, and behind it the model and
 * the rows of the extension in a process of their own. Measured are the time from the choice of the session to the first
 * paint with its last rows, beside that of a short session; and, while all of it is read, for how long nothing else had its
 * turn in the extension's process, and its memory.
 * `--megabytes N` (1000), `--rounds N` of first paints (9).
 */
/// <reference lib="dom" />
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { Figure } from './bench/figures.ts';
import { writeSession } from './bench/made-up-session.ts';
import { benchOptions } from './bench/options.ts';
import { OwnPanelHost } from './bench/own-panel-host.ts';
import type { Reading } from './bench/panel-host-process.ts';
import { median } from './bench/percentile.ts';
import { report } from './bench/report.ts';
import { launchChromium } from './chromium.ts';
import { startPanelServer } from './panel-server.ts';

/** Promised. */
const FIRST_PAINT_MS = 300;
/** Of the processor: on a machine that does other things too, a turn is long for their sake. */
const LONGEST_TURN_MS = 50;
const [LONG, SHORT] = ['long', 'short'];
/** A session that is read in a moment. */
const SHORT_BYTES = 200_000;

const { megabytes, rounds, ...mode } = benchOptions({ megabytes: [1000, 20], rounds: [9, 1] });
const home = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'at-open-')));
const [store, runtimeDir] = [path.join(home, '.agent-traces'), path.join(home, 'run')];
mkdirSync(runtimeDir, { mode: 0o700 });
writePastSession(LONG, megabytes * 1_000_000);
writePastSession(SHORT, SHORT_BYTES);
const server = await startPanelServer();
const browser = await launchChromium();
const [short, long]: readonly [number[], number[]] = [[], []];
try {
  const host = new OwnPanelHost({ store, runtimeDir, url: server.url });
  for (let round = -1; round < rounds; round += 1) {
    const [shortMs, longMs] = [await firstPaint(host, SHORT), await firstPaint(host, LONG)];
    // The first loads what all others need too.
    if (round < 0) continue;
    short.push(shortMs);
    long.push(longMs);
  }
  await host.end();
  report({ figures: [...paintFigures(), ...readingFigures(await readWhole())], megabytes }, mode);
} finally {
  await browser.close();
  await server.close();
  rmSync(home, { recursive: true, force: true });
}

/** One that is over is not read before it is chosen. */
function writePastSession(session: string, bytes: number): void {
  writeSession(store, session, bytes);
  const file = path.join(store, session, 'meta.json');
  const meta = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...meta, ended_at: meta.started_at + 1 }));
}

function paintFigures(): readonly Figure[] {
  const beside = (of: (values: readonly number[]) => number) => ({ name: 'a short session', value: of(short) });
  const latest = (values: readonly number[]) => Math.max(...values);
  return [
    { name: 'first paint, median', value: median(long), unit: 'ms', limit: FIRST_PAINT_MS, beside: beside(median) },
    { name: 'first paint, the latest', value: latest(long), unit: 'ms', beside: beside(latest) },
  ];
}

function readingFigures(reading: Reading): readonly Figure[] {
  const { seconds, cpuSeconds, longestMs, longestCpuMs, mostMb, beforeMb, keptMb } = reading;
  return [
    { name: 'all of it read', value: seconds, unit: 's' },
    { name: 'all of it read, CPU of the host', value: cpuSeconds, unit: 's' },
    { name: 'longest turn of the host meanwhile', value: longestMs, unit: 'ms' },
    { name: 'longest turn of the host, CPU', value: longestCpuMs, unit: 'ms', limit: LONGEST_TURN_MS },
    { name: 'memory of the host, most', value: mostMb, unit: 'MB', beside: { name: 'before', value: beforeMb } },
    { name: 'memory kept of it', value: keptMb, unit: 'MB', beside: { name: 'the file', value: megabytes } },
  ];
}

/** Milliseconds until the session is seen on a page of its own. */
async function firstPaint(host: OwnPanelHost, session: string): Promise<number> {
  const page = await openPage(host);
  try {
    const painted = whenPainted(page);
    const startedAt = performance.timeOrigin + performance.now();
    host.show(session);
    return (await painted) - startedAt;
  } finally {
    host.leave();
    await page.close();
  }
}

async function readWhole(): Promise<Reading> {
  const host = new OwnPanelHost({ store, runtimeDir, url: server.url });
  // Loads what is needed for any session.
  await firstPaint(host, SHORT);
  const page = await openPage(host);
  const reading = host.measure();
  host.show(LONG);
  await reading;
  host.leave();
  await page.close();
  await host.end();
  return reading;
}

async function openPage(host: OwnPanelHost): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 420, height: 900 } });
  await host.open(page);
  return page;
}

/** When the first frame with rows and a header has been drawn, Unix milliseconds. */
function whenPainted(page: Page): Promise<number> {
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
