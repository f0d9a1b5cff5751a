import { visibleJson } from '../../core/common/json.ts';
import { sanitizeLines } from '../../core/common/view/sanitize.ts';
import type { ViewOutput } from '../view/view.ts';
import type { WatchOutput } from './watch-output.ts';

export interface JsonOutputOptions {
  readonly stdout: Pick<ViewOutput, 'write'>;
  readonly stderr: { write(text: string): unknown };
}

/** `watch --json`: one alert a line on stdout; everything else is for people and goes to stderr. */
export function jsonOutput({ stdout, stderr }: JsonOutputOptions): WatchOutput {
  let written = Promise.resolve();
  return {
    event: () => {},
    alert(alert) {
      const line = new Promise<void>((resolve) => stdout.write(`${visibleJson(alert)}\n`, resolve));
      written = Promise.all([written, line]).then(() => {});
    },
    note: (text) => void stderr.write(`agent-trace: ${sanitizeLines(text)}\n`),
    asks: () => {},
    refresh: () => {},
    close: () => written,
  };
}
