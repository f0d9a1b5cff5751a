import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'node:util';
import { openBrowser } from '../../../scripts/editor/browser.ts';
import { type EditorOptions, type EditorServer, startEditor } from '../../../scripts/editor/server.ts';

export interface InHostRun {
  /** True when the suite's `run()` came to its end without an error. */
  readonly passed: boolean;
  /** What suite and editor printed, a line each. */
  readonly output: string;
}

export interface InHostOptions extends EditorOptions {
  /** Path of a CommonJS module with `run(): Promise<void>`, the shape that `@vscode/test-electron` takes. */
  readonly suite: string;
  readonly deadlineMs?: number;
}

/** The editor runs tests only for an extension under development; this one is empty, the tested ones are installed. */
const EMPTY_EXTENSION = {
  name: 'in-host-suite',
  publisher: 'agent-trace-test',
  version: '0.0.1',
  engines: { vscode: '*' },
};

/** Runs a test suite inside the extension host of an editor started for it, where `require('vscode')` is the real one. */
export async function runInHost({ suite, deadlineMs = 120_000, ...options }: InHostOptions): Promise<InHostRun> {
  const extension = await mkdtemp(join(tmpdir(), 'at-suite-'));
  try {
    await writeFile(join(extension, 'package.json'), JSON.stringify(EMPTY_EXTENSION));
    const server = await startEditor({ ...options, testDriver: true });
    try {
      return await drive(server, extension, suite, deadlineMs);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(extension, { recursive: true, force: true });
  }
}

async function drive(server: EditorServer, extension: string, suite: string, deadlineMs: number): Promise<InHostRun> {
  const browser = await openBrowser();
  let timer: NodeJS.Timeout | undefined;
  try {
    const { page } = browser;
    let output = '';
    let exit: (code: number) => void = () => {};
    let fail: (error: Error) => void = () => {};
    const ended = new Promise<number>((resolve, reject) => {
      exit = resolve;
      fail = reject;
    });
    // The names of these functions are the editor's: its web workbench reports to them while it runs tests.
    await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
      output += `[${type}] ${format(...args)}\n`;
    });
    await page.exposeFunction('codeAutomationExit', (code: number) => exit(code));
    const remote = (path: string) => `vscode-remote://127.0.0.1:${server.port}${path}`;
    const payload = [
      ['extensionDevelopmentPath', remote(extension)],
      ['extensionTestsPath', remote(suite)],
    ];
    timer = setTimeout(
      () => fail(new Error(`${suite} did not end in ${deadlineMs} ms:\n${output}${server.log()}`)),
      deadlineMs,
    );
    const address = `${server.url}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
    const [code] = await Promise.all([ended, page.goto(address)]);
    return { passed: code === 0, output };
  } finally {
    clearTimeout(timer);
    await browser.close();
  }
}
