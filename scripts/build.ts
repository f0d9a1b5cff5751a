/** Bundles the programs into `dist/`. `node scripts/build.ts [--watch]`. */
import { chmod } from 'node:fs/promises';
import path from 'node:path';
import { type BuildOptions, build as bundle, context } from 'esbuild';

const root = path.dirname(import.meta.dirname);

const shared: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  // The oldest editor host we support, VS Code 1.100, runs Node 20.19.
  target: 'node20.19',
  // ES modules where a package has them: some CommonJS builds (UMD) cannot be bundled.
  mainFields: ['module', 'main'],
  minify: true,
  // A crash shows the line it happened in.
  lineLimit: 200,
  sourcemap: false,
  legalComments: 'none',
  logLevel: 'warning',
};

const PROGRAMS: readonly BuildOptions[] = [
  {
    ...shared,
    entryPoints: ['watcher-cli/main.ts'],
    outfile: 'dist/agent-trace.cjs',
    banner: { js: '#!/usr/bin/env node' },
  },
  { ...shared, entryPoints: ['watcher-cli/hook-main.ts'], outfile: 'dist/hook.cjs' },
  { ...shared, entryPoints: ['extension/extension.ts'], outfile: 'dist/extension.cjs', external: ['vscode'] },
];

export async function build(): Promise<void> {
  await Promise.all(PROGRAMS.map((program) => bundle(program)));
  await chmod(path.join(root, 'dist/agent-trace.cjs'), 0o755);
}

if (import.meta.main) {
  if (process.argv.includes('--watch')) {
    const contexts = await Promise.all(PROGRAMS.map((program) => context(program)));
    await Promise.all(contexts.map((each) => each.watch()));
    console.log('watching; stop with Ctrl+C');
  } else {
    await build();
  }
}
