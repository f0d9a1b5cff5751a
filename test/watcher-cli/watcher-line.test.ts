import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { DEFAULT_GUARD } from '../../core/common/rules/guard-settings.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';
import { WatcherLine } from '../../watcher-cli/hook/watcher-line.ts';
import { tempFolder } from '../rig/temp-folder.ts';

const STORE = '/w/.agent-traces';
const DEADLINE_MS = 30_000;
const CALL: TraceEvent = { event_type: 'tool_call', timestamp: 1, event_id: 'c1', session_id: 's1', data: {} };

const frame = (id: number, result: object): string => {
  const body = JSON.stringify({ jsonrpc: '2.0', id, result });
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
};
const greeting = frame(1, { version: 1, pid: 1, store: STORE });
const denial = (reason: string) => ({ verdict: 'deny', rule: 'r', reason, stop: false }) as const;

/** A hook's question to something that does this with each connection. */
async function asked(answer: (socket: Socket) => void, deadlineMs = DEADLINE_MS): Promise<unknown> {
  const socket = join(tempFolder(), 's');
  const server = createServer((connection) => {
    connection.on('error', () => {});
    connection.once('data', () => answer(connection));
  });
  await new Promise<void>((listening) => server.listen(socket, listening));
  onTestFinished(() => void server.close());
  const process = { pid: 1, startTime: '0', bootId: '' };
  const endpoint = { socket, token: 't', process, store: STORE, version: 1, guard: DEFAULT_GUARD };
  return new WatcherLine(endpoint, [{ event: CALL }]).verdict(deadlineMs);
}

it('takes an answer in one piece', async () => {
  expect(await asked((socket) => socket.write(greeting + frame(2, denial('no'))))).toEqual(denial('no'));
});

it('takes an answer that comes byte by byte, and one that is longer than what is read at once', async () => {
  const long = denial('é'.repeat(20_000));
  const bytes = Buffer.from(greeting + frame(2, denial('é')));
  const slow = asked((socket) => {
    const next = (at: number): void => {
      if (at < bytes.length) socket.write(bytes.subarray(at, at + 1), () => setImmediate(next, at + 1));
    };
    next(0);
  });
  expect(await slow).toEqual(denial('é'));
  expect(await asked((socket) => socket.write(greeting + frame(2, long)))).toEqual(long);
});

it.each<[string, (socket: Socket) => void]>([
  ['ends', (socket) => socket.end()],
  ['ends after its greeting', (socket) => socket.end(greeting)],
  ['ends in the middle of its answer', (socket) => socket.end(greeting + frame(2, denial('no')).slice(0, -1))],
  ['breaks off', (socket) => socket.destroy()],
  ['says something else', (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\n')],
  ['is the watcher of another store', (socket) => socket.write(frame(1, { store: '/other' }) + frame(2, denial('no')))],
  ['answers without a greeting', (socket) => socket.write(frame(2, denial('no')))],
  ['says too much', (socket) => socket.write(greeting + frame(2, denial('x'.repeat(70_000))))],
  ['never comes to an end', (socket) => socket.write('x'.repeat(70_000))],
])('knows that nobody answers who %s', async (_what, answer) => {
  expect(await asked(answer)).toBe('gone');
});

it('waits no longer than it is told', async () => {
  expect(await asked(() => {}, 50)).toBe('late');
});
