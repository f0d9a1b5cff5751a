/**
 * `npm run test:electron`: runs the extension's in-host suite in a desktop editor that `@vscode/test-electron` downloads.
 * For machines with a network; without one it says so and fails.
 */
import path from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { build } from './build.ts';
import { root } from './steps.ts';

await build();
let vscodeExecutablePath: string;
try {
  vscodeExecutablePath = await downloadAndUnzipVSCode('1.100.3');
} catch (error) {
  console.error(`a desktop editor cannot be downloaded here: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
await runTests({
  vscodeExecutablePath,
  extensionDevelopmentPath: root,
  extensionTestsPath: path.join(root, 'test/extension/in-host/suite.cjs'),
  launchArgs: [path.join(root, 'test/extension/in-host/workspace'), '--disable-extensions'],
});
