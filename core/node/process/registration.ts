import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fnv1a } from '../../common/hash.ts';
import { asNumber, asRecord, asString, parseJson } from '../../common/json.ts';
import { decodeProcessIdentity, type ProcessIdentity } from '../../common/process/process-identity.ts';
import { entriesOf } from '../entries-of.ts';
import { readPrivateFile, writePrivateFile } from '../private-file.ts';

/**
 * Which process runs a session, written by a recorder of this user outside the workspace. The workspace's own
 * `meta.json` can be forged by whoever may write there; only what is registered here is ever signalled.
 */
export interface Registration {
  readonly session_id: string;
  /** Real path of the store (`.agent-traces`) that holds the session. */
  readonly store: string;
  readonly process: ProcessIdentity;
  /** Path or name of the agent's executable; never arguments. */
  readonly executable: string;
  /** As the recorder names it: `claude-code`, `codex`, ... */
  readonly agent: string;
  readonly source: RegistrationSource;
  /** Its recorder asks the watcher before each call. */
  readonly asks?: boolean;
  /** Unix seconds. */
  readonly registered_at: number;
}

/**
 * How the process was found, surest first.
 * - `spawned`: by ourselves (`agent-trace run`).
 * - `session-file`: the agent's own session file names its pid, start time and session.
 * - `environment`: the agent told its pid to its hook, and it is an ancestor of that hook.
 * - `ancestry`: the nearest agent above the hook.
 * - `user`: confirmed by the user.
 */
const REGISTRATION_SOURCES = ['spawned', 'session-file', 'environment', 'ancestry', 'user'] as const;
export type RegistrationSource = (typeof REGISTRATION_SOURCES)[number];

const REGISTRATIONS_FOLDER = 'sessions';

/** Replaces an earlier registration of the same session. Throws the system's error. */
export function writeRegistration(runtimeDir: string, registration: Registration): void {
  const file = registrationFile(runtimeDir, registration.store, registration.session_id);
  writePrivateFile(file, `${JSON.stringify(registration)}\n`);
}

/**
 * One system call, for hooks. Tells that there is a registration, not that its process still lives: a session that is
 * resumed has a new process, so register anew at its start whatever this says.
 */
export function isRegistered(runtimeDir: string, store: string, sessionId: string): boolean {
  return existsSync(registrationFile(runtimeDir, store, sessionId));
}

/** The sessions of a store that are registered at this moment, found by one look for many questions. */
export class RegisteredSessions {
  private readonly runtimeDir: string;
  private readonly store: string;
  private readonly files: ReadonlySet<string>;

  constructor(runtimeDir: string, store: string) {
    this.runtimeDir = runtimeDir;
    this.store = store;
    this.files = new Set(entriesOf(join(runtimeDir, REGISTRATIONS_FOLDER)).map(({ name }) => name));
  }

  /** As `isRegistered`. */
  has(sessionId: string): boolean {
    return this.files.size > 0 && this.files.has(basename(registrationFile(this.runtimeDir, this.store, sessionId)));
  }
}

/** Undefined when there is none or it cannot be believed (owner, mode, content). */
export function readRegistration(runtimeDir: string, store: string, sessionId: string): Registration | undefined {
  const registration = readFile(registrationFile(runtimeDir, store, sessionId));
  return registration?.store === store && registration.session_id === sessionId ? registration : undefined;
}

/** Every registration of a store that can be believed; reads one small file for each session ever registered. */
export function registrationsOf(runtimeDir: string, store: string): readonly Registration[] {
  const folder = join(runtimeDir, REGISTRATIONS_FOLDER);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => readFile(join(folder, name)) ?? [])
    .filter((registration) => registration.store === store);
}

function readFile(file: string): Registration | undefined {
  const text = readPrivateFile(file);
  return text === undefined ? undefined : decodeRegistration(parseJson(text));
}

function decodeRegistration(value: unknown): Registration | undefined {
  const record = asRecord(value);
  const sessionId = asString(record?.session_id);
  const store = asString(record?.store);
  const identity = decodeProcessIdentity(record?.process);
  const source = REGISTRATION_SOURCES.find((known) => known === record?.source);
  if (!sessionId || !store || !identity || !source) return undefined;
  return {
    session_id: sessionId,
    store,
    process: identity,
    executable: asString(record?.executable) ?? '',
    agent: asString(record?.agent) ?? '',
    source,
    ...(record?.asks === true ? { asks: true } : {}),
    registered_at: asNumber(record?.registered_at) ?? 0,
  };
}

function registrationFile(runtimeDir: string, store: string, sessionId: string): string {
  return sessionFile(runtimeDir, REGISTRATIONS_FOLDER, store, sessionId);
}

/**
 * The file of a session in a folder of the runtime folder. Ids come from agents: only harmless characters reach the
 * name, the hash keeps the rest apart.
 */
export function sessionFile(runtimeDir: string, folder: string, store: string, sessionId: string): string {
  const safeId = sessionId.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 80);
  return join(runtimeDir, folder, `${safeId}-${fnv1a(`${store}\0${sessionId}`)}.json`);
}
