/**
 * `npm run test:electron`: runs the extension's in-host suite in a desktop editor that `@vscode/test-electron` downloads.
 * For Linux machines with a network and a display (`xvfb-run -a npm run test:electron`); without a network it says so and
 * fails.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { errorText } from '../core/common/error-text.ts';
import { build } from './build.ts';
import { bundleInHostSuite } from './in-host-suite.ts';
import { root } from './steps.ts';

let vscodeExecutablePath: string;
try {
  // The oldest one that the extension supports.
  vscodeExecutablePath = await downloadAndUnzipVSCode('1.100.3');
} catch (error) {
  console.error(`a desktop editor cannot be downloaded here: ${errorText(error)}`);
  process.exit(1);
}
await build();
// A short name: the editor puts a socket into its user data folder, and a socket's path has at most 107 bytes.
const folder = await mkdtemp(path.join(os.tmpdir(), 'at-'));
try {
  const workspace = path.join(folder, 'workspace');
  const suite = path.join(folder, 'suite.cjs');
  await mkdir(workspace);
  await bundleInHostSuite(suite);
  await runTests({
    vscodeExecutablePath,
    extensionDevelopmentPath: root,
    extensionTestsPath: suite,
    extensionTestsEnv: { AGENT_TRACE_RUNTIME_DIR: path.join(folder, 'run') },
    launchArgs: [
      workspace,
      '--disable-extensions',
      '--disable-workspace-trust',
      '--user-data-dir',
      path.join(folder, 'user'),
    ],
  });
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
