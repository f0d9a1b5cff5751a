/** `npm run pack:vsix`: builds and packs the extension with the programs it brings. `--out FILE` names the package. */
import { parseArgs } from 'node:util';
import { build } from './build.ts';
import { command } from './steps.ts';

export async function packVsix(out = 'agent-trace.vsix'): Promise<void> {
  // Everything is bundled: there are no dependencies to look for. The README links to files of the package itself.
  const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  await command('vsce', ['package', '--out', out, ...options]);
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { out: { type: 'string' } } });
  await build();
  await packVsix(values.out);
}
