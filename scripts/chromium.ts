import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Starts the system's Chromium, unseen: `$AGENT_TRACE_TEST_CHROMIUM`, or the first on the PATH. */
export async function launchChromium(): Promise<Browser> {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const found = folders.map((folder) => path.join(folder, 'chromium')).find((file) => existsSync(file));
  const executablePath = process.env['AGENT_TRACE_TEST_CHROMIUM'] ?? found;
  if (!executablePath)
    throw new Error('no chromium on the PATH: please install it, or set AGENT_TRACE_TEST_CHROMIUM to its path');
  return chromium.launch({ executablePath, args: ['--disable-gpu', '--disable-quic'] });
}
