/**
 * The extension's side of the event panel as a process of its own, as the editor has it: started by `OwnPanelHost`, with
 * `--expose-gc`.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { PanelHost } from './panel-host.ts';
import { memoryMb, processorSeconds } from './process-usage.ts';

export type ToPanelHost =
  | { readonly type: 'open'; readonly store: string; readonly runtimeDir: string }
  /** From the page. */
  | { readonly type: 'receive'; readonly message: unknown }
  | { readonly type: 'show'; readonly session: string }
  /** From now on until all of the session has been read that is shown then; the answer is `reading`. */
  | { readonly type: 'measure' }
  | { readonly type: 'close' };

export type FromPanelHost =
  /** For the page. */
  { readonly type: 'post'; readonly message: unknown } | { readonly type: 'reading'; readonly reading: Reading };

/** What it took to read a session. */
export interface Reading {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** For how long at most, milliseconds, nothing else had its turn: by the clock, and what that had of the processor. */
  readonly longestMs: number;
  readonly longestCpuMs: number;
  /** Megabytes of the process at most, and before. */
  readonly mostMb: number;
  readonly beforeMb: number;
  /** Megabytes that it has more now than before, garbage and code aside. */
  readonly keptMb: number;
}

/** How closely the turns of the event loop are watched. */
const RESOLUTION_MS = 1;

let host: PanelHost | undefined;
let endMeasure: (() => Promise<Reading>) | undefined;

const send = (message: FromPanelHost) => {
  // The other side may be gone, or going.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
};

process.on('message', (message: ToPanelHost) => {
  switch (message.type) {
    case 'open':
      host = new PanelHost({ ...message, post: (told) => send({ type: 'post', message: told }) });
      return;
    case 'receive':
      host?.receive(message.message);
      return;
    case 'measure':
      endMeasure = measure();
      return;
    case 'show':
      host?.show(message.session);
      void endMeasure?.().then((reading) => send({ type: 'reading', reading }));
      return;
    case 'close':
      host?.close();
      host = undefined;
      return;
    default:
      message satisfies never;
  }
});
process.on('disconnect', () => process.exit());

function measure(): () => Promise<Reading> {
  const kept = keptMb();
  const [started, cpu, beforeMb] = [performance.now(), processorSeconds(process.pid), memoryMb(process.pid).now];
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  const longestCpu = watchTurns();
  return async () => {
    await host?.untilWhole();
    delays.disable();
    const seconds = (performance.now() - started) / 1000;
    const late = (nanoseconds: number) => nanoseconds / 1e6 - RESOLUTION_MS;
    return {
      seconds,
      cpuSeconds: processorSeconds(process.pid) - cpu,
      longestMs: late(delays.max),
      longestCpuMs: longestCpu(),
      mostMb: memoryMb(process.pid).most,
      beforeMb,
      keptMb: keptMb() - kept,
    };
  };
}

/** Gives the most processor time, milliseconds, that this thread took between two turns. */
function watchTurns(): () => number {
  let longest = 0;
  let before = process.threadCpuUsage();
  const watch = setInterval(() => {
    const { user, system } = process.threadCpuUsage(before);
    before = process.threadCpuUsage();
    longest = Math.max(longest, (user + system) / 1000);
  }, RESOLUTION_MS);
  return () => {
    clearInterval(watch);
    return longest;
  };
}

function keptMb(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}
