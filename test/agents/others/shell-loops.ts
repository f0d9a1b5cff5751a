import { statSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '../../../scripts/wait-for.ts';
import type { Step } from '../../rig/scripted-agent/scripted-model.ts';

/** What the loops write to: one in the agent's shell, one that left it for a session, and a parent, of its own. */
export const LOGS = ['foreground.log', 'escaped.log'] as const;

const START_DEADLINE_MS = 60_000;
const LINES = Array.from({ length: 120 }, (_, index) => index + 1);
/** Content of each log when the counting loops have come to their end. */
export const COUNTED = LINES.map((line) => `${line}\n`).join('');

/** Loops that write to each log for ever. */
export const ENDLESS: Step = loops((log) => `while true; do echo x >> ${log}; sleep 0.05; done`);

/** Loops that write a known number of lines to each log. */
export const COUNTING: Step = loops((log) => `for i in ${LINES.join(' ')}; do echo $i >> ${log}; sleep 0.05; done`);

function loops(into: (log: string) => string): Step {
  const [foreground, escaped] = LOGS;
  return { shell: `(setsid sh -c '${into(escaped)}' > /dev/null 2>&1 < /dev/null &); ${into(foreground)}` };
}

/** Bytes in each log. */
export function sizes(workspace: string): readonly number[] {
  return LOGS.map((log) => statSync(join(workspace, log), { throwIfNoEntry: false })?.size ?? 0);
}

/** Waits until both loops are at work. */
export async function loopsAtWork(workspace: string): Promise<void> {
  await waitFor('the loops at work', () => sizes(workspace).every((size) => size > 20), START_DEADLINE_MS);
}
