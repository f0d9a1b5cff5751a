/**
 * Appends to many live sessions at once, as their recorders would: `write-active.ts STORE COUNT RATE SECONDS`. COUNT
 * sessions get RATE events a second each, in turn. Calls and answers hold `probe@N`: the machine's running clock at the
 * append, in microseconds.
 */
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeEvent, type TraceEvent } from '../../core/common/trace/trace-event.ts';
import { nowUs } from '../bench/running-clock.ts';
import { activeSessionId } from './active-sessions.ts';

const [store = '', ...numbers] = process.argv.slice(2);
const [count = 0, rate = 0, seconds = 0] = numbers.map(Number);
const RESULT = 'export const answer = (question: string) => question.length;\n'.repeat(12);

const started = performance.now();
const total = count * rate * seconds;
for (let done = 0; done < total; await sleep(1)) {
  const due = Math.min(total, Math.ceil(((performance.now() - started) / 1000) * count * rate));
  for (; done < due; done += 1) append(done % count, Math.floor(done / count));
}

function append(session: number, step: number): void {
  const session_id = activeSessionId(session);
  const file = path.join(store, session_id, 'events.ndjson');
  appendFileSync(file, encodeEvent({ timestamp: Date.now() / 1000, session_id, ...eventAt(step) }));
}

function eventAt(step: number): Omit<TraceEvent, 'timestamp' | 'session_id'> {
  const event_id = `${process.pid}-${step}`;
  const probe = `probe@${nowUs()}`;
  switch (step % 4) {
    case 0:
      return { event_id, event_type: 'tool_call', data: { tool_name: 'Bash', arguments: { command: probe } } };
    case 1: {
      const data = { tool_name: 'Bash', result: RESULT };
      return { event_id, event_type: 'tool_result', parent_id: `${process.pid}-${step - 1}`, duration_ms: 50, data };
    }
    case 2:
      return { event_id, event_type: 'assistant_response', data: { text: probe } };
    default: {
      const usage = { input: 40, output: 400, cache_read: 60_000, cache_write_5m: 900, cache_write_1h: 0 };
      return { event_id, event_type: 'llm_response', data: { model: 'claude-sonnet-4-6', usage } };
    }
  }
}
