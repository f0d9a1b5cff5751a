/**
 * `npm run bench:panel`: the page of the event panel in Chromium, with the fake host of `webview/dev`. Measured are the
 * times between frames after the first paint, the page's longest task, and memory: while 200,000 events are scrolled
 * through, and while 2,000 events a second arrive. On a machine that does other things, too, a frame is late for their
 * sake: the processor time of the longest task says what the page itself takes. `--events N`, `--rate N` (a second), `--seconds N` of each part, `--json`.
 */
/// <reference lib="dom" />
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { type PanelServer, startPanelServer } from './panel-server.ts';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '200000' },
    rate: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '6' },
    json: { type: 'boolean' },
  },
});
const [events, rate, seconds] = (['events', 'rate', 'seconds'] as const).map((name) => {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < 1)
    throw new Error(`--${name} takes a whole number from 1, not ${values[name]}`);
  return number;
}) as [number, number, number];

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
  const parts = [await idle(), ...(await scrolled(server)), await arriving(server)];
  if (values.json) console.log(JSON.stringify({ events, rate, seconds, pageBytes: server.pageBytes, parts }, null, 2));
  else report(parts, server.pageBytes);
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
  const last = await page.locator('.stream .row').last().getAttribute('aria-setsize');
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
  const sorted = frames.toSorted((a, b) => a - b);
  const share = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
  return {
    name,
    frames: frames.length,
    medianMs: share(0.5),
    p99Ms: share(0.99),
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

function report(parts: readonly Part[], pageBytes: number): void {
  const columns = ['frames', 'median', 'p99', 'worst', 'task', 'task CPU', 'heap', 'nodes'].map((name) =>
    name.padStart(11),
  );
  console.log(`${''.padEnd(44)}${columns.join('')}`);
  for (const part of parts) {
    const ms = (value: number) => `${value.toFixed(1)} ms`;
    const cells = [part.frames, ms(part.medianMs), ms(part.p99Ms), ms(part.worstMs)].map(String);
    cells.push(ms(part.taskMs), ms(part.taskCpuMs), `${part.heapMb.toFixed(1)} MB`, String(part.nodes));
    console.log(`${part.name.padEnd(44)}${cells.map((cell) => cell.padStart(11)).join('')}`);
  }
  const worst = Math.max(...parts.slice(1).map(({ worstMs }) => worstMs));
  const busiest = Math.max(...parts.slice(1).map(({ taskCpuMs }) => taskCpuMs));
  console.log(`\npage: ${(pageBytes / 1000).toFixed(0)} kB`);
  const verdict = worst <= LONGEST_FRAME_MS ? 'kept' : `broken by ${worst.toFixed(1)} ms`;
  console.log(`longest task: ${busiest.toFixed(1)} ms of the processor`);
  console.log(`no frame over ${LONGEST_FRAME_MS} ms: ${verdict}`);
}
