/** `npm run pack:vsix`: builds and packs the extension with the programs it brings. `--out FILE` names the package. */
import { parseArgs } from 'node:util';
import { build } from './build.ts';
import { command } from './steps.ts';

/** `version`: another one than this project's, as an update would have. `stdout`: what becomes of the list of files. */
export async function packVsix(
  out = 'agent-trace.vsix',
  version?: string,
  stdout?: 'inherit' | 'ignore',
): Promise<void> {
  // Everything is bundled: there are no dependencies to look for. The README links to files of the package itself.
  const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  const another = version === undefined ? [] : [version, '--no-update-package-json', '--no-git-tag-version'];
  await command('vsce', ['package', ...another, '--out', out, ...options], {}, stdout);
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { out: { type: 'string' } } });
  await build();
  await packVsix(values.out);
}
