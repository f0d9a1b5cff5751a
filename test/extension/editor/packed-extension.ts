import { join } from 'node:path';
import { build } from '../../../scripts/build.ts';
import { packVsix } from '../../../scripts/pack-vsix.ts';

/** Builds the extension and packs it as it is published; gives the path of the package in `folder`. */
export async function packExtension(folder: string): Promise<string> {
  const vsix = join(folder, 'agent-trace.vsix');
  await build();
  await packVsix(vsix);
  return vsix;
}
