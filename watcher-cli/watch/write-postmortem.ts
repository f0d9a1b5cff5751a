import { postmortemMarkdown, postmortemOf } from '../../core/common/postmortem/postmortem.ts';
import type { Decision, Outcome } from '../../core/common/protocol/alert.ts';
import type { SessionState } from '../../core/common/session/session-state.ts';
import { postmortemFiles } from '../../core/node/store/postmortem-file.ts';
import { requireRealStore } from '../../core/node/store/real-store.ts';
import { replaceFile } from '../../core/node/store/replace-file.ts';

/**
 * Writes `postmortem-<session>.md` and `.json` into the store; gives the path of the first. A link that somebody put in
 * their place is replaced, never followed; one in the place of the store is `refused`. Throws the system's error.
 */
export function writePostmortem(store: string, state: SessionState, decision: Decision, outcome: Outcome): string {
  requireRealStore(store);
  const postmortem = postmortemOf(state, decision, outcome);
  const { markdown, json } = postmortemFiles(store, state.sessionId);
  replaceFile(json, `${JSON.stringify(postmortem, null, 2)}\n`);
  replaceFile(markdown, postmortemMarkdown(state, postmortem));
  return markdown;
}
