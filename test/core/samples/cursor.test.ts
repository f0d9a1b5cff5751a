import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cursorAgent } from '../../../core/node/adapters/cursor/cursor-agent.ts';
import { readNative } from '../../rig/native-events.ts';
import { hasSamples, SAMPLES_NOTE, sampleFiles, sampleFolder } from '../../rig/samples.ts';

function read(ending: string): ReturnType<typeof readNative> {
  const path = join(sampleFolder('cursor'), sampleFiles('cursor', ending)[0] ?? ending);
  const file = cursorAgent.recognise(path, readFileSync(path, 'utf8'));
  if (!file) throw new Error(`${path} is not recognised`);
  return readNative(cursorAgent, file);
}

function typesOf({ events }: ReturnType<typeof readNative>): readonly string[] {
  return events.map(({ event_type }) => event_type);
}

describe.skipIf(!hasSamples)(`Cursor transcripts that others have published${SAMPLES_NOTE}`, () => {
  test('of lines', () => {
    expect(typesOf(read('.jsonl'))).toEqual(['session_start', 'user_prompt', 'assistant_response']);
  });

  test('of text', () => {
    const { events } = read('transcript_sample.txt');
    const written = events
      .filter(({ event_type }) => event_type === 'tool_result')
      .map(({ data }) => data['file_path']);
    expect(written).toEqual(['/Users/test/project/fibonacci.py', '/Users/test/project/test_fibonacci.py']);
    expect(events.flatMap(({ data }) => data['prompt'] ?? [])).toHaveLength(2);
  });
});
