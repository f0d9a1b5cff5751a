import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { NativeFile } from '../../../../../core/node/adapters/native-agent.ts';
import { opencodeAgent } from '../../../../../core/node/adapters/opencode/opencode-agent.ts';
import { readNative, usageOf } from '../../../../rig/native-events.ts';
import {
  addOpenCodeMessage,
  makeOpenCodeDatabase,
  OPENCODE_EXPORT,
  OPENCODE_MESSAGES,
  OPENCODE_SESSION,
} from '../../../../rig/opencode/opencode-database.ts';
import { tempFolder } from '../../../../rig/temp-folder.ts';

test('the database says the same as an export, and is read only', () => {
  const home = tempFolder();
  const database = makeOpenCodeDatabase(home);
  for (const [index, message] of OPENCODE_MESSAGES.entries()) addOpenCodeMessage(database, message, index);
  const [file] = [...opencodeAgent.discover({ env: {}, home })];
  expect(file).toMatchObject({ agent: 'opencode', session: OPENCODE_SESSION });
  const exported = readNative(opencodeAgent, { agent: 'opencode', path: OPENCODE_EXPORT, session: OPENCODE_SESSION });
  expect(exported.events.length).toBeGreaterThan(10);
  expect(readNative(opencodeAgent, file as NativeFile)).toEqual(exported);
  database.close();
});

test('what is added while it is followed is told, once', () => {
  const home = tempFolder();
  const database = makeOpenCodeDatabase(home);
  const [file] = [...opencodeAgent.discover({ env: {}, home })];
  const source = opencodeAgent.open(file as NativeFile, (message) => expect.unreachable(message));
  expect(opencodeAgent.sessionsIn?.(`${file?.path}-wal`)).toEqual([file]);
  const told = OPENCODE_MESSAGES.map((message, index) => {
    addOpenCodeMessage(database, message, 1000 + index);
    return source.read().events;
  });
  expect(source.read().events).toEqual([]);
  expect(usageOf(told.flat())).toMatchObject({ input: 510, output: 260 });
  expect(told.every((events) => events.length > 0)).toBe(true);
  const ids = told.flat().map(({ event_id }) => event_id);
  expect(new Set(ids).size).toBe(ids.length);
  database.close();
});

test('a Node without SQLite says so, and there is nothing to discover', () => {
  const home = tempFolder();
  makeOpenCodeDatabase(home).close();
  const [file] = [...opencodeAgent.discover({ env: {}, home })];
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never);
  expect([...opencodeAgent.discover({ env: {}, home })]).toEqual([]);
  expect(readNative(opencodeAgent, file as NativeFile).issues).toEqual([
    expect.stringMatching(/Node 22\.13 and later/),
  ]);
  vi.restoreAllMocks();
});

test('a file that is no database is told, once', () => {
  const home = tempFolder();
  const path = join(home, 'opencode.db');
  writeFileSync(path, 'no such thing');
  expect(readNative(opencodeAgent, { agent: 'opencode', path, session: OPENCODE_SESSION })).toEqual({
    events: [],
    issues: [expect.stringMatching(/cannot be read/)],
  });
});

test('a database that somebody else has alone is told once, and read when it is free', () => {
  const home = tempFolder();
  const database = makeOpenCodeDatabase(home);
  for (const [index, message] of OPENCODE_MESSAGES.entries()) addOpenCodeMessage(database, message, index);
  const [file] = [...opencodeAgent.discover({ env: {}, home })];
  database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  const issues: string[] = [];
  const source = opencodeAgent.open(file as NativeFile, (message) => issues.push(message));
  for (let attempt = 0; attempt < 2; attempt += 1) {
    expect(source.read()).toEqual({ events: [], more: false, isLocked: true });
  }
  expect(issues).toEqual([expect.stringMatching(/cannot be read for now: database is locked/)]);
  expect(opencodeAgent.sessionsIn?.(file?.path ?? '')).toMatchObject({ isLocked: true });
  database.close();
  expect(opencodeAgent.sessionsIn?.(file?.path ?? '')).toEqual([file]);
  expect(usageOf(source.read().events)).toMatchObject({ input: 510, output: 260 });
  expect(issues).toHaveLength(1);
});
