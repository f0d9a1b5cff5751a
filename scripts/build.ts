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

/** The page of the event panel: its script, its style sheet, and the icon font beside it. */
export const PAGE = {
  absWorkingDir: root,
  bundle: true,
  platform: 'browser',
  format: 'iife',
  // VS Code 1.100 has Chromium 132; browsers that show an editor may be older or others.
  target: ['chrome120', 'firefox128', 'safari17.4'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  define: { 'process.env.NODE_ENV': '"production"' },
  loader: { '.ttf': 'file' },
  assetNames: '[name]',
  minify: true,
  sourcemap: false,
  legalComments: 'none',
  logLevel: 'warning',
  entryPoints: [
    { in: 'webview/panel.tsx', out: 'panel' },
    { in: 'webview/style/panel.css', out: 'panel' },
  ],
  outdir: 'dist/panel',
} satisfies BuildOptions;

const PROGRAMS: readonly BuildOptions[] = [
  {
    ...shared,
    entryPoints: ['watcher-cli/main.ts'],
    outfile: 'dist/agent-trace.cjs',
    banner: { js: '#!/usr/bin/env node' },
  },
  { ...shared, entryPoints: ['watcher-cli/hook-main.ts'], outfile: 'dist/hook.cjs' },
  { ...shared, entryPoints: ['extension/extension.ts'], outfile: 'dist/extension.cjs', external: ['vscode'] },
  PAGE,
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
