import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  // A page that wants anything from outside this machine fails at once, and everywhere in the same way.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

export interface BrowserOptions {
  /** CSS pixels. */
  readonly width?: number;
  readonly height?: number;
  /** Device pixels for one CSS pixel. */
  readonly scale?: number;
}

export interface Browser {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Hosts other than this machine that pages asked for, in vain. */
  readonly outsideHosts: ReadonlySet<string>;
  /** The consoles' errors and the uncaught ones, oldest first. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

/** Starts the system's Chromium, unseen, with a fresh profile that is removed with it. */
export async function openBrowser({ width = 1400, height = 900, scale = 1 }: BrowserOptions = {}): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'at-browser-'));
  const remove = () => rm(profile, { recursive: true, force: true, maxRetries: 5 });
  let context: BrowserContext;
  try {
    context = await chromium.launchPersistentContext(profile, {
      executablePath: chromiumPath(),
      args: FLAGS,
      viewport: { width, height },
      deviceScaleFactor: scale,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
  } catch (error) {
    await remove();
    throw error;
  }
  const outsideHosts = new Set<string>();
  const errors: string[] = [];
  context.on('requestfailed', (request) => {
    const { hostname } = new URL(request.url());
    if (hostname !== '' && hostname !== '127.0.0.1') outsideHosts.add(hostname);
  });
  context.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  context.on('weberror', (error) => errors.push(String(error.error())));
  const page = context.pages()[0] ?? (await context.newPage());
  const close = async () => {
    await context.close();
    await remove();
  };
  return { context, page, outsideHosts, errors, close };
}

/** `$AGENT_TRACE_TEST_CHROMIUM`, or the first on the PATH. */
function chromiumPath(): string {
  const asked = process.env['AGENT_TRACE_TEST_CHROMIUM'];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = asked ?? folders.map((folder) => join(folder, 'chromium')).find(existsSync);
  if (!found)
    throw new Error('no chromium on the PATH: please install it, or set AGENT_TRACE_TEST_CHROMIUM to its path');
  return found;
}
