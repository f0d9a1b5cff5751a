import type { ThreadPast } from '../../../common/adapters/codex/replay-filter.ts';
import { type TokenTotals, totalsOfRecord } from '../../../common/adapters/codex/token-meter.ts';
import { asRecord, asString, parseJson } from '../../../common/json.ts';
import { LineSplitter } from '../../../common/trace/line-splitter.ts';
import { readRollout } from './read-rollout.ts';

/** What a copy of a rollout would begin with: its turns and its token counts. Empty for what cannot be read. */
export function threadPast(path: string): ThreadPast {
  const turns = new Set<string>();
  const totals: TokenTotals[] = [];
  const lines = new LineSplitter(({ bytes }) => {
    const line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // Most bytes are output of tools; only what is looked for is worth parsing.
    if (!(line.includes('"token_count"') || line.includes('"turn_context"') || line.includes('"task_started"'))) return;
    const record = asRecord(parseJson(line.toString('utf8')));
    const payload = asRecord(record?.payload);
    const turn = record?.type === 'turn_context' || payload?.type === 'task_started' ? asString(payload?.turn_id) : '';
    if (turn) turns.add(turn);
    const total = totalsOfRecord(payload);
    if (total) totals.push(total);
  });
  readRollout(path, (chunk) => lines.push(chunk));
  lines.push(Buffer.from('\n'));
  return { turns, totals };
}
