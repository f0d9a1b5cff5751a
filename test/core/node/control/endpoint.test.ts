import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readEndpoint, removeEndpoint, writeEndpoint } from '../../../../core/node/control/endpoint.ts';
import type { Endpoint } from '../../../../core/node/control/endpoint-file.ts';
import { unixSocketPath, watcherPaths } from '../../../../core/node/control/watcher-paths.ts';

let runtimeDir: string;
const store = '/home/someone/project/.agent-traces';
const endpoint: Endpoint = {
  socket: '/run/some.sock',
  token: 'ab'.repeat(32),
  process: { pid: 4711, startTime: '12345', bootId: 'boot' },
  store,
  version: 1,
  guard: { fail: 'closed', answerWithinMs: 500 },
};

beforeEach(() => {
  runtimeDir = mkdtempSync(join(tmpdir(), 'agent-trace-endpoint-'));
});

afterEach(() => {
  rmSync(runtimeDir, { recursive: true, force: true });
});

const file = () => watcherPaths(runtimeDir, store).endpoint;
const asRoot = process.getuid?.() === 0;
const onUnix = process.platform !== 'win32';
const STRANGER = 65_534;

test('an endpoint is read back as it was written, from a file of mode 0600', () => {
  writeEndpoint(runtimeDir, endpoint);
  expect(readEndpoint(runtimeDir, store)).toEqual(endpoint);
  if (onUnix) expect(statSync(file()).mode & 0o777).toBe(0o600);
});

test('there is no endpoint where none was written, and none after its removal', () => {
  expect(readEndpoint(runtimeDir, store)).toBeUndefined();
  writeEndpoint(runtimeDir, endpoint);
  removeEndpoint(runtimeDir, store);
  expect(readEndpoint(runtimeDir, store)).toBeUndefined();
});

test.runIf(onUnix).each([0o640, 0o604, 0o620, 0o602, 0o644, 0o666])(
  'an endpoint file of mode %o is refused',
  (mode) => {
    writeEndpoint(runtimeDir, endpoint);
    chmodSync(file(), mode);
    expect(() => readEndpoint(runtimeDir, store)).toThrow(expect.objectContaining({ code: 'refused' }));
  },
);

test.runIf(asRoot)("another user's endpoint file is refused", () => {
  writeEndpoint(runtimeDir, endpoint);
  chownSync(file(), STRANGER, STRANGER);
  expect(() => readEndpoint(runtimeDir, store)).toThrow('belongs to another user');
});

test.runIf(onUnix)('a symbolic link is refused, wherever it leads', () => {
  writeEndpoint(runtimeDir, endpoint);
  const elsewhere = join(runtimeDir, 'elsewhere.json');
  writeFileSync(elsewhere, JSON.stringify(endpoint), { mode: 0o600 });
  rmSync(file());
  symlinkSync(elsewhere, file());
  expect(() => readEndpoint(runtimeDir, store)).toThrow('is a symbolic link');
});

test.runIf(onUnix)('a FIFO is refused and not waited for', () => {
  mkdirSync(join(runtimeDir, 'watchers'));
  execFileSync('mkfifo', ['-m', '600', file()]);
  expect(() => readEndpoint(runtimeDir, store)).toThrow('is not a plain file');
});

test.each([
  ['is no JSON', 'hello'],
  ['is no object', '[]'],
  ['lacks the token', JSON.stringify({ ...endpoint, token: undefined })],
  ['names no process', JSON.stringify({ ...endpoint, process: { pid: -1, startTime: '', bootId: '' } })],
  ['is of another store', JSON.stringify({ ...endpoint, store: '/elsewhere' })],
])('a file that %s is no endpoint', (_, text) => {
  writeEndpoint(runtimeDir, endpoint);
  writeFileSync(file(), text);
  expect(readEndpoint(runtimeDir, store)).toBeUndefined();
});

test.runIf(onUnix)('a socket whose path would be too long lies in a private folder of the user under /tmp', () => {
  const long = join(runtimeDir, 'x'.repeat(100));
  const path = unixSocketPath(long, store, runtimeDir);
  expect(path).toMatch(/\/agent-trace-\d+\/[0-9a-f]{32}\.sock$/);
  expect(unixSocketPath(`${long}y`, store, runtimeDir)).not.toBe(path);
  expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
  expect(unixSocketPath(join(runtimeDir, 'short'), store)).toContain(join(runtimeDir, 'short', 'watchers'));
});

test.runIf(onUnix)('the folder under /tmp is not used when somebody else has prepared it', () => {
  const long = join(runtimeDir, 'x'.repeat(100));
  const prepared = join(runtimeDir, `agent-trace-${process.getuid?.()}`);
  mkdirSync(join(runtimeDir, 'target'));
  symlinkSync(join(runtimeDir, 'target'), prepared);
  expect(() => unixSocketPath(long, store, runtimeDir)).toThrow('is not a folder');
  rmSync(prepared);
  mkdirSync(prepared, { mode: 0o777 });
  chmodSync(prepared, 0o777);
  unixSocketPath(long, store, runtimeDir);
  expect(statSync(prepared).mode & 0o777).toBe(0o700);
  if (!asRoot) return;
  chownSync(prepared, STRANGER, STRANGER);
  expect(() => unixSocketPath(long, store, runtimeDir)).toThrow('belongs to another user');
});
