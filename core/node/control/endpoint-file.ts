import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fnv1a } from '../../common/hash.ts';
import { asNumber, asRecord, asString, parseJson } from '../../common/json.ts';
import { decodeProcessIdentity, type ProcessIdentity } from '../../common/process/process-identity.ts';
import { DEFAULT_GUARD, FAILS, type GuardSettings } from '../../common/rules/guard-settings.ts';
import { AgentTraceError } from '../agent-trace-error.ts';

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
  /** What hooks do that get no answer, also when the watcher was killed and has left this file behind. */
  readonly guard: HookGuard;
}

/** As the rules in force have it. */
export type HookGuard = Pick<GuardSettings, 'fail' | 'answerWithinMs'>;

/**
 * A second copy of the endpoint file, for hooks: `node:crypto`, which makes the name of the first, takes longer to load
 * than all that a hook does.
 */
export function hookEndpointFile(runtimeDir: string, store: string): string {
  return join(runtimeDir, 'watchers', `hook-${fnv1a(store)}.json`);
}

/**
 * Undefined when there is no such file or its content is no endpoint of this store. Throws AgentTraceError `refused`
 * when another user owns it, others may read or write it, or it is not a plain file.
 */
export function readEndpointFile(file: string, store: string): Endpoint | undefined {
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
  return { socket, token, process: identity, store, version, guard: decodeGuard(record?.guard) };
}

function decodeGuard(value: unknown): HookGuard {
  const record = asRecord(value);
  const fail = FAILS.find((known) => known === record?.fail) ?? DEFAULT_GUARD.fail;
  return { fail, answerWithinMs: asNumber(record?.answerWithinMs) ?? DEFAULT_GUARD.answerWithinMs };
}

function refuse(file: string, why: string): never {
  throw new AgentTraceError(
    'refused',
    `the watcher's ${file} ${why}, so nothing it says can be trusted; remove it and start \`agent-trace watch\` anew`,
  );
}
