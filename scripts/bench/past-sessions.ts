import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { encodeEvent, type TraceEvent } from '../../core/common/trace/trace-event.ts';

const STEPS = 120;
const RESULT = 'export const answer = (question: string) => question.length;\n'.repeat(12);
const TOOLS = ['Read', 'Edit', 'Bash', 'Grep'];

/**
 * Fills a store with sessions that have ended, one an hour, each of some 600 events and 300 KB: prompts, requests with
 * their usage, calls of tools on files of `workspace` with their results. `store`: its path.
 */
export function writePastSessions(store: string, workspace: string, count: number): void {
  const now = Math.floor(Date.now() / 1000);
  for (let index = 0; index < count; index += 1) {
    const id = `past-${String(index).padStart(4, '0')}`;
    const started_at = now - (count - index + 1) * 3600;
    const folder = path.join(store, id);
    const events = eventsOf(id, workspace, started_at);
    const ended_at = events.at(-1)?.timestamp ?? started_at;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(path.join(folder, 'events.ndjson'), events.map(encodeEvent).join(''));
    const meta = { session_id: id, started_at, ended_at, agent_name: 'claude-code' };
    writeFileSync(path.join(folder, 'meta.json'), JSON.stringify(meta));
  }
}

function eventsOf(session_id: string, workspace: string, startedAt: number): readonly TraceEvent[] {
  const events: TraceEvent[] = [];
  const add = (
    event_type: TraceEvent['event_type'],
    data: TraceEvent['data'],
    more: Partial<TraceEvent> = {},
  ): string => {
    const event_id = `${session_id}-${events.length}`;
    events.push({ event_type, timestamp: startedAt + events.length * 3, event_id, session_id, data, ...more });
    return event_id;
  };
  add('session_start', { agent: 'claude-code', cwd: workspace, model: 'claude-sonnet-4-6' });
  for (let step = 0; step < STEPS; step += 1) {
    if (step % 20 === 0) add('user_prompt', { prompt: `Change part ${step} of the program.` });
    const file_path = path.join(workspace, 'src', `part-${step % 17}.ts`);
    const tool_name = TOOLS[step % TOOLS.length] ?? 'Read';
    const args = tool_name === 'Bash' ? { command: 'npm test' } : { file_path, offset: step, limit: 40 };
    const usage = { input: 40, output: 400, cache_read: 60_000, cache_write_5m: 900, cache_write_1h: 0 };
    add('llm_response', { model: 'claude-sonnet-4-6', usage });
    add('assistant_response', { text: `Part ${step}: I look at ${file_path}, then change what calls it.` });
    const call = add('tool_call', { tool_name, arguments: args });
    add('tool_result', { tool_name, result: RESULT }, { parent_id: call, duration_ms: 40 });
    add('file_read', { path: file_path }, { parent_id: call });
  }
  add('session_end', { reason: 'exit' });
  return events;
}
