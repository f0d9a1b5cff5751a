import { type EventSource, hookEvents } from '../../core/common/adapters/claude-code/hook-events.ts';
import type { HookPayload } from '../../core/common/adapters/claude-code/hook-payload.ts';
import { asString } from '../../core/common/json.ts';
import { MAX_JUDGED_CHARACTERS, type PendingCall } from '../../core/common/protocol/control.ts';
import type { Redactor } from '../../core/common/redact/redactor.ts';
import { storableEvent } from '../../core/common/redact/storable-event.ts';
import { operationOf } from '../../core/common/session/operation.ts';
import type { Operation } from '../../core/common/session/tool-call.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';
import type { FoundAgent } from '../../core/node/process/find-agent.ts';
import { clearActive, markActive } from '../../core/node/store/active-session.ts';
import { EventLog } from '../../core/node/store/event-log.ts';
import type { SessionFolder, Store } from '../../core/node/store/open-store.ts';
import type { Attempt } from './attempt.ts';
import { HookSessions } from './hook-sessions.ts';
import { HookUsage } from './hook-usage.ts';

/** A call that is written when it is known what becomes of it: a watcher is to hear of it from its hook first. */
export interface UnwrittenCall extends PendingCall {
  /** As its session's start names it. */
  readonly agent: string;
  readonly isSubagent: boolean;
  /** Directory that the agent works in. */
  readonly workspace: string;
  readonly write: () => void;
  /** Writes down that the call runs without having been judged. */
  readonly noteUnguarded: (why: string) => void;
  /** Writes down that the call does not run; no later hook tells of it. */
  readonly noteDenied: (why: string) => void;
}

export interface HookRecorderParts {
  readonly store: Store;
  readonly payload: HookPayload;
  readonly source: EventSource;
  readonly redact: Redactor;
  /** The agent's process, when this hook found it. */
  readonly agent: FoundAgent | undefined;
  readonly attempt: Attempt;
}

/** Writes into the store what one hook payload says. A step that fails is noted and the others are still taken. */
export class HookRecorder {
  private readonly parts: HookRecorderParts;
  private readonly sessions: HookSessions;
  private readonly usage: HookUsage;

  constructor(parts: HookRecorderParts) {
    this.parts = parts;
    const { store, payload, source, redact } = parts;
    const append = (session: SessionFolder, event: TraceEvent) => write(session, [storableEvent(event, redact)]);
    this.sessions = new HookSessions({ ...parts, append });
    this.usage = new HookUsage({ store, payload, now: source.now, append });
  }

  /** Gives the call that the agent is about to make, which is not written yet; undefined when there is none. */
  record(): UnwrittenCall | undefined {
    const { payload, source, attempt, store, redact } = this.parts;
    const { sessions, usage } = this;
    const root = attempt('session', () => sessions.openRoot());
    const session = payload.subagent ? attempt('subagent session', () => sessions.openSubagent(payload)) : root;
    const given = hookEvents(payload, source);
    const events = given.map((event) => storableEvent(event, redact));
    const [event, original] = [events[0], given[0]];
    if (event?.event_type === 'tool_call') return this.unwritten(session, events, event, original);
    if (!session) return undefined;
    if (events.at(-1)?.event_type === 'session_end') {
      // The end is to be a session's last line, so what its last requests cost comes before.
      attempt('usage', () => usage.record(session, true));
      attempt('events', () => write(session, events));
      sessions.close(session);
    } else {
      attempt('events', () => write(session, events));
      attempt('usage', () => usage.record(session, false));
    }
    attempt('usage of subagents', () => usage.recordSubagents());
    if (payload.event === 'PostToolUse') attempt('subagent link', () => sessions.linkSubagent());
    if (payload.event === 'SessionStart') attempt('.active-session', () => markActive(store.path, session.name));
    if (payload.event === 'SessionEnd') attempt('.active-session', () => clearActive(store.path, session.name));
    return undefined;
  }

  /** Judged also where it cannot be recorded: an agent may have made away with the store. */
  private unwritten(
    session: SessionFolder | undefined,
    events: readonly TraceEvent[],
    event: TraceEvent,
    original: TraceEvent | undefined,
  ): UnwrittenCall {
    const { payload, source, attempt, redact } = this.parts;
    const put = (what: readonly TraceEvent[]) =>
      void attempt('events', () => (session ? write(session, what) : undefined));
    return {
      event,
      ...operationBehind(event, original),
      agent: payload.subagent?.type || payload.agent,
      isSubagent: payload.subagent !== undefined,
      workspace: source.workspace ?? '',
      write: () => put(events),
      noteUnguarded: (why) => put([unguarded(event, why)]),
      // The reason may be told of what is not to be recorded.
      noteDenied: (why) => put([storableEvent(denied(event, why), redact)]),
    };
  }
}

function write(session: SessionFolder, events: readonly TraceEvent[]): void {
  if (events.length === 0) return;
  const log = new EventLog(session);
  try {
    for (const event of events) log.append(event);
  } finally {
    log.close();
  }
}

function unguarded({ event_id, session_id, timestamp }: TraceEvent, why: string): TraceEvent {
  return {
    event_type: 'decision',
    timestamp,
    event_id: `${event_id}.unguarded`,
    session_id,
    parent_id: event_id,
    data: { choice: why, unguarded: true },
  };
}

/** Stands where the result of a call would: its time is now, after however long it was held. */
function denied({ event_id, session_id, data }: TraceEvent, why: string): TraceEvent {
  return {
    event_type: 'tool_result',
    timestamp: Date.now() / 1000,
    event_id: `${event_id}.result`,
    session_id,
    parent_id: event_id,
    data: { tool_name: data.tool_name, result: why, denied: true },
  };
}

/** What a call does, where its event does not say it wholly. */
function operationBehind(event: TraceEvent, original: TraceEvent | undefined): Pick<PendingCall, 'operation'> {
  const operation = original && operationOfCall(original);
  const text = JSON.stringify(operation);
  if (!operation || text === JSON.stringify(operationOfCall(event))) return {};
  return { operation: text.length > MAX_JUDGED_CHARACTERS ? 'too-long' : operation };
}

/** What a call does as far as its event says. */
export function operationOfCall({ data }: TraceEvent): Operation {
  return operationOf(asString(data.tool_name) ?? '', data.arguments);
}
