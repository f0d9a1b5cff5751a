import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { genaiPriceBook } from '../../../../../core/common/cost/genai-price-book.ts';
import { SessionFold } from '../../../../../core/common/session/session-fold.ts';
import type { TraceEvent } from '../../../../../core/common/trace/trace-event.ts';
import { recordUsage } from '../../../../../core/node/adapters/claude-code/record-usage.ts';
import { usageCursorFile } from '../../../../../core/node/adapters/claude-code/usage-cursor.ts';

let folder: string;
let transcriptPath: string;
let events: TraceEvent[];

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'agent-trace-usage-'));
  transcriptPath = path.join(folder, 'transcript.jsonl');
  events = [];
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const record = () =>
  recordUsage({
    transcriptPath,
    cursors: usageCursorFile(folder),
    sessionId: 's',
    append: (event) => events.push(event),
    now: 7,
  });

const answer = (id: string, output: number, text = '') =>
  `${JSON.stringify({ type: 'assistant', message: { id, model: 'm', content: text, usage: { input_tokens: 1, output_tokens: output } } })}\n`;

const reported = () => events.map(({ event_id, data }) => [event_id, (data.usage as { output: number }).output]);

describe('recordUsage', () => {
  it('reads on where it stopped, and takes the last of several reports of one request', () => {
    writeFileSync(transcriptPath, answer('msg_1', 1) + answer('msg_1', 40) + answer('msg_2', 5));
    expect(record()).toBe(false);
    record();
    expect(reported()).toEqual([
      ['llm-msg_1', 40],
      ['llm-msg_2', 5],
    ]);
    appendFileSync(transcriptPath, answer('msg_3', 6));
    record();
    expect(reported().slice(2)).toEqual([['llm-msg_3', 6]]);
  });

  it('waits for the rest of a half line', () => {
    const line = answer('msg_1', 9, 'größer');
    const bytes = Buffer.from(line);
    const middle = bytes.indexOf(0xc3) + 1;
    writeFileSync(transcriptPath, bytes.subarray(0, middle));
    record();
    expect(events).toEqual([]);
    appendFileSync(transcriptPath, bytes.subarray(middle));
    record();
    expect(reported()).toEqual([['llm-msg_1', 9]]);
  });

  it('passes over broken lines and reads a replaced transcript from its start', () => {
    writeFileSync(transcriptPath, `{"usage" broken\n${answer('msg_1', 1)}`);
    record();
    rmSync(transcriptPath);
    writeFileSync(transcriptPath, answer('msg_2', 2));
    record();
    expect(reported()).toEqual([
      ['llm-msg_1', 1],
      ['llm-msg_2', 2],
    ]);
  });

  it('takes a transcript that is not there yet for an empty one, and says the time when the line does not', () => {
    expect(record()).toBe(false);
    writeFileSync(transcriptPath, answer('msg_1', 1));
    record();
    expect(events[0]?.timestamp).toBe(7);
  });
});

const samples = path.resolve('../shared/samples/claude-code/marot_spotter');

describe.skipIf(!existsSync(samples))('on real transcripts', () => {
  it.each(existsSync(samples) ? readdirSync(samples).filter((name) => name.endsWith('.jsonl')) : [])(
    '%s adds up to what a reader of all its lines finds',
    (name) => {
      transcriptPath = path.join(samples, name);
      while (record());
      const session = new SessionFold('s', genaiPriceBook());
      for (const event of events) session.apply(event);

      const largest = new Map<string, Record<string, number>>();
      for (const line of readFileSync(transcriptPath, 'utf8').split('\n')) {
        let message: { id?: string; model?: string; usage?: Record<string, number> } | undefined;
        try {
          message = JSON.parse(line).message;
        } catch {}
        if (!message?.usage || !message.id || message.model === '<synthetic>') continue;
        const before = largest.get(message.id);
        if ((before?.output_tokens ?? -1) < (message.usage.output_tokens ?? 0)) largest.set(message.id, message.usage);
      }
      const sum = (key: string) => [...largest.values()].reduce((total, usage) => total + (usage[key] ?? 0), 0);
      const { usage } = session.state;
      expect([usage.input, usage.output, usage.cache_read, usage.cache_write_5m + usage.cache_write_1h]).toEqual(
        ['input_tokens', 'output_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'].map(sum),
      );
    },
  );
});
