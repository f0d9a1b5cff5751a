import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asRecord, asString } from '../../../../core/common/json.ts';
import type { ControlServer } from '../../../../core/node/control/server.ts';
import { randomRuns } from '../../../rig/random-runs.ts';
import { frame, OUTCOME, type RawConnection, WatcherRig } from './watcher-rig.ts';

/** What a peer says next. The good ones are numbered, so that what was carried out can be told. */
type Say =
  | 'hello'
  | 'wrong token'
  | 'wrong version'
  | 'pause'
  | 'bad parameters'
  | 'no such method'
  | 'notification'
  | 'answer'
  | 'garbage'
  | 'huge length'
  | 'no length'
  | 'no JSON'
  | 'batch'
  | 'deep'
  | 'half a frame';

const FATAL: readonly Say[] = ['garbage', 'huge length', 'no length', 'no JSON', 'batch', 'deep'];

/** A peer: what it says, where its bytes are cut into writes, and how it leaves. */
const peer = fc.record({
  says: fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constant<Say>('hello') },
      { weight: 6, arbitrary: fc.constant<Say>('pause') },
      {
        weight: 2,
        arbitrary: fc.constantFrom<Say>('bad parameters', 'no such method', 'notification', 'answer', 'deep'),
      },
      {
        weight: 2,
        arbitrary: fc.constantFrom<Say>('wrong token', 'wrong version', 'half a frame', ...FATAL),
      },
    ),
    { maxLength: 10 },
  ),
  greets: fc.boolean(),
  cuts: fc.array(fc.nat(), { maxLength: 6 }),
  reads: fc.boolean(),
  leaves: fc.constantFrom('stays', 'half close', 'destroy'),
});

let rig: WatcherRig;
let server: ControlServer;
let bystander: RawConnection;
let count = 0;
/** Sessions named in what was carried out. */
let done: string[] = [];

beforeAll(async () => {
  rig = new WatcherRig();
  const pause = (params: unknown) => {
    done.push(asString(asRecord(params)?.session) ?? '');
    return OUTCOME;
  };
  server = await rig.serve({ pause }, { helloMs: 600_000, messageBytes: 300_000 });
  bystander = await rig.connect(server);
  await bystander.hello(server);
});

afterAll(() => rig.dispose());

it('serves whoever greets, does nothing for others, and outlives every peer', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(peer, { minLength: 1, maxLength: 4 }), async (peers) => {
      done = [];
      const name = `n${count++}`;
      await Promise.all(peers.map((one, index) => meet(one, `${name}-${index}-`)));
      expect(done.filter((session) => !session.startsWith(`${name}-`))).toEqual([]);
      const served = bystander.next((text) => text.includes('"sessions"'));
      bystander.request('list', {});
      await served;
    }),
    randomRuns(1000),
  );
});

type Peer = typeof peer extends fc.Arbitrary<infer T> ? T : never;

async function meet({ says, greets, cuts, reads, leaves }: Peer, name: string): Promise<void> {
  const connection = await rig.connect(server);
  if (greets) {
    const greeted = connection.next((text) => text.includes('"result"'));
    connection.send(bytesOf('hello', 0, name));
    await greeted;
  }
  if (!reads) connection.socket.pause();
  const bytes = Buffer.concat(says.map((say, at) => Buffer.from(bytesOf(say, at, name), 'latin1')));
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), 0, bytes.length].sort((a, b) => a - b);
  for (const [at, from] of places.slice(0, -1).entries()) {
    connection.socket.write(bytes.subarray(from, places[at + 1]));
    await turn();
  }
  const { allowed, end } = expectation(says, greets, name);
  const carriedOut = () => done.filter((session) => session.startsWith(name));
  if (leaves === 'destroy') connection.socket.destroy();
  else if (leaves === 'half close') connection.socket.end();
  connection.socket.resume();
  if (leaves === 'stays' && end === 'greeted') {
    const answered = connection.next((text) => text.includes('"id":"last"'));
    connection.send({ jsonrpc: '2.0', id: 'last', method: 'list' });
    await answered;
    expect(carriedOut()).toEqual(allowed);
  }
  // Whoever has said nothing, or half a frame, may be slow and is waited for; who is greeted may stay.
  if (leaves === 'stays' && end !== 'cut off') connection.socket.destroy();
  // Not by `once` of node:events, which fails at a connection that was reset.
  if (!connection.socket.closed) await new Promise((resolve) => connection.socket.once('close', resolve));
  // In order, none twice, none that came after the end.
  const was = carriedOut();
  expect(was).toEqual(allowed.slice(0, was.length));
}

/** What may be carried out, and how the connection stands then. */
function expectation(said: readonly Say[], greeted: boolean, name: string) {
  const allowed: string[] = [];
  let saidHello = greeted;
  let end = 'greeted';
  for (const [at, say] of said.entries()) {
    const isGreeting = say === 'hello' || say === 'wrong token' || say === 'wrong version';
    if (say === 'half a frame') return { allowed, end: 'waited for' };
    if (FATAL.includes(say) || (!saidHello && say !== 'hello')) return { allowed, end: 'cut off' };
    if (isGreeting) saidHello = true;
    // Requests may follow a hello at once; for the rest its answer has to be waited for.
    if (!greeted && (say === 'notification' || say === 'answer')) end = 'either';
    if (say === 'pause') allowed.push(`${name}${at}`);
  }
  return { allowed, end: saidHello ? end : 'waited for' };
}

function bytesOf(say: Say, at: number, name: string): string {
  const request = (method: string, params: unknown) => frame({ jsonrpc: '2.0', id: `${name}${at}`, method, params });
  const { token, version } = server.endpoint;
  switch (say) {
    case 'hello':
      return request('hello', { token, version });
    case 'wrong token':
      return request('hello', { token: 'f'.repeat(64), version });
    case 'wrong version':
      return request('hello', { token, version: 99 });
    case 'pause':
      return request('pause', { session: `${name}${at}` });
    case 'bad parameters':
      return request('pause', { session: [] });
    case 'no such method':
      return request('__proto__', {});
    case 'notification':
      return frame({ jsonrpc: '2.0', method: 'pause', params: { session: `${name}${at}` } });
    case 'answer':
      return frame({ jsonrpc: '2.0', id: 7, result: {} });
    case 'garbage':
      return `${'\u0000\u00ff\r\n'.repeat(300)}\r\n\r\n`;
    case 'huge length':
      return 'Content-Length: 999999999\r\n\r\n{';
    case 'no length':
      return 'Content-Length: -5\r\n\r\n{}';
    case 'no JSON':
      return 'Content-Length: 4\r\n\r\n{..}';
    case 'batch':
      return frame([{ jsonrpc: '2.0', id: 1, method: 'list' }]);
    case 'deep':
      return `Content-Length: 200000\r\n\r\n${'['.repeat(200_000)}`;
    case 'half a frame':
      return 'Content-Length: 100000\r\n\r\n{"jsonrpc"';
    default:
      return say satisfies never;
  }
}
