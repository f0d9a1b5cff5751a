import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOOK_BUNDLE } from './build.ts';
import { tempFolder } from './temp-folder.ts';

export interface HookResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type Payload = Readonly<Record<string, unknown>>;
/** One line of `events.ndjson`. */
export type StoredEvent = Readonly<Record<string, unknown>> & { readonly data: Readonly<Record<string, unknown>> };

/**
 * A workspace and a runtime folder of their own, in which the recorder's bundle runs as an agent's hook. Needs
 * `ensureBuilt`.
 */
export class HookRig {
  readonly folder = tempFolder();
  readonly workspace = join(this.folder, 'workspace');
  readonly runtimeDir = join(this.folder, 'runtime');
  readonly env: Readonly<Record<string, string>>;

  constructor(env: Readonly<Record<string, string>> = {}) {
    mkdirSync(this.workspace);
    this.env = {
      PATH: process.env['PATH'] ?? '',
      HOME: this.folder,
      AGENT_TRACE_RUNTIME_DIR: this.runtimeDir,
      CLAUDE_PROJECT_DIR: this.workspace,
      ...env,
    };
  }

  get store(): string {
    return join(this.workspace, '.agent-traces');
  }

  /** The payload gets session `s1` and this workspace unless it says otherwise. */
  run(payload: Payload, args: readonly string[] = []): HookResult {
    return this.runRaw(JSON.stringify({ session_id: 's1', cwd: this.workspace, ...payload }), args);
  }

  /** `spawn` adds to the options of `spawnSync`. */
  runRaw(input: string, args: readonly string[] = [], spawn: object = {}): HookResult {
    const { status, stdout, stderr } = spawnSync(process.execPath, [HOOK_BUNDLE, ...args], {
      cwd: this.workspace,
      env: this.env,
      input,
      timeout: 30_000,
      ...spawn,
    });
    return { status, stdout: String(stdout), stderr: String(stderr) };
  }

  /** Events of a session in file order; none when there is no such session. */
  events(session = 's1', store = this.store): StoredEvent[] {
    const path = join(store, session, 'events.ndjson');
    if (!existsSync(path)) return [];
    const lines = readFileSync(path, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as StoredEvent);
  }

  meta(session = 's1'): Readonly<Record<string, unknown>> {
    return JSON.parse(readFileSync(join(this.store, session, 'meta.json'), 'utf8')) as Record<string, unknown>;
  }
}
