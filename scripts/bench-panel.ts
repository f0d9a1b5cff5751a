/**
 * `npm run bench:panel`: the page of the event panel in Chromium, with the fake host of `webview/dev`. Measured are the
 * times between frames after the first paint, long tasks of the page's thread, and memory: while 200,000 events are
 * scrolled through, and while 2,000 events a second arrive. Beside it, in the same run, an empty page: what the machine
 * itself delays. `--events N`, `--rate N` (a second), `--seconds N` of each part, `--json`.
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
  /** Tasks of the page's thread that took 50 ms or more. */
  readonly longTasks: number;
  readonly worstTaskMs: number;
}

interface Part extends Frames {
  readonly name: string;
  /** JavaScript heap after a collection, and nodes of the document. */
  readonly heapMb: number;
  readonly nodes: number;
}

const server = await startPanelServer();
const browser = await launchChromium({ width: 420, height: 900 });
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
  const page = await browser.newPage();
  await page.goto('about:blank');
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
  const page = await browser.newPage();
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

interface Recorder {
  readonly frames: number[];
  readonly tasks: number[];
}

async function record(page: Page): Promise<void> {
  await page.evaluate(() => {
    const recorder: Recorder = { frames: [], tasks: [] };
    Object.assign(globalThis, { recorder });
    let last = performance.now();
    const frame = (now: number) => {
      recorder.frames.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame((now) => {
      last = now;
      requestAnimationFrame(frame);
    });
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) recorder.tasks.push(duration);
    });
    observer.observe({ type: 'longtask' });
  });
}

async function finish(page: Page, name: string): Promise<Part> {
  const { frames, tasks } = await page.evaluate(() => (globalThis as unknown as { recorder: Recorder }).recorder);
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
    longTasks: tasks.length,
    worstTaskMs: Math.max(0, ...tasks),
    heapMb: metric('JSHeapUsedSize') / 2 ** 20,
    nodes: metric('Nodes'),
  };
}

function report(parts: readonly Part[], pageBytes: number): void {
  const columns = ['frames', 'median', 'p99', 'worst', 'long tasks', 'heap', 'nodes'].map((name) => name.padStart(11));
  console.log(`${''.padEnd(44)}${columns.join('')}`);
  for (const part of parts) {
    const ms = (value: number) => `${value.toFixed(1)} ms`;
    const cells = [part.frames, ms(part.medianMs), ms(part.p99Ms), ms(part.worstMs)].map(String);
    cells.push(String(part.longTasks), `${part.heapMb.toFixed(1)} MB`, String(part.nodes));
    console.log(`${part.name.padEnd(44)}${cells.map((cell) => cell.padStart(11)).join('')}`);
  }
  const worst = Math.max(...parts.slice(1).map(({ worstMs }) => worstMs));
  console.log(`\npage: ${(pageBytes / 1000).toFixed(0)} kB`);
  console.log(
    `no frame over ${LONGEST_FRAME_MS} ms: ${worst <= LONGEST_FRAME_MS ? 'kept' : `broken by ${worst.toFixed(1)} ms`}`,
  );
}
