import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { encodeEvent, type TraceEvent } from '../../core/common/trace/trace-event.ts';
import { Randomness } from './randomness.ts';
import { CHARACTERS } from './session-shape.ts';

const BATCH_CHARACTERS = 1_000_000;
const WORKSPACE = '/home/user/project';
const MODEL = 'claude-sonnet-4-6';
const STARTED_AT = 1_790_000_000;
const FILES = 500;
const COMMANDS = 200;

/**
 * Writes a session into a store, of as many bytes as asked for and a line more; the same for the same seed. Gives how
 * many events it has, and how many of them are calls.
 */
export function writeSession(
  store: string,
  session: string,
  bytes: number,
  seed = 1,
): { readonly events: number; readonly calls: number } {
  const folder = path.join(store, session);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const meta = { session_id: session, started_at: STARTED_AT, agent_name: 'claude-code' };
  writeFileSync(path.join(folder, 'meta.json'), JSON.stringify(meta));
  const file = openSync(path.join(folder, 'events.ndjson'), 'w', 0o600);
  let [events, calls, written, batch] = [0, 0, 0, ''];
  for (const event of sessionEvents(session, new Randomness(seed))) {
    batch += encodeEvent(event);
    events += 1;
    if (event.event_type === 'tool_call') calls += 1;
    const done = written + batch.length >= bytes;
    if (!done && batch.length < BATCH_CHARACTERS) continue;
    written += writeSync(file, batch, null, 'latin1');
    batch = '';
    if (done) break;
  }
  closeSync(file);
  return { events, calls };
}

/** One without an end. */
function* sessionEvents(session_id: string, random: Randomness): Generator<TraceEvent> {
  let count = 0;
  const event = (event_type: TraceEvent['event_type'], data: TraceEvent['data'], more: Partial<TraceEvent> = {}) => {
    count += 1;
    const id = { event_id: `${String(count).padStart(9, '0')}-4d5611e5-241a`, session_id };
    return { event_type, timestamp: STARTED_AT + count * 0.7, ...id, ...more, data };
  };
  yield event('session_start', { agent: 'claude-code', cwd: WORKSPACE, model: MODEL });
  for (let turn = 0; ; turn += 1) {
    if (turn % 8 === 0) yield event('user_prompt', { prompt: random.text(random.size(CHARACTERS.prompt)) });
    const usage = {
      input: random.below(20),
      output: random.below(2000),
      cache_read: 20_000 + random.below(150_000),
      cache_write_5m: random.below(3000),
      cache_write_1h: 0,
    };
    yield event('llm_response', { model: MODEL, usage, stop_reason: 'tool_use', request_id: agentId('req', turn) });
    if (turn % 3 !== 0) yield event('assistant_response', { text: random.text(random.size(CHARACTERS.answer)) });
    const [tool_name, args] = callOf(random);
    const call = event('tool_call', { tool_name, tool_use_id: agentId('toolu', turn), arguments: args });
    yield call;
    const ending = { event_id: `${call.event_id}.result`, parent_id: call.event_id, duration_ms: random.below(5000) };
    const text = random.text(random.size(CHARACTERS.result));
    if (turn % 13 === 0) yield event('error', { tool_name, error: text }, ending);
    else yield event('tool_result', { tool_name, tool_use_id: agentId('toolu', turn), result: text }, ending);
  }
}

/** As long as those of the model's API. */
function agentId(kind: string, turn: number): string {
  return `${kind}_01${String(turn).padStart(22, '0')}`;
}

function callOf(random: Randomness): readonly [string, Readonly<Record<string, unknown>>] {
  const file_path = `${WORKSPACE}/src/part-${random.below(FILES)}/index.ts`;
  const text = random.text(random.size(CHARACTERS.arguments));
  switch (random.below(4)) {
    case 0:
      return ['Read', { file_path, offset: random.below(1000), limit: 200 }];
    case 1:
      return ['Edit', { file_path, old_string: text, new_string: `${text}changed` }];
    case 2:
      return ['Grep', { pattern: random.text(20), path: `${WORKSPACE}/src` }];
    default:
      return ['Bash', { command: `npm test -- part-${random.below(COMMANDS)}`, description: 'Run the tests' }];
  }
}
