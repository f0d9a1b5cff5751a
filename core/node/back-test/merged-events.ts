import path from 'node:path';
import { isIssue } from '../../common/trace/decode-event.ts';
import { decodeLine } from '../../common/trace/decode-line.ts';
import type { TraceEvent } from '../../common/trace/trace-event.ts';
import { EVENTS_FILE } from '../store/event-log.ts';
import { FileTail } from '../tail/file-tail.ts';

const BYTES_PER_READ = 256 * 1024;

/** The events of a stored session in the order of its file, of which no more than a piece is held at a time. */
function* storedEvents(store: string, id: string): Generator<TraceEvent> {
  let events: TraceEvent[] = [];
  const tail = new FileTail({
    path: path.join(store, id, EVENTS_FILE),
    root: store,
    maxBytesPerRead: BYTES_PER_READ,
    onLine: (line) => {
      for (const decoded of decodeLine(line)) if (!isIssue(decoded)) events.push(decoded);
    },
    onIssue: () => {},
  });
  try {
    for (;;) {
      const result = tail.poll();
      const ready = events;
      events = [];
      yield* ready;
      if (result !== 'more') return;
    }
  } finally {
    tail.close();
  }
}

/** The next event of one of several sessions; without an event when there are no more of this one. */
export interface SessionStep {
  readonly id: string;
  readonly event: TraceEvent | undefined;
}

interface OpenSession {
  readonly id: string;
  readonly events: Generator<TraceEvent>;
  next: TraceEvent;
}

/** A session that has events, and when its first one was, Unix seconds. */
export interface Beginning {
  readonly id: string;
  readonly from: number;
}

/** Those of the sessions that have events. */
export function beginningsOf(store: string, ids: readonly string[]): readonly Beginning[] {
  return ids.flatMap((id) => {
    const first = firstOf(storedEvents(store, id));
    return first ? [{ id, from: first.timestamp }] : [];
  });
}

/**
 * The events of several sessions by time, those of each in the order of its file. A file is open from its first event to
 * its last.
 */
export function* mergedEvents(store: string, beginnings: readonly Beginning[]): Generator<SessionStep> {
  const waiting = beginnings.toSorted((a, b) => b.from - a.from);
  const open: OpenSession[] = [];
  for (;;) {
    const earliest = open.reduce<OpenSession | undefined>(
      (best, each) => (best && best.next.timestamp <= each.next.timestamp ? best : each),
      undefined,
    );
    const due = waiting.at(-1);
    if (due && (!earliest || due.from <= earliest.next.timestamp)) {
      waiting.pop();
      const events = storedEvents(store, due.id);
      const { value, done } = events.next();
      if (!done) open.push({ id: due.id, events, next: value });
      continue;
    }
    if (!earliest) return;
    yield { id: earliest.id, event: earliest.next };
    const { value, done } = earliest.events.next();
    if (!done) earliest.next = value;
    else {
      open.splice(open.indexOf(earliest), 1);
      yield { id: earliest.id, event: undefined };
    }
  }
}

function firstOf(events: Generator<TraceEvent>): TraceEvent | undefined {
  for (const event of events) return event;
  return undefined;
}
