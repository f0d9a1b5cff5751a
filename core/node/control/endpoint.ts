import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { asNumber, asRecord, asString, parseJson } from '../../common/json.ts';
import { decodeProcessIdentity, type ProcessIdentity } from '../../common/process/process-identity.ts';
import { AgentTraceError } from '../agent-trace-error.ts';
import { writePrivateFile } from '../private-file.ts';
import { watcherPaths } from './watcher-paths.ts';

/** Tells where the watcher of one store listens, and what to say to it. Whoever can read it can command the watcher. */
export interface Endpoint {
  /** Path of a Unix socket, or the name of a pipe on Windows. */
  readonly socket: string;
  /** 32 random bytes as hexadecimal digits. */
  readonly token: string;
  readonly process: ProcessIdentity;
  /** Real path of the store being watched. */
  readonly store: string;
  /** `CONTROL_VERSION` of the watcher. */
  readonly version: number;
}

/** Mode 0600, whole or not at all. Throws the system's error. */
export function writeEndpoint(runtimeDir: string, endpoint: Endpoint): void {
  writePrivateFile(watcherPaths(runtimeDir, endpoint.store).endpoint, `${JSON.stringify(endpoint)}\n`);
}

/** Does nothing when there is none. */
export function removeEndpoint(runtimeDir: string, store: string): void {
  rmSync(watcherPaths(runtimeDir, store).endpoint, { force: true });
}

/**
 * Undefined when there is none or its content is no endpoint of this store. Throws AgentTraceError `refused` when
 * another user owns it, others may read or write it, or it is not a plain file.
 */
export function readEndpoint(runtimeDir: string, store: string): Endpoint | undefined {
  const file = watcherPaths(runtimeDir, store).endpoint;
  let fd: number;
  try {
    // O_NONBLOCK: opening a FIFO that someone put there must not wait for a writer.
    fd = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    return refuse(file, code === 'ELOOP' ? 'is a symbolic link' : `cannot be opened (${code})`);
  }
  try {
    const stat = fstatSync(fd);
    const uid = process.getuid?.();
    if (!stat.isFile()) refuse(file, 'is not a plain file');
    if (uid !== undefined && stat.uid !== uid) refuse(file, 'belongs to another user');
    if (uid !== undefined && (stat.mode & 0o077) !== 0) refuse(file, 'is open to other users');
    const endpoint = decodeEndpoint(parseJson(readFileSync(fd, 'utf8')));
    return endpoint?.store === store ? endpoint : undefined;
  } finally {
    closeSync(fd);
  }
}

/**
 * False when the endpoint's socket is gone. Throws AgentTraceError `refused` when it, or its folder, is another user's:
 * after a restart of the machine anyone may take a name under `/tmp` that an old endpoint file still tells.
 */
export function checkSocket(socket: string): boolean {
  const uid = process.getuid?.();
  if (uid === undefined) return true;
  const stat = lstatSync(socket, { throwIfNoEntry: false });
  if (!stat) return false;
  if (stat.uid !== uid || lstatSync(dirname(socket)).uid !== uid) refuse(socket, 'belongs to another user');
  if (!stat.isSocket()) refuse(socket, 'is not a socket');
  return true;
}

function decodeEndpoint(value: unknown): Endpoint | undefined {
  const record = asRecord(value);
  const socket = asString(record?.socket);
  const token = asString(record?.token);
  const identity = decodeProcessIdentity(record?.process);
  const store = asString(record?.store);
  const version = asNumber(record?.version);
  if (!socket || !token || !identity || !store || version === undefined) return undefined;
  return { socket, token, process: identity, store, version };
}

function refuse(file: string, why: string): never {
  throw new AgentTraceError(
    'refused',
    `the watcher's ${file} ${why}, so nothing it says can be trusted; remove it and start \`agent-trace watch\` anew`,
  );
}
