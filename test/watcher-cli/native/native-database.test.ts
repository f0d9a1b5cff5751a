import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { waitFor } from '../../../scripts/wait-for.ts';
import { ensureBuilt } from '../../rig/build.ts';
import { CliWorkspace } from '../../rig/cli.ts';
import {
  addOpenCodeMessage,
  makeOpenCodeDatabase,
  OPENCODE_MESSAGES,
  OPENCODE_SESSION,
} from '../../rig/opencode/opencode-database.ts';

let workspace: CliWorkspace;

beforeAll(() => ensureBuilt());

beforeEach(() => {
  workspace = new CliWorkspace();
});

afterEach(() => workspace.dispose());

function stored(): string {
  try {
    return readFileSync(path.join(workspace.store, OPENCODE_SESSION, 'events.ndjson'), 'utf8');
  } catch {
    return '';
  }
}

it('a database that somebody has alone is read when it is free, though nothing changes in it any more', async () => {
  const database = makeOpenCodeDatabase(workspace.path, workspace.path);
  // To give up such a lock of this mode leaves the files as they are.
  database.exec('PRAGMA journal_mode = DELETE; PRAGMA busy_timeout = 10000');
  const [first = {}, ...more] = OPENCODE_MESSAGES;
  addOpenCodeMessage(database, first, Date.now());
  // Found locked.
  database.exec('BEGIN EXCLUSIVE');
  const watch = await workspace.watch();
  expect(stored()).toBe('');
  database.exec('ROLLBACK');
  await waitFor('the prompt', () => stored().includes('user_prompt'));

  // Locked while it is followed.
  database.exec('BEGIN EXCLUSIVE');
  for (const message of more) addOpenCodeMessage(database, message, Date.now());
  database.exec('COMMIT; BEGIN EXCLUSIVE');
  await waitFor('the lock to be told', () => watch.stderr.includes('cannot be read for now: database is locked'));
  database.exec('ROLLBACK');
  await waitFor('what was said meanwhile', () => stored().includes('llm_response'));
  database.close();
});
