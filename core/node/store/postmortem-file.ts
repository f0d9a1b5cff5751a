import { join } from 'node:path';

/** Where the postmortem of a session lies in its store: for people, and for programs. */
export function postmortemFiles(
  store: string,
  sessionId: string,
): { readonly markdown: string; readonly json: string } {
  const base = join(store, `postmortem-${sessionId}`);
  return { markdown: `${base}.md`, json: `${base}.json` };
}
