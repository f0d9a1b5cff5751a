import { chmodSync, chownSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Alert } from '../../../../core/common/protocol/alert.ts';
import type { ListedSession } from '../../../../core/common/session/listed-session.ts';
import { type ControlClient, connectWatcher } from '../../../../core/node/control/client.ts';
import { ControlError } from '../../../../core/node/control/control-error.ts';
import { writeEndpoint } from '../../../../core/node/control/endpoint.ts';
import { watcherPaths } from '../../../../core/node/control/watcher-paths.ts';
import { waitFor } from '../../../../scripts/wait-for.ts';
import { ChildProgram } from './child-program.ts';
import { OUTCOME, SUMMARY, WatcherRig } from './watcher-rig.ts';

let rig: WatcherRig;
let clients: ControlClient[];
let children: ChildProgram[];

beforeEach(() => {
  rig = new WatcherRig();
  clients = [];
  children = [];
});

afterEach(async () => {
  for (const client of clients) client.close();
  await Promise.all(children.map((child) => child.kill()));
  await rig.dispose();
});

async function connect(deadlineMs = 10_000): Promise<ControlClient> {
  const client = await connectWatcher({ ...rig, deadlineMs });
  if (!client) throw new Error('no watcher');
  clients.push(client);
  return client;
}

/** A watcher in a process of its own. */
async function childWatcher(): Promise<ChildProgram> {
  const child = new ChildProgram('silent-watcher.ts', [rig.runtimeDir, rig.store]);
  children.push(child);
  expect(await child.hear()).toBe('ready');
  return child;
}

const asRoot = process.getuid?.() === 0;
const onUnix = process.platform !== 'win32';
const STRANGER = 65_534;

test('a client lists, pauses, resumes and kills', async () => {
  await rig.serve();
  const client = await connect();
  expect(await client.list()).toEqual([SUMMARY]);
  expect(await client.pause('a1')).toEqual(OUTCOME);
  expect(await client.resume('a1')).toEqual(OUTCOME);
  expect(await client.kill('a1', 100)).toEqual(OUTCOME);
  expect(rig.asked).toEqual([
    ['pause', { session: 'a1' }],
    ['resume', { session: 'a1' }],
    ['kill', { session: 'a1', graceMs: 100 }],
  ]);
});

test('several requests at once get each its own answer', async () => {
  await rig.serve({ pause: async ({ session }) => ({ ...OUTCOME, session_id: session }) });
  const client = await connect();
  const outcomes = await Promise.all(['a', 'b', 'c'].map((session) => client.pause(session)));
  expect(outcomes.map((outcome) => outcome.session_id)).toEqual(['a', 'b', 'c']);
});

test('there is no watcher where none was started, nor for a store that does not exist', async () => {
  expect(await connectWatcher(rig)).toBeUndefined();
  expect(await connectWatcher({ ...rig, store: join(rig.folder, 'nothing') })).toBeUndefined();
});

test('there is no watcher after it was killed, though its endpoint and socket are left; a new one is found', async () => {
  const child = await childWatcher();
  await connect();
  await child.kill();
  expect(await connectWatcher(rig)).toBeUndefined();
  await childWatcher();
  expect(await (await connect()).list()).toEqual([]);
});

test.runIf(onUnix)('there is no watcher when the socket of its endpoint is gone', async () => {
  const server = await rig.serve();
  rmSync(server.endpoint.socket);
  expect(await connectWatcher(rig)).toBeUndefined();
});

test.runIf(onUnix)('an endpoint file that others can read is refused', async () => {
  await rig.serve();
  chmodSync(watcherPaths(rig.runtimeDir, rig.store).endpoint, 0o644);
  await expect(connectWatcher(rig)).rejects.toMatchObject({ code: 'refused' });
});

test.runIf(asRoot)("another user's endpoint file is refused", async () => {
  await rig.serve();
  chownSync(watcherPaths(rig.runtimeDir, rig.store).endpoint, STRANGER, STRANGER);
  await expect(connectWatcher(rig)).rejects.toMatchObject({ code: 'refused' });
});

test.runIf(asRoot)("another user's socket is not told the token", async () => {
  const server = await rig.serve();
  chownSync(server.endpoint.socket, STRANGER, STRANGER);
  await expect(connectWatcher(rig)).rejects.toMatchObject({ code: 'refused' });
});

test('a token that the watcher does not know is refused', async () => {
  const server = await rig.serve();
  writeEndpoint(rig.runtimeDir, { ...server.endpoint, token: 'ab'.repeat(32) });
  await expect(connectWatcher(rig)).rejects.toMatchObject({ code: 'unauthorized' });
});

test('a watcher of another store is not taken for the one that was asked for', async () => {
  const other = new WatcherRig();
  try {
    const server = await other.serve();
    writeEndpoint(rig.runtimeDir, { ...server.endpoint, store: rig.store });
    await expect(connectWatcher(rig)).rejects.toMatchObject({ code: 'refused' });
  } finally {
    await other.dispose();
  }
});

test('sessions that are unknown or ambiguous are told apart from failures', async () => {
  await rig.serve({
    pause: () => {
      throw new ControlError('noSuchSession', 'no session begins with zz');
    },
    kill: () => {
      throw new Error('broken');
    },
  });
  const client = await connect();
  await expect(client.pause('zz')).rejects.toMatchObject({
    code: 'no-such-session',
    message: 'no session begins with zz',
  });
  await expect(client.kill('zz')).rejects.toMatchObject({ code: 'internal' });
});

test('a watcher that is killed in the middle of a request fails the request at once', async () => {
  const child = await childWatcher();
  const client = await connect(600_000);
  let closed = false;
  client.onClose(() => {
    closed = true;
  });
  const pause = client.pause('a1');
  const failed = expect(pause).rejects.toMatchObject({ code: 'no-answer' });
  expect(await child.hear()).toBe('pausing');
  await child.kill();
  await failed;
  await waitFor('the close listener', () => closed);
  await expect(client.list()).rejects.toMatchObject({ code: 'no-answer' });
});

test('a watcher that does not answer in time fails the request, and later ones still work', async () => {
  await rig.serve({ pause: () => new Promise(() => {}) });
  const client = await connect(300);
  await expect(client.pause('a1')).rejects.toMatchObject({ code: 'no-answer' });
  expect(await client.list()).toEqual([SUMMARY]);
});

test('something that accepts connections and never says a word is not waited for without end', async () => {
  const server = await rig.serve();
  const socket = `${server.endpoint.socket}.mute`;
  const mute = createServer((connection) => connection.resume());
  await new Promise<void>((resolve) => mute.listen(socket, resolve));
  writeEndpoint(rig.runtimeDir, { ...server.endpoint, socket });
  await expect(connectWatcher({ ...rig, deadlineMs: 200 })).rejects.toMatchObject({ code: 'no-answer' });
  await new Promise((resolve) => mute.close(resolve));
});

test('alerts sent just before the watcher ends are heard before the end', async () => {
  const server = await rig.serve();
  const client = await connect();
  const heard: (Alert | 'closed')[] = [];
  client.onAlert((alert) => heard.push(alert));
  client.onClose(() => heard.push('closed'));
  await client.subscribe();
  const alerts = Array.from({ length: 20 }, (_, i): Alert => ({ ...OUTCOME, reason: `alert ${i}` }));
  for (const alert of alerts) server.broadcast(alert);
  await server.close();
  await waitFor('the end', () => heard.includes('closed'));
  expect(heard).toEqual([...alerts, 'closed']);
});

test('what a watcher lists is decoded: what is no session is left out, what is missing is not made up', async () => {
  const careless: unknown = [SUMMARY, null, { session_id: 7 }, { session_id: 'x', state: 'active' }];
  await rig.serve({ list: () => ({ sessions: careless as readonly ListedSession[] }) });
  const sessions = await (await connect()).list();
  expect(sessions.map((session) => session.session_id)).toEqual(['a1b2', 'x']);
  expect(sessions[0]).toEqual(SUMMARY);
  expect(sessions[1]).toMatchObject({
    cost: { usd: null, kind: 'unpriced' },
    process: null,
    tool_calls: 0,
    guard: null,
  });
});

test('a decision comes through with all its fields', async () => {
  const server = await rig.serve();
  const client = await connect();
  const heard: Alert[] = [];
  client.onAlert((alert) => heard.push(alert));
  await client.subscribe();
  const decision: Alert = {
    type: 'decision',
    decision_id: 'd1',
    session_id: 'a1b2',
    event_id: 'e1',
    rule: 'budget',
    action: 'kill',
    mode: 'enforce',
    at: 1_795_000_000,
    message: 'cost_usd is 5.01, the rule allows 5',
    value: 5.01,
    threshold: 5,
  };
  server.broadcast(decision);
  await waitFor('the decision', () => heard.length === 1);
  expect(heard).toEqual([decision]);
});
