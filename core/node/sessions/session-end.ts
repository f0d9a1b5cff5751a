import { join } from 'node:path';
import { asString } from '../../common/json.ts';
import { isIssue } from '../../common/trace/decode-event.ts';
import { decodeLine } from '../../common/trace/decode-line.ts';
import { EVENTS_FILE } from '../store/event-log.ts';
import type { Checkpoint } from '../tail/checkpoint.ts';
import { checkpointNearEnd } from '../tail/checkpoint-near-end.ts';
import { LineFile } from './line-file.ts';

/** Some hundred events as a rule. Where the last lines are longer, the larger ones are tried. */
const END_BYTES = [0.5, 4, 16].map((megabytes) => megabytes * 1024 * 1024);

/** The last events of a long session, which can be read without all that was before. */
export interface SessionEnd {
  readonly from: Checkpoint;
  /** Directory the agent works in, as the session's first event says. */
  readonly workspace: string | undefined;
}

/** Undefined for a session that is as soon read whole. `store`: its path. */
export function findSessionEnd(store: string, sessionId: string): SessionEnd | undefined {
  const path = join(store, sessionId, EVENTS_FILE);
  for (const bytes of END_BYTES) {
    const from = checkpointNearEnd(path, store, bytes);
    if (from) return { from, workspace: firstWorkspace(path, store) };
  }
  return undefined;
}

function firstWorkspace(path: string, store: string): string | undefined {
  const file = LineFile.open(path, store);
  try {
    const line = file?.lineAt(0);
    const first = line && decodeLine(line)[0];
    return first && !isIssue(first) ? asString(first.data.cwd) || undefined : undefined;
  } finally {
    file?.close();
  }
}
