import { closeSync, openSync } from 'node:fs';
import { SessionReader } from '../../../../core/node/tail/session-reader.ts';
import { waitFor } from '../../../../scripts/wait-for.ts';

/** Reads a session while all descriptors are taken, then gives them back and waits: `node out-of-descriptors.ts <file>`. */
const issues: string[] = [];
const ids: string[] = [];
const reader = new SessionReader({
  path: process.argv[2] ?? '',
  retryMs: 20,
  onEvent: (event) => ids.push(event.event_id),
  onIssue: (issue) => issues.push(issue.kind),
});

const taken: number[] = [];
try {
  for (;;) taken.push(openSync('/dev/null', 'r'));
} catch {
  // All are taken.
}
await reader.drain();
await waitFor('some attempts in vain', () => new Promise<boolean>((done) => setTimeout(() => done(true), 100)));
for (const fd of taken) closeSync(fd);
await waitFor('the events', () => ids.length === 3);
reader.close();
console.log(JSON.stringify({ issues, ids }));
