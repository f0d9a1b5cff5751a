import { existsSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Alert } from '../../../../core/common/protocol/alert.ts';
import { CONTROL_ERRORS } from '../../../../core/common/protocol/control.ts';
import { connectWatcher } from '../../../../core/node/control/client.ts';
import { ControlError } from '../../../../core/node/control/control-error.ts';
import { watcherPaths } from '../../../../core/node/control/watcher-paths.ts';
import { waitFor } from '../../../../scripts/wait-for.ts';
import { frame, OUTCOME, WatcherRig } from './watcher-rig.ts';

let rig: WatcherRig;

beforeEach(() => {
  rig = new WatcherRig();
});

afterEach(async () => {
  await rig.dispose();
});

const onUnix = process.platform !== 'win32';

test('a peer with the right token is told who watches what', async () => {
  const server = await rig.serve();
  const peer = await rig.connect(server);
  const id = peer.request('hello', { token: server.endpoint.token, version: 1 });
  expect((await peer.answer(id)).result).toEqual({ version: 1, pid: process.pid, store: rig.store });
});

test.each([
  ['of the same length', () => 'f'.repeat(64)],
  ['that is empty', () => ''],
  ['that only begins right', (token: string) => token.slice(0, 63)],
  ['that goes on after the right one', (token: string) => `${token}0`],
])('a token %s is refused and the connection ended', async (_, wrong) => {
  const server = await rig.serve();
  const peer = await rig.connect(server);
  const id = peer.request('hello', { token: wrong(server.endpoint.token), version: 1 });
  expect((await peer.error(id)).code).toBe(CONTROL_ERRORS.unauthorized);
  await peer.ended();
});

test('a request before hello is refused, not carried out, and the connection ended', async () => {
  const server = await rig.serve();
  const peer = await rig.connect(server);
  const id = peer.request('kill', { session: 'a1b2' });
  peer.request('hello', { token: server.endpoint.token, version: 1 });
  peer.request('kill', { session: 'a1b2' });
  expect((await peer.error(id)).code).toBe(CONTROL_ERRORS.unauthorized);
  await peer.ended();
  expect(rig.asked).toEqual([]);
});

test('a peer of another protocol version is told so and the connection ended', async () => {
  const server = await rig.serve();
  const peer = await rig.connect(server);
  const id = peer.request('hello', { token: server.endpoint.token, version: 2 });
  expect((await peer.error(id)).code).toBe(CONTROL_ERRORS.wrongVersion);
  await peer.ended();
});

test('a connection that says nothing is ended', async () => {
  const server = await rig.serve({}, { helloMs: 50 });
  const peer = await rig.connect(server);
  await peer.ended();
});

test('a connection that has said hello is not ended for being silent', async () => {
  const server = await rig.serve({}, { helloMs: 200 });
  const greeted = await rig.connect(server);
  await greeted.hello(server);
  const silent = await rig.connect(server);
  await silent.ended();
  await greeted.answer(greeted.request('list', {}));
});

const HOSTILE: [string, (send: (bytes: object | string) => void) => void][] = [
  ['a length of 20 MB', (send) => send('Content-Length: 20000000\r\n\r\n{')],
  ['a length beyond all numbers', (send) => send(`Content-Length: ${'9'.repeat(400)}\r\n\r\n{`)],
  ['a negative length', (send) => send('Content-Length: -1\r\n\r\n{}')],
  ['a length of zero', (send) => send('Content-Length: 0\r\n\r\n')],
  ['a length that is no number', (send) => send('Content-Length: many\r\n\r\n{}')],
  ['a header without a length', (send) => send('Content-Type: application/json\r\n\r\n{}')],
  ['no header at all', (send) => send('x'.repeat(5000))],
  ['an HTTP request', (send) => send('POST / HTTP/1.1\r\nHost: localhost\r\n\r\n{}')],
  ['a body that is no JSON', (send) => send('Content-Length: 4\r\n\r\n{..}')],
  ['a body that is not UTF-8', (send) => send('Content-Length: 4\r\n\r\n\u0000\u0001\u0002\u0003')],
  ['a number', (send) => send('Content-Length: 1\r\n\r\n1')],
  ['a batch', (send) => send([{ jsonrpc: '2.0', id: 1, method: 'list' }])],
  ['another version of JSON-RPC', (send) => send({ jsonrpc: '1.0', id: 1, method: 'list' })],
  ['deeply nested JSON', (send) => send(`Content-Length: 200000\r\n\r\n${'['.repeat(200_000)}`)],
];

test.each(HOSTILE)('a peer that sends %s is cut off and others are served', async (_, attack) => {
  const server = await rig.serve({}, { helloMs: 600_000 });
  const bystander = await rig.connect(server);
  await bystander.hello(server);
  const stranger = await rig.connect(server);
  attack((bytes) => stranger.send(bytes));
  const peer = await rig.connect(server);
  await peer.hello(server);
  attack((bytes) => peer.send(bytes));
  await stranger.ended();
  await peer.ended();
  await bystander.answer(bystander.request('list', {}));
});

test.each([
  ['an answer nobody asked for', { jsonrpc: '2.0', id: 7, result: {} }],
  ['a notification', { jsonrpc: '2.0', method: 'kill', params: { session: 'a1b2' } }],
  ['a cancellation of nothing', { jsonrpc: '2.0', method: '$/cancelRequest', params: null }],
])('%s ends a connection without hello and is passed over after it', async (_, message) => {
  const server = await rig.serve({}, { helloMs: 600_000 });
  const stranger = await rig.connect(server);
  stranger.send(message);
  await stranger.ended();
  const peer = await rig.connect(server);
  await peer.hello(server);
  peer.send(message);
  await peer.answer(peer.request('list', {}));
  expect(rig.asked).toEqual([]);
});

test('half a frame that never ends is cut off with the hello deadline', async () => {
  const server = await rig.serve({}, { helloMs: 100 });
  const peer = await rig.connect(server);
  peer.send('Content-Length: 100\r\n\r\n{"jsonrpc"');
  await peer.ended();
});

test('frames in pieces of any size, and several in one piece, are understood', async () => {
  const server = await rig.serve();
  const peer = await rig.connect(server);
  await peer.hello(server);
  const list = { jsonrpc: '2.0', method: 'list', params: { text: 'ä€😀' } };
  for (const byte of Buffer.from(frame({ ...list, id: 100 }))) {
    peer.socket.write(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await peer.answer(100);
  peer.send(frame({ ...list, id: 101 }) + frame({ ...list, id: 102 }) + frame({ ...list, id: 103 }));
  for (const id of [101, 102, 103]) await peer.answer(id);
});

test('a peer that asks faster than it is answered is cut off', async () => {
  const server = await rig.serve({ pause: () => new Promise(() => {}) }, { requests: 64 });
  const peer = await rig.connect(server);
  await peer.hello(server);
  for (let i = 0; i < 65; i++) peer.request('pause', { session: 'a1b2' });
  await peer.ended();
});

test('parameters reach the handlers as they were sent, and their answers come back', async () => {
  const server = await rig.serve();
  const peer = await rig.connect(server);
  await peer.hello(server);
  for (const method of ['pause', 'resume', 'kill']) {
    const id = peer.request(method, { session: 'a1b2' });
    expect((await peer.answer(id)).result).toEqual(OUTCOME);
  }
  await peer.answer(peer.request('kill', { session: 'a1b2', graceMs: 250 }));
  expect(rig.asked).toEqual([
    ['pause', { session: 'a1b2' }],
    ['resume', { session: 'a1b2' }],
    ['kill', { session: 'a1b2' }],
    ['kill', { session: 'a1b2', graceMs: 250 }],
  ]);
});

test.each([
  ['pause', {}],
  ['pause', { session: '' }],
  ['pause', { session: 7 }],
  ['pause', ['a1b2']],
  ['pause', null],
  ['kill', { session: 'a1b2', graceMs: 'soon' }],
  ['kill', { session: 'a1b2', graceMs: -1 }],
  ['kill', { session: 'a1b2', graceMs: 1e12 }],
])('%s with parameters %j is an error of the caller and nothing is done', async (method, params) => {
  const server = await rig.serve();
  const peer = await rig.connect(server);
  await peer.hello(server);
  expect((await peer.error(peer.request(method, params))).code).toBe(-32602);
  expect(rig.asked).toEqual([]);
  await peer.answer(peer.request('list', {}));
});

test('a method that does not exist is an error of the caller', async () => {
  const server = await rig.serve();
  const peer = await rig.connect(server);
  await peer.hello(server);
  expect((await peer.error(peer.request('toString', {}))).code).toBe(-32601);
});

test('what a handler throws reaches the caller with its code', async () => {
  const server = await rig.serve({
    pause: () => {
      throw new ControlError('noSuchSession', 'no session begins with zz');
    },
    resume: async () => {
      throw new ControlError('ambiguousSession', 'a1 begins two sessions');
    },
    kill: () => {
      throw new Error('the disk is full');
    },
  });
  const peer = await rig.connect(server);
  await peer.hello(server);
  expect(await peer.error(peer.request('pause', { session: 'zz' }))).toEqual({
    code: CONTROL_ERRORS.noSuchSession,
    message: 'no session begins with zz',
  });
  expect((await peer.error(peer.request('resume', { session: 'a1' }))).code).toBe(CONTROL_ERRORS.ambiguousSession);
  expect(await peer.error(peer.request('kill', { session: 'a1' }))).toEqual({
    code: -32603,
    message: 'the disk is full',
  });
});

test('alerts reach subscribers, in order, and nobody else', async () => {
  const server = await rig.serve();
  const [subscriber, other] = [await rig.connect(server), await rig.connect(server)];
  for (const peer of [subscriber, other]) await peer.hello(server);
  await subscriber.answer(subscriber.request('subscribe', {}));
  for (const reason of ['first', 'second']) server.broadcast({ ...OUTCOME, reason });
  const alerts = await waitFor('two alerts', () => {
    const found = subscriber.messages.filter((message) => message.method === 'alert');
    return found.length === 2 && found;
  });
  expect(alerts.map((message) => message.params)).toEqual([
    { ...OUTCOME, reason: 'first' },
    { ...OUTCOME, reason: 'second' },
  ]);
  await other.answer(other.request('list', {}));
  expect(other.messages.some((message) => message.method === 'alert')).toBe(false);
});

test('a subscriber that does not read is dropped when too much waits for it, and the others get everything', async () => {
  const server = await rig.serve({}, { waitingBytes: 256 * 1024 });
  const client = await connectWatcher(rig);
  const heard: Alert[] = [];
  client?.onAlert((alert) => heard.push(alert));
  await client?.subscribe();
  const sleeper = await rig.connect(server);
  await sleeper.hello(server);
  await sleeper.answer(sleeper.request('subscribe', {}));
  sleeper.socket.pause();
  const alert = { ...OUTCOME, reason: 'x'.repeat(64 * 1024) };
  for (let i = 1; i <= 40; i++) {
    server.broadcast(alert);
    await waitFor(`alert ${i}`, () => heard.length === i);
  }
  sleeper.socket.resume();
  await sleeper.ended();
  const received = sleeper.messages.filter((message) => message.method === 'alert').length;
  expect(received).toBeGreaterThan(0);
  expect(received).toBeLessThan(40);
  client?.close();
});

test('closing removes endpoint and socket and ends the connections', async () => {
  const server = await rig.serve();
  const peer = await rig.connect(server);
  await peer.hello(server);
  const { endpoint } = watcherPaths(rig.runtimeDir, rig.store);
  expect(existsSync(endpoint)).toBe(true);
  await server.close();
  await peer.ended();
  expect(existsSync(endpoint)).toBe(false);
  expect(existsSync(server.endpoint.socket)).toBe(false);
});

test.runIf(onUnix)('the socket, the endpoint file and their folder are closed to others', async () => {
  const server = await rig.serve();
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
  expect(mode(watcherPaths(rig.runtimeDir, rig.store).endpoint)).toBe('600');
  expect(mode(server.endpoint.socket)).toBe('600');
  expect(mode(`${rig.runtimeDir}/watchers`)).toBe('700');
});

test.runIf(onUnix)('a file in the way of the socket is replaced', async () => {
  const first = await rig.serve();
  await rig.end(first);
  writeFileSync(first.endpoint.socket, '');
  const second = await rig.serve();
  expect(second.endpoint.socket).toBe(first.endpoint.socket);
  const peer = await rig.connect(second);
  await peer.hello(second);
});
