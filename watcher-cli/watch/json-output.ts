import type { WatchOutput } from './watch-output.ts';

export interface JsonOutputOptions {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** `watch --json`: one alert a line on stdout; everything else is for people and goes to stderr. */
export function jsonOutput({ stdout, stderr }: JsonOutputOptions): WatchOutput {
  return {
    event: () => {},
    alert: (alert) => void stdout.write(`${JSON.stringify(alert)}\n`),
    note: (text) => void stderr.write(`agent-trace: ${text}\n`),
    refresh: () => {},
    close: () => {},
  };
}
