import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../steps.ts';

const run = promisify(execFile);

/** What the editor calls it. */
export const EMPTY_EXTENSION = 'Empty Extension';

/** Packs an extension that does nothing, activated by what activates ours; gives the path of the package in `parent`. */
export async function packEmptyExtension(parent: string): Promise<string> {
  const { activationEvents } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const folder = join(parent, 'empty');
  const vsix = join(parent, 'empty.vsix');
  await mkdir(folder);
  const manifest = {
    name: 'empty',
    displayName: EMPTY_EXTENSION,
    publisher: 'agent-trace-bench',
    version: '0.0.1',
    license: 'MIT',
    engines: { vscode: '^1.100.0' },
    main: './main.cjs',
    activationEvents,
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'LICENSE'), 'MIT\n');
  await writeFile(join(folder, 'README.md'), '# Empty\n\nDoes nothing.\n');
  await writeFile(join(folder, 'main.cjs'), 'exports.activate = () => {};\n');
  await run('vsce', ['package', '--no-dependencies', '--allow-missing-repository', '--out', vsix], { cwd: folder });
  return vsix;
}
