import { asRecord, asString } from '../json.ts';
import { operationOf } from '../session/operation.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { RecentIds } from './recent-ids.ts';

/** What an event says that a session did, in the words of a policy. */
export type Touched =
  | { readonly kind: 'read' | 'write'; readonly path: string }
  | { readonly kind: 'command'; readonly line: string; readonly isPosix: boolean }
  | { readonly kind: 'fetch'; readonly url: string }
  /** A call of a tool that no policy speaks of. */
  | { readonly kind: 'other' };

/** Something a session did, and the event that tells of it. */
export interface Act {
  readonly touched: Touched;
  readonly tool: string;
  readonly event: TraceEvent;
  /** Number of the event, from 1. */
  readonly number: number;
}

/** Calls whose ids are remembered, so that the same event and the file events of a call count once. */
const REMEMBERED = 50_000;

/** Takes what a session did from its events, in the order of the file; holds no more than a few of them. */
export class ActReader {
  /** The directory that the session works in, as its events say. */
  workspace: string | undefined;
  agent = '';
  /** Unix seconds. */
  startedAt: number | undefined;
  events = 0;
  private readonly seen = new RecentIds(REMEMBERED);

  /** Undefined when the event tells of nothing that was done, or is one that came before. */
  read(event: TraceEvent): Act | undefined {
    this.events += 1;
    this.startedAt ??= event.timestamp;
    const { event_type, data } = event;
    if (event_type === 'session_start') {
      this.workspace = asString(data.cwd) || this.workspace;
      this.agent = asString(data.agent) ?? asString(data.agent_name) ?? this.agent;
      return undefined;
    }
    const act = (tool: string, touched: Touched): Act | undefined =>
      this.seen.add(event.event_id) ? { touched, tool, event, number: this.events } : undefined;
    if (event_type === 'tool_call') {
      const tool = asString(data.tool_name) ?? 'unknown';
      return act(tool, touchedBy(tool, data.arguments));
    }
    if (event_type !== 'file_read' && event_type !== 'file_write') return undefined;
    if (event.parent_id && this.seen.has(event.parent_id)) return undefined;
    const path = asString(data.file_path) ?? asString(data.path) ?? asString(asRecord(data.arguments)?.file_path);
    return path ? act(event_type, { kind: event_type === 'file_write' ? 'write' : 'read', path }) : undefined;
  }
}

function touchedBy(tool: string, args: unknown): Touched {
  const operation = operationOf(tool, args);
  switch (operation.kind) {
    case 'read':
    case 'write':
      return { kind: operation.kind, path: operation.path };
    case 'command':
      return { kind: 'command', line: operation.command, isPosix: !/powershell|pwsh/i.test(tool) };
    case 'fetch':
      return { kind: 'fetch', url: operation.url };
    case 'subagent':
    case 'other': {
      // Tools that search or list: what they look at, they read.
      const values = asRecord(args);
      const path = asString(values?.path) ?? asString(values?.file_path) ?? asString(values?.dir_path);
      return path ? { kind: 'read', path } : { kind: 'other' };
    }
    default:
      return operation satisfies never;
  }
}
