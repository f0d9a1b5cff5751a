import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Real sessions of real agents, kept beside the checkout and not in it. */
const SAMPLES = path.resolve(import.meta.dirname, '../../../shared/samples');

export const hasSamples = existsSync(SAMPLES);

/** Says in the name of a suite why it is skipped. */
export const SAMPLES_NOTE = hasSamples ? '' : ` (skipped: there is no ${SAMPLES})`;

/** The files of one agent's samples with this ending, relative to its folder, in order; none without the samples. */
export function sampleFiles(agent: string, ending: string): readonly string[] {
  const folder = sampleFolder(agent);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .sort();
}

export function sampleFolder(agent: string): string {
  return path.join(SAMPLES, agent);
}
