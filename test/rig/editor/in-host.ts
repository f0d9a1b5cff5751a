import { format } from 'node:util';
import { openBrowser } from './browser.ts';
import { type EditorOptions, startEditor } from './server.ts';

export interface InHostRun {
  /** True when the suite's `run()` came to its end without an error. */
  readonly passed: boolean;
  /** What the suite and the extension host printed. */
  readonly output: string;
}

export interface InHostOptions extends EditorOptions {
  /** Path of a CommonJS module with `run(): Promise<void>`, the shape that `@vscode/test-electron` takes. */
  readonly suite: string;
  /** Path of an unpacked extension to load besides the installed ones. */
  readonly developmentPath?: string;
  readonly deadlineMs?: number;
}

/** Runs a test suite inside the extension host of an editor started for it, where `require('vscode')` is the real one. */
export async function runInHost({ suite, developmentPath, deadlineMs = 120_000, ...options }: InHostOptions): Promise<InHostRun> {
  const server = await startEditor({ ...options, testDriver: true });
  const browser = await openBrowser().catch(async (error) => {
    await server.stop();
    throw error;
  });
  try {
    const { page } = browser;
    let output = '';
    const ended = Promise.withResolvers<number>();
    // The names of these functions are the editor's: its web workbench reports to them when it runs tests.
    await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
      output += `[${type}] ${format(...args)}\n`;
    });
    await page.exposeFunction('codeAutomationExit', (code: number) => ended.resolve(code));
    const remote = (path: string) => `vscode-remote://127.0.0.1:${server.port}${path}`;
    const payload = [['extensionTestsPath', remote(suite)]];
    if (developmentPath !== undefined) payload.push(['extensionDevelopmentPath', remote(developmentPath)]);
    await page.goto(`${server.url}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
    const timer = setTimeout(
      () => ended.reject(new Error(`the suite ${suite} did not end in ${deadlineMs} ms:\n${output}${server.log()}`)),
      deadlineMs,
    );
    const code = await ended.promise.finally(() => clearTimeout(timer));
    return { passed: code === 0, output };
  } finally {
    await browser.close();
    await server.stop();
  }
}
