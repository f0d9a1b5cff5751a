import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { asArray, asCount, asRecord, asString, type JsonRecord, parseJson } from '../../../core/common/json.ts';
import { geminiAgent } from '../../../core/node/adapters/gemini-cli/gemini-agent.ts';
import { readNative, usageOf } from '../../rig/native-events.ts';
import { hasSamples, SAMPLES_NOTE, sampleFiles, sampleFolder } from '../../rig/samples.ts';

/** Every message of a file, whatever stands around it: those that come again last as they were last. */
function messagesIn(value: unknown, found = new Map<string, JsonRecord>()): ReadonlyMap<string, JsonRecord> {
  if (Array.isArray(value)) for (const each of value) messagesIn(each, found);
  const record = asRecord(value);
  if (!record) return found;
  if (record['type'] === 'gemini') found.set(asString(record['id']) ?? '', record);
  else for (const each of Object.values(record)) messagesIn(each, found);
  return found;
}

/** Sums, counted by nothing but looking at every message. */
function bruteForce(text: string): object {
  const whole = parseJson(text);
  const values = whole === undefined ? text.split('\n').map(parseJson) : [whole];
  const tokens = [...messagesIn(values).values()].map((message) => asRecord(message['tokens']));
  const sum = (name: string) => tokens.reduce((total, each) => total + asCount(each?.[name]), 0);
  return {
    input: sum('input') - sum('cached') + sum('tool'),
    output: sum('output') + sum('thoughts'),
    cache_read: sum('cached'),
    cache_write_5m: 0,
    cache_write_1h: 0,
  };
}

function read(path: string): ReturnType<typeof readNative> {
  const file = geminiAgent.recognise(path, readFileSync(path, 'utf8').slice(0, 64 * 1024));
  if (!file) throw new Error(`${path} is not recognised`);
  return readNative(geminiAgent, file);
}

describe.skipIf(!hasSamples)(`Gemini CLI chats that others have published${SAMPLES_NOTE}`, () => {
  const files = [...sampleFiles('gemini-cli', '.json'), ...sampleFiles('gemini-cli', '.jsonl')].filter(
    (file) => !file.includes('expected'),
  );

  test.each(files)('%s', (file) => {
    const path = join(sampleFolder('gemini-cli'), file);
    const { events, issues } = read(path);
    expect(issues).toEqual([]);
    expect(usageOf(events)).toMatchObject(bruteForce(readFileSync(path, 'utf8')));
  });

  test('the totals by model are those that its authors expect', () => {
    const folder = join(sampleFolder('gemini-cli'), 'Mai0313_VibeCodingTracker');
    const expected = asRecord(parseJson(readFileSync(join(folder, 'gemini.expected.json'), 'utf8')));
    const [record] = asArray(expected?.['records']);
    const { events } = read(join(folder, 'gemini.jsonl'));
    for (const [model, value] of Object.entries(asRecord(asRecord(record)?.['conversationUsage']) ?? {})) {
      const counts = asRecord(value);
      const ours = usageOf(events.filter(({ data }) => data['model'] === model));
      expect([model, ours.input, ours.cache_read, ours.output]).toEqual([
        model,
        counts?.['input_tokens'],
        counts?.['cache_read_input_tokens'],
        asCount(counts?.['output_tokens']) + asCount(counts?.['thoughts_tokens']),
      ]);
    }
    expect(
      events.filter(({ event_type, data }) => event_type === 'tool_call' && data['tool_name'] === 'read_file'),
    ).toHaveLength(7);
  });
});
