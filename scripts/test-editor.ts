import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { errorText } from '../core/common/error-text.ts';
import { build } from './build.ts';
import { packVsix } from './pack-vsix.ts';
import { command, root } from './steps.ts';

/** Environment variable with the path of the package that all files of a run test. */
export const PACKED_EXTENSION = 'AGENT_TRACE_TEST_VSIX';

/**
 * Tests the extension in real editors: packed once, one editor at a time, each a server, a host and a browser. In continuous
 * integration files with failures are run a second time, whole: their tests go on from each other in one window, so that
 * one of them alone cannot be tried again.
 */
export async function testEditor(): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'agent-trace-vsix-'));
  try {
    const vsix = path.join(folder, 'agent-trace.vsix');
    const report = path.join(folder, 'report.json');
    await build();
    await packVsix(vsix);
    const run = (files: readonly string[]) =>
      command(
        'vitest',
        [
          'run',
          '--no-file-parallelism',
          '--retry=0',
          '--reporter=default',
          '--reporter=json',
          `--outputFile=${report}`,
          ...files,
        ],
        { [PACKED_EXTENSION]: vsix },
      );
    try {
      await run(['test/extension/editor']);
    } catch (error) {
      if (!process.env.CI) throw error;
      const failed = await failedFiles(report);
      if (failed.length === 0) throw error;
      console.log(`\n${errorText(error)}\na second time: ${failed.join(', ')}`);
      await run(failed);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Of a run that vitest has reported as JSON: the test files that did not pass, relative to the checkout. */
async function failedFiles(report: string): Promise<readonly string[]> {
  const { testResults } = JSON.parse(await readFile(report, 'utf8')) as {
    readonly testResults: readonly { readonly name: string; readonly status: string }[];
  };
  return testResults.filter(({ status }) => status !== 'passed').map(({ name }) => path.relative(root, name));
}
