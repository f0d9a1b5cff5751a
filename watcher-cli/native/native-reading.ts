import type { NativeFacts } from '../../core/common/adapters/native-parser.ts';
import { errorText } from '../../core/common/error-text.ts';
import { QUIET_AFTER } from '../../core/common/session/session-phase.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';
import { type UsageCursor, usageCursorFile } from '../../core/node/adapters/claude-code/usage-cursor.ts';
import type { NativeAgent, NativeFile, NativeSource } from '../../core/node/adapters/native-agent.ts';
import type { NativeRecorder } from '../../core/node/adapters/native-recorder.ts';
import { markActive } from '../../core/node/store/active-session.ts';
import { openSession } from '../../core/node/store/open-store.ts';
import { requireRealStore } from '../../core/node/store/real-store.ts';
import { Retry } from './retry.ts';

export interface NativeReadingOptions {
  readonly agent: NativeAgent;
  readonly file: NativeFile;
  /** Recorded session that names the file: of it only the cost is taken, as that session's. */
  readonly named: string | undefined;
  readonly recorder: NativeRecorder;
  /** Real path of the store. */
  readonly store: string;
  /** Whether a session of these facts belongs into the store. */
  readonly isOurs: (facts: NativeFacts) => boolean;
  readonly onIssue: (message: string) => void;
  /** Nothing has come for so long that nobody is likely to write to it. */
  readonly onQuiet: () => void;
}

/** One file of an agent that is being followed into the store. */
export class NativeReading {
  private readonly options: NativeReadingOptions;
  private readonly source: NativeSource;
  /** Events of a file that has not told yet where its session works. */
  private held: TraceEvent[] = [];
  private ours: boolean | undefined;
  private isMarked = false;
  private closed = false;
  private quiet: NodeJS.Timeout | undefined;
  private goingOn: NodeJS.Immediate | undefined;
  private readonly unlocked: Retry;

  constructor(options: NativeReadingOptions) {
    this.options = options;
    this.unlocked = new Retry(() => this.goOn());
    const { agent, file, named, onIssue } = options;
    this.source = agent.open(file, onIssue, named === undefined ? agent.kin?.()(file) : undefined);
    // A transcript that a recorded session names is that session's, and a subagent's that of its session.
    if (named !== undefined) this.ours = true;
  }

  get path(): string {
    return this.options.file.path;
  }

  get named(): string | undefined {
    return this.options.named;
  }

  /** Name in the store; undefined while the file has not told it. */
  get sessionId(): string | undefined {
    return this.options.named ?? this.source.facts.sessionId;
  }

  /** Reads what is new, a megabyte at a time, others having their turn in between. Throws when the store cannot be written. */
  read(): void {
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => this.options.onQuiet(), QUIET_AFTER * 1000).unref();
    clearImmediate(this.goingOn);
    if (!this.step()) return;
    this.goingOn = setImmediate(() => this.goOn());
  }

  readToEnd(): void {
    while (!this.closed && this.step());
  }

  /** Says that the session has ended, unless hooks say so themselves. `at`: Unix seconds. */
  end(eventId: string, at: number): void {
    const { file, recorder } = this.options;
    const { facts } = this.source;
    const session = this.sessionId;
    if (!this.ours || session === undefined || this.options.named !== undefined) return;
    if (file.parent === undefined && !recorder.look(session).hasHooks) {
      const event: TraceEvent = {
        event_type: 'session_end',
        timestamp: at,
        event_id: eventId,
        session_id: session,
        data: { reason: 'exit' },
      };
      recorder.record(file, facts, [event]);
    }
    recorder.conclude(session);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.quiet);
    clearImmediate(this.goingOn);
    this.unlocked.stop();
    this.source.close();
  }

  private goOn(): void {
    try {
      if (!this.closed) this.read();
    } catch (error) {
      this.options.onIssue(`${this.path} cannot be recorded: ${errorText(error)}`);
    }
  }

  /** True when more is left to read. */
  private step(): boolean {
    const { recorder, file, isOurs, store, named } = this.options;
    const { events, more, isLocked } = this.source.read();
    if (isLocked) this.unlocked.later();
    else this.unlocked.stop();
    const { facts } = this.source;
    this.held.push(...events);
    if (this.ours === undefined && facts.workspace !== undefined) this.ours = isOurs(facts);
    // Another workspace's: nothing of it is kept.
    if (this.ours === false) this.held = [];
    if (!this.ours || this.held.length === 0) return more && this.ours !== false;
    const held = this.held;
    this.held = [];
    requireRealStore(store);
    recorder.record(file, named === undefined ? facts : { ...facts, sessionId: named }, this.relevant(held));
    this.mark(facts);
    if (!more) this.tellHooks();
    return more;
  }

  /** Hooks are told how far the transcript is read, so that they need not record the same again; they are not asked. */
  private tellHooks(): void {
    const { recorder, store, onIssue } = this.options;
    const session = this.sessionId;
    const reached = this.source.checkpoint?.();
    if (session === undefined || !reached || !recorder.stored(session)?.hasHooks) return;
    const cursor: UsageCursor = { dev: Number(reached.dev), ino: Number(reached.ino), offset: reached.position };
    try {
      const file = usageCursorFile(openSession({ path: store }, session).path);
      const told = file.read(this.path);
      if (told?.dev === cursor.dev && told.ino === cursor.ino && told.offset >= cursor.offset) return;
      file.write(this.path, cursor);
    } catch (error) {
      onIssue(`hooks of session ${session} record usage once more: ${errorText(error)}`);
    }
  }

  private relevant(events: readonly TraceEvent[]): readonly TraceEvent[] {
    const { named } = this.options;
    if (named === undefined) return events;
    return events
      .filter((event) => event.event_type === 'llm_response')
      .map((event) => ({ ...event, session_id: named }));
  }

  /** Tells watchers that a session goes on; hooks do so themselves. */
  private mark({ sessionId }: NativeFacts): void {
    const { file, named, recorder, store } = this.options;
    if (this.isMarked || named !== undefined || file.parent !== undefined || sessionId === undefined) return;
    this.isMarked = true;
    if (!recorder.stored(sessionId)?.hasHooks) markActive(store, sessionId);
  }
}
