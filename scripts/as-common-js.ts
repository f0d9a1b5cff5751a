import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Plugin, transform } from 'esbuild';

/**
 * esbuild splits a program into parts as ES modules only, and the oldest editors that we support load CommonJS: each part
 * is turned into that. For a build with `write: false`; parts of earlier builds are removed from the folders of the new.
 */
export const asCommonJs: Plugin = {
  name: 'as-common-js',
  setup: ({
    onEnd,
    initialOptions: { target, minify, lineLimit, external = [], outdir = '.', absWorkingDir = '.' },
  }) => {
    onEnd(async ({ outputFiles = [] }) => {
      const written = new Set(outputFiles.map((file) => file.path));
      for (const file of outputFiles) {
        const { code } = await transform(withoutCopies(file.text, external), {
          format: 'cjs',
          platform: 'node',
          legalComments: 'none',
          // `require` keeps a part that is loaded later what the others are.
          supported: { 'dynamic-import': false },
          ...(target === undefined ? {} : { target }),
          ...(minify === undefined ? {} : { minify }),
          ...(lineLimit === undefined ? {} : { lineLimit }),
        });
        await mkdir(path.dirname(file.path), { recursive: true });
        await writeFile(file.path, code);
      }
      const own = path.resolve(absWorkingDir, outdir);
      const folders = new Set([...written].map((file) => path.dirname(file)).filter((folder) => folder !== own));
      for (const folder of folders) {
        for (const name of await readdir(folder))
          if (!written.has(path.join(folder, name))) await rm(path.join(folder, name), { force: true });
      }
    });
  },
};

/**
 * The namespace of an external module is here that module itself. esbuild would make an object with a getter for each of
 * its properties, once for every file that imports it: of the editor's interface that is a third of the extension's start.
 */
function withoutCopies(code: string, external: readonly string[]): string {
  return external.reduce(
    (text, name) =>
      text.replaceAll(
        new RegExp(`import\\s*\\*\\s*as\\s+([\\w$]+)\\s+from\\s*"${name}"`, 'g'),
        `var $1=require("${name}")`,
      ),
    code,
  );
}
