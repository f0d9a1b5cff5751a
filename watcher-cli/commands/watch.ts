import { type WatchOptions, watchStore } from '../watch/watch.ts';
import type { CliContext } from './cli-context.ts';

export interface WatchCommandOptions extends WatchOptions {
  /** Ends when standard input does. */
  readonly untilStdinEnds?: boolean | undefined;
}

const EXIT_STATUS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** `agent-trace watch`: watches until a signal ends it, or what its options name does. Gives the exit status. */
export async function watchCommand(
  context: CliContext,
  { untilStdinEnds, ...options }: WatchCommandOptions,
): Promise<number> {
  const stop = new AbortController();
  let status = 0;
  for (const [signal, code] of Object.entries(EXIT_STATUS)) {
    process.once(signal, () => {
      status = code;
      stop.abort();
    });
  }
  // A pipe whose other end died tells it by an error on some systems. It is read once somebody listens to it.
  if (untilStdinEnds) for (const end of ['end', 'error']) process.stdin.once(end, () => stop.abort());
  try {
    await watchStore(context, { ...options, starter: untilStdinEnds ? process.stdin : undefined }, stop.signal);
    return status;
  } finally {
    if (untilStdinEnds) process.stdin.destroy();
  }
}
