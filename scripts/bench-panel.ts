/**
 * `npm run bench:panel`: the page of the event panel in Chromium, with the fake host of `webview/dev`. Measured are the
 * times between frames after the first paint, the page's longest task, and memory: while 200,000 events are scrolled
 * through, and while 2,000 events a second arrive. On a machine that does other things, too, a frame is late for their
 * sake: the processor time of the longest task says what the page itself takes. `--events N`, `--rate N` (a second), `--seconds N` of each part.
 */
/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import type { Figure } from './bench/figures.ts';
import { benchOptions } from './bench/options.ts';
import { percentile } from './bench/percentile.ts';
import { report } from './bench/report.ts';
import { launchChromium } from './chromium.ts';
import { type PanelServer, startPanelServer } from './panel-server.ts';

const { events, rate, seconds, ...mode } = benchOptions({
  events: [200_000, 5000],
  rate: [2000, 200],
  seconds: [6, 1],
});

/** The promise: no time between two frames is longer. */
const LONGEST_FRAME_MS = 50;

interface Frames {
  readonly frames: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly worstMs: number;
  /** The longest task of the page's thread: by the clock, and what it had of the processor. */
  readonly taskMs: number;
  readonly taskCpuMs: number;
}

interface Part extends Frames {
  readonly name: string;
  /** JavaScript heap after a collection, and nodes of the document. */
  readonly heapMb: number;
  readonly nodes: number;
}

const server = await startPanelServer();
const browser = await launchChromium();
const viewport = { width: 420, height: 900 };
try {
  const empty = await idle();
  const parts = [...(await scrolled(server)), await arriving(server)];
  report({ figures: figuresOf(parts, empty), pageBytes: server.pageBytes, parts: [empty, ...parts] }, mode);
} finally {
  await browser.close();
  await server.close();
}

/** The same for a page in which nothing happens. */
async function idle(): Promise<Part> {
  const page = await browser.newPage({ viewport });
  await page.goto('about:blank');
  // The browser itself starts up meanwhile.
  await page.waitForTimeout(1000);
  await record(page);
  await page.waitForTimeout(seconds * 1000);
  return finish(page, 'empty page, for comparison');
}

async function scrolled({ url }: PanelServer): Promise<readonly Part[]> {
  const parts: Part[] = [];
  const count = events.toLocaleString('en');

  const page = await opened(`${url}?rows=${events}`);
  await record(page);
  // As fast as a wheel that is spun: some thirty rows a frame.
  await eachFrame(page, -700);
  parts.push(await finish(page, `${count} events, scrolled by the wheel`));

  const dragged = await opened(`${url}?rows=${events}`);
  await record(dragged);
  await dragged.evaluate(async (ms) => {
    const list = document.querySelector('.stream') as HTMLElement;
    const end = performance.now() + ms;
    for (let step = 0; performance.now() < end; step++) {
      // Places all over the list, the same in every run.
      list.scrollTop = ((step * 0.618_034) % 1) * list.scrollHeight;
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
  }, seconds * 1000);
  parts.push(await finish(dragged, `${count} events, scroll bar dragged about`));

  const keyed = await opened(`${url}?rows=${events}`);
  await keyed.locator('.stream').focus();
  await record(keyed);
  const end = Date.now() + seconds * 1000;
  for (const keys = ['PageUp', 'ArrowUp', 'Enter', 'Home', 'PageDown', 'ArrowDown', 'Enter', 'End']; Date.now() < end; )
    for (const key of keys) await keyed.keyboard.press(key);
  parts.push(await finish(keyed, `${count} events, by keys, rows opened`));
  return parts;
}

async function arriving({ url }: PanelServer): Promise<Part> {
  const page = await opened(`${url}?rows=1000&rate=${rate}`);
  await record(page);
  await page.waitForTimeout(seconds * 1000);
  const last = await page.locator('.stream').getAttribute('aria-rowcount');
  if (!(Number(last) > 1000 + rate)) throw new Error(`the events did not arrive: the list ends at ${last}`);
  return finish(page, `${rate.toLocaleString('en')} events a second, followed`);
}

/** A page after its first paint with rows. */
async function opened(address: string): Promise<Page> {
  const page = await browser.newPage({ viewport });
  await page.goto(address);
  await page.locator('.row:not(.loading)').first().waitFor();
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100))));
  return page;
}

function eachFrame(page: Page, pixels: number): Promise<void> {
  return page.evaluate(
    ({ pixels, ms }) =>
      new Promise<void>((resolve) => {
        const list = document.querySelector('.stream') as HTMLElement;
        const end = performance.now() + ms;
        const step = (now: number) => {
          list.scrollTop += pixels;
          if (now < end) requestAnimationFrame(step);
          else resolve();
        };
        requestAnimationFrame(step);
      }),
    { pixels, ms: seconds * 1000 },
  );
}

async function record(page: Page): Promise<void> {
  await browser.startTracing(page, { categories: ['toplevel'] });
  await page.evaluate(() => {
    const frames: number[] = [];
    Object.assign(globalThis, { frames });
    let last = performance.now();
    const frame = (now: number) => {
      frames.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame((now) => {
      last = now;
      requestAnimationFrame(frame);
    });
  });
}

async function finish(page: Page, name: string): Promise<Part> {
  const frames = await page.evaluate(() => (globalThis as unknown as { frames: number[] }).frames);
  const task = longestTask((await browser.stopTracing()).toString());
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  const metric = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
  await page.close();
  return {
    name,
    frames: frames.length,
    medianMs: percentile(frames, 0.5),
    p99Ms: percentile(frames, 0.99),
    worstMs: Math.max(...frames),
    ...task,
    heapMb: metric('JSHeapUsedSize') / 2 ** 20,
    nodes: metric('Nodes'),
  };
}

interface TraceRecord {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds: by the clock, and of the processor. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Of the busiest main thread of a page: the traced one's, the others rest. */
function longestTask(trace: string): Pick<Part, 'taskMs' | 'taskCpuMs'> {
  const { traceEvents } = JSON.parse(trace) as { readonly traceEvents: readonly TraceRecord[] };
  const isMain = ({ name, args }: TraceRecord) => name === 'thread_name' && args?.name === 'CrRendererMain';
  const threads = new Set(traceEvents.filter(isMain).map(({ pid, tid }) => `${pid} ${tid}`));
  const tasks = traceEvents.filter(({ ph, pid, tid }) => ph === 'X' && threads.has(`${pid} ${tid}`));
  const longest = (of: (task: TraceRecord) => number) =>
    tasks.reduce((most, task) => Math.max(most, of(task)), 0) / 1000;
  return { taskMs: longest(({ dur = 0 }) => dur), taskCpuMs: longest(({ tdur = 0 }) => tdur) };
}

function figuresOf(parts: readonly Part[], empty: Part): readonly Figure[] {
  const beside = (value: number) => ({ name: 'an empty page', value });
  return parts.flatMap(({ name, worstMs, taskCpuMs, heapMb }): readonly Figure[] => [
    {
      name: `${name}: worst frame`,
      value: worstMs,
      unit: 'ms',
      limit: LONGEST_FRAME_MS,
      beside: beside(empty.worstMs),
    },
    { name: `${name}: longest task, CPU`, value: taskCpuMs, unit: 'ms', beside: beside(empty.taskCpuMs) },
    { name: `${name}: memory`, value: heapMb, unit: 'MB', beside: beside(empty.heapMb) },
  ]);
}
