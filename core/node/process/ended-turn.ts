import { rmSync } from 'node:fs';
import { readPrivateFile, writePrivateFile } from '../private-file.ts';
import { sessionFile } from './registration.ts';

/**
 * Turns that a rule has ended: no call of theirs runs any more, whatever the agent makes of what it was told. Kept in the
 * runtime folder until the session's next turn begins.
 */
const FOLDER = 'ended-turns';

/** `why` as the agent was told. Throws the system's error. */
export function endTurn(runtimeDir: string, store: string, session: string, why: string): void {
  writePrivateFile(sessionFile(runtimeDir, FOLDER, store, session), why);
}

/** Why the session's turn has been ended; undefined when it has not. */
export function whyTurnEnded(runtimeDir: string, store: string, session: string): string | undefined {
  return readPrivateFile(sessionFile(runtimeDir, FOLDER, store, session));
}

/** To be called when a turn begins. Throws the system's error. */
export function beginTurn(runtimeDir: string, store: string, session: string): void {
  rmSync(sessionFile(runtimeDir, FOLDER, store, session), { force: true });
}
