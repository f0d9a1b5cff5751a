/**
 * A recorder that is told by its parent what to append, and says when that is done. Started by `fork`; each order names a
 * store and a session, so that one process serves many stores.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';
import { EventLog } from '../../core/node/store/event-log.ts';
import { openSession, openStore } from '../../core/node/store/open-store.ts';

export interface WriteOrder {
  readonly store: string;
  readonly session: string;
  /** Ids of the events to append. */
  readonly ids: readonly string[];
  /** Characters in each event. */
  readonly size: number;
  /** One write each, one write for all, or the beginning of a line as a writer leaves it that was killed. */
  readonly how: 'each' | 'all' | 'torn';
}

process.on('message', (order: WriteOrder) => {
  const session = openSession(openStore({ path: order.store, chosen: true }), order.session);
  if (order.how === 'torn') {
    const begun = `{"event_type": "tool_call", "data": {"x": "${'é'.repeat(order.size)}`;
    appendFileSync(join(session.path, 'events.ndjson'), Buffer.from(begun).subarray(0, 1 + order.size), {
      mode: 0o600,
    });
  } else {
    const log = new EventLog(session);
    const events = order.ids.map((id) => event(order.session, id, order.size));
    if (order.how === 'all') log.appendAll(events);
    else for (const one of events) log.append(one);
    log.close();
  }
  process.send?.('done');
});

function event(session_id: string, event_id: string, size: number): TraceEvent {
  const data = { tool_name: 'Bash', arguments: { command: `${event_id} ${'é"\n'.repeat(size)}` } };
  return { event_type: 'tool_call', timestamp: 1_795_000_000, event_id, session_id, data };
}
