/** Builds everything and compares the sizes of extension and page with what is promised: `npm test -- sizes`. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Metafile } from 'esbuild';
import { build } from './build.ts';
import { root } from './steps.ts';

/** What the editor loads when the extension starts, minified. Bytes. */
const EXTENSION_LIMIT = 400_000;
/** Script and style sheet of the page, minified. Bytes. */
const PAGE_LIMIT = 250_000;

/** Prints the figures; throws when one is above its limit. */
export async function checkSizes(): Promise<void> {
  const made = await build();
  const files = Object.keys(made.outputs);
  const atStart = filesAtStart(made, 'dist/extension.cjs');
  const later = files.filter((file) => file.startsWith('dist/extension/') && !atStart.includes(file));
  const page = files.filter((file) => file.startsWith('dist/panel/'));

  const sizes = [
    { what: 'the extension at its start', bytes: await bytesOf(atStart), limit: EXTENSION_LIMIT },
    { what: 'parts that it loads when they are needed', bytes: await bytesOf(later) },
    { what: 'prices, loaded with the first price', bytes: await bytesOf(['dist/prices.cjs']) },
    { what: 'the tokenizer, loaded for sessions without usage', bytes: await bytesOf(['dist/tokenizer.cjs']) },
    { what: 'the page', bytes: await bytesOf(page.filter((file) => /\.(js|css)$/.test(file))), limit: PAGE_LIMIT },
    { what: "the page's icon font", bytes: await bytesOf(page.filter((file) => file.endsWith('.ttf'))) },
  ];
  for (const { what, bytes, limit } of sizes)
    console.log(
      `${kilobytes(bytes).padStart(9)}  ${what}${limit === undefined ? '' : ` (at most ${kilobytes(limit)})`}`,
    );
  const over = sizes.filter(({ bytes, limit }) => limit !== undefined && bytes > limit);
  if (over.length > 0) throw new Error(`too large: ${over.map(({ what }) => what).join(', ')}`);
}

/** A file and all that it imports in its first line of work, rather than by `import()`. */
function filesAtStart({ outputs }: Metafile, entry: string): readonly string[] {
  const files = new Set([entry]);
  for (const file of files)
    for (const { path: imported, kind } of outputs[file]?.imports ?? [])
      if (kind === 'import-statement' && imported in outputs) files.add(imported);
  return [...files];
}

async function bytesOf(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(path.join(root, file))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
