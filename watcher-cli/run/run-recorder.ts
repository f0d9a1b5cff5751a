import type { JsonRecord } from '../../core/common/json.ts';
import type { Redactor } from '../../core/common/redact/redactor.ts';
import { storableEvent } from '../../core/common/redact/storable-event.ts';
import type { EventData, EventType } from '../../core/common/trace/trace-event.ts';
import type { ProcessTable } from '../../core/node/process/process-table.ts';
import { writeRegistration } from '../../core/node/process/registration.ts';
import { clearActive, markActive } from '../../core/node/store/active-session.ts';
import { countEvents } from '../../core/node/store/count-events.ts';
import { EventLog } from '../../core/node/store/event-log.ts';
import type { SessionFolder, Store } from '../../core/node/store/open-store.ts';
import { changeMeta, createMeta } from '../../core/node/store/session-meta-file.ts';
import type { Attempt } from '../hook/attempt.ts';
import type { CommandExit } from './command-exit.ts';

export interface RunRecorderParts {
  readonly store: Store;
  readonly session: SessionFolder;
  readonly runtimeDir: string;
  readonly table: ProcessTable;
  readonly redact: Redactor;
  /** A step that fails is noted there; the command runs on. */
  readonly attempt: Attempt;
  /** Unix seconds. */
  readonly now: () => number;
  /** Gives a new event id at each call. */
  readonly newId: () => string;
  readonly agent: string;
  readonly workspace: string;
  /** The command and its arguments. */
  readonly words: readonly string[];
}

/** Writes one run of a command into the store: a session of its own whose process we know for certain. */
export class RunRecorder {
  private readonly parts: RunRecorderParts;
  private readonly startedAt: number;

  constructor(parts: RunRecorderParts) {
    this.parts = parts;
    this.startedAt = parts.now();
  }

  /** Name of the session in the store. */
  get session(): string {
    return this.parts.session.name;
  }

  started(pid: number): void {
    this.begin(this.parts.attempt('process', () => this.register(pid)) ?? {});
  }

  /** The command could not be started. */
  failed(error: string, status: number): void {
    this.begin({});
    this.append('error', { error });
    this.ended({ code: status, signal: undefined });
  }

  ended(exit: CommandExit): void {
    const { attempt, store, session } = this.parts;
    const endedAt = this.parts.now();
    const durationMs = Math.max(0, Math.round((endedAt - this.startedAt) * 1000));
    this.append('session_end', exit.signal ? { signal: exit.signal } : { exit_code: exit.code }, durationMs);
    attempt('meta.json', () =>
      changeMeta(store.path, session.name, (meta) => ({
        ...meta,
        ...countEvents(session.path),
        ended_at: endedAt,
        total_duration_ms: durationMs,
      })),
    );
    attempt('.active-session', () => clearActive(store.path, session.name));
  }

  private begin(processFacts: JsonRecord): void {
    const { attempt, store, session, agent, workspace, words } = this.parts;
    attempt('meta.json', () =>
      createMeta(store.path, {
        session_id: session.name,
        started_at: this.startedAt,
        agent_name: agent,
        command: this.commandLine(),
        attribution: { workspace, ...processFacts },
      }),
    );
    this.append('session_start', { mode: 'run', agent, cwd: workspace, command: baseName(words[0] ?? '') });
    attempt('.active-session', () => markActive(store.path, session.name));
  }

  /** Tells the watcher which process it may signal for this session. Gives the same for `meta.json`. */
  private register(pid: number): JsonRecord {
    const { store, session, runtimeDir, table, agent, words } = this.parts;
    const info = table.read(pid);
    if (!info) throw new Error(`process ${pid} is not in the process table; the watcher cannot stop this run`);
    const process = { pid, startTime: info.startTime, bootId: info.bootId };
    const executable = table.executable(pid) ?? baseName(words[0] ?? '');
    writeRegistration(runtimeDir, {
      session_id: session.name,
      store: store.path,
      process,
      executable,
      agent,
      source: 'spawned',
      registered_at: this.startedAt,
    });
    return { process, executable, process_source: 'spawned' };
  }

  private append(type: EventType, data: EventData, durationMs?: number): void {
    const { attempt, session, redact, now, newId } = this.parts;
    attempt('events', () => {
      const log = new EventLog(session);
      try {
        const event = {
          event_type: type,
          timestamp: now(),
          event_id: newId(),
          session_id: session.name,
          ...(durationMs === undefined ? {} : { duration_ms: durationMs }),
          data,
        };
        log.append(storableEvent(event, redact));
      } finally {
        log.close();
      }
    });
  }

  /** Redacted: arguments may hold secrets. */
  private commandLine(): string {
    const words = this.parts.words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word)));
    return this.parts.redact(words.join(' '), 'command');
  }
}

/** Name of a program without its folder and without `.exe`. */
export function baseName(program: string): string {
  return (program.split(/[/\\]/).at(-1) ?? program).replace(/\.exe$/i, '') || program;
}
