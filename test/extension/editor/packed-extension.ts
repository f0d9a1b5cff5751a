import { join } from 'node:path';
import { build } from '../../../scripts/build.ts';
import { packVsix } from '../../../scripts/pack-vsix.ts';
import { PACKED_EXTENSION } from '../../../scripts/test-editor.ts';

/**
 * Builds the extension and packs it as it is published; gives the path of the package in `folder`, or of the one that
 * was packed for all files of this run.
 */
export async function packExtension(folder: string): Promise<string> {
  const packed = process.env[PACKED_EXTENSION];
  if (packed) return packed;
  const vsix = join(folder, 'agent-trace.vsix');
  await build();
  await packVsix(vsix);
  return vsix;
}

/** Packs what was built once more, as an update of another version. */
export async function packUpdate(folder: string, version: string): Promise<string> {
  const vsix = join(folder, `agent-trace-${version}.vsix`);
  await packVsix(vsix, version);
  return vsix;
}
