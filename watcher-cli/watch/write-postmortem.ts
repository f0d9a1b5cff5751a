import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { postmortemMarkdown, postmortemOf } from '../../core/common/postmortem/postmortem.ts';
import type { Decision, Outcome } from '../../core/common/protocol/alert.ts';
import type { SessionState } from '../../core/common/session/session-state.ts';

/** Writes `postmortem-<session>.md` and `.json` into the store; gives the path of the first. Throws the system's error. */
export function writePostmortem(store: string, state: SessionState, decision: Decision, outcome: Outcome): string {
  const postmortem = postmortemOf(state, decision, outcome);
  const base = path.join(store, `postmortem-${state.sessionId}`);
  writeFileSync(`${base}.json`, `${JSON.stringify(postmortem, null, 2)}\n`, { mode: 0o600 });
  writeFileSync(`${base}.md`, postmortemMarkdown(state, postmortem), { mode: 0o600 });
  return `${base}.md`;
}
