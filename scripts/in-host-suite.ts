import path from 'node:path';
import { build } from 'esbuild';
import { root } from './steps.ts';

/** Bundles the suite that runs inside an extension host into one CommonJS module, which exports `run()`. */
export async function bundleInHostSuite(outfile: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: [path.join('test', 'extension', 'in-host', 'suite.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    // The oldest editor host we support, VS Code 1.100, runs Node 20.19.
    target: 'node20.19',
    mainFields: ['module', 'main'],
    external: ['vscode'],
    define: { 'import.meta.dirname': '__dirname' },
    logLevel: 'warning',
  });
}
