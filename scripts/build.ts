/** Bundles the programs into `dist/`. `node scripts/build.ts [--watch]`. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type BuildOptions, build as bundle, context, type Metafile, type Plugin } from 'esbuild';
import { asCommonJs } from './as-common-js.ts';
import { schemas } from './schemas.ts';

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

/** What a program needs at its start is in one file and a few small ones; what it imports later lies in parts beside them. */
const inParts = {
  ...shared,
  format: 'esm',
  splitting: true,
  plugins: [asCommonJs],
  write: false,
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
} satisfies BuildOptions;

const EXTENSION = {
  ...inParts,
  external: ['vscode'],
  entryPoints: ['extension/extension.ts'],
  chunkNames: 'extension/[name]-[hash]',
} satisfies BuildOptions;

/** Commander starts programs for commands that are files of their own; we have none, and Node takes long to load this. */
const noChildProcess: Plugin = {
  name: 'no-child-process',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /node_modules.commander\W/.test(importer) ? { path: 'child_process', namespace: 'nothing' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'nothing' }, () => ({ contents: '' }));
  },
};

/** Without its start, `agent-trace.cjs`, which loads it. */
const COMMAND_LINE = {
  ...inParts,
  plugins: [noChildProcess, asCommonJs],
  entryPoints: { 'agent-trace-program': 'watcher-cli/program/run-program.ts' },
  chunkNames: 'agent-trace/[name]-[hash]',
} satisfies BuildOptions;

const PROGRAMS: readonly BuildOptions[] = [
  {
    ...shared,
    entryPoints: ['watcher-cli/main.ts'],
    outfile: 'dist/agent-trace.cjs',
    banner: { js: '#!/usr/bin/env node' },
  },
  COMMAND_LINE,
  {
    ...shared,
    entryPoints: { hook: 'watcher-cli/hook-main.ts', 'hook-program': 'watcher-cli/hook/run-hook.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
  },
  { ...shared, entryPoints: ['watcher-cli/import-main.ts'], outfile: 'dist/import-main.cjs' },
  // Loaded from beside the programs by those that want a price, or have to guess one from texts.
  {
    ...shared,
    entryPoints: { prices: 'core/common/cost/genai-price-book.ts', tokenizer: 'core/common/cost/token-counter.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
  },
  // Loaded by the hook alone: to hold rules against a call, to read those that have changed, for regular expressions.
  {
    ...shared,
    entryPoints: {
      judge: 'watcher-cli/hook/judge-by-rules.ts',
      policy: 'core/node/rules/load-policy.ts',
      pattern: 'core/common/rules/language/linear-pattern.ts',
    },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
  },
  EXTENSION,
  PAGE,
];

/** Gives what was made of what; paths from the root of the checkout, with `/`. */
export async function build(): Promise<Metafile> {
  const results = await Promise.all(PROGRAMS.map((program) => bundle({ ...program, metafile: true })));
  await writeSchemas();
  await chmod(path.join(root, 'dist/agent-trace.cjs'), 0o755);
  const made: Metafile = { inputs: {}, outputs: {} };
  for (const { metafile } of results) {
    Object.assign(made.inputs, metafile.inputs);
    Object.assign(made.outputs, metafile.outputs);
  }
  return made;
}

/** Made from what the checker goes by, so that they are never older than it. */
async function writeSchemas(): Promise<void> {
  const folder = path.join(root, 'dist/schemas');
  await mkdir(folder, { recursive: true });
  for (const [name, schema] of Object.entries(schemas()))
    await writeFile(path.join(folder, name), `${JSON.stringify(schema, null, 2)}\n`);
}

if (import.meta.main) {
  if (process.argv.includes('--watch')) {
    const contexts = await Promise.all(PROGRAMS.map((program) => context(program)));
    await writeSchemas();
    await Promise.all(contexts.map((each) => each.watch()));
    console.log('watching; stop with Ctrl+C');
  } else {
    await build();
  }
}
