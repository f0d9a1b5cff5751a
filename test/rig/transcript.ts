import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export const AT = Date.parse('2026-11-20T10:00:00Z');

/** Records of a Claude Code transcript, a second apart. `name` keeps ids of one from those of another. */
export function transcriptOf(sessionId: string, name: string, count: number, more: object = {}): object[] {
  return Array.from({ length: count }, (_, index) => ({
    uuid: `${name}-${index}`,
    sessionId,
    timestamp: new Date(AT + index * 1000).toISOString(),
    cwd: '/work/project',
    version: '2.1.39',
    ...(index % 2 === 0
      ? { type: 'user', message: { role: 'user', content: `question ${index}` } }
      : { type: 'assistant', message: answerOf(`msg_${name}_${index}`) }),
    ...more,
  }));
}

/** 1000 input and 100 output tokens: 0.0075 USD with claude-opus-4-6 (5 and 25 USD a million). */
export function answerOf(id: string, content: readonly object[] = [{ type: 'text', text: 'yes' }]): object {
  return {
    id,
    model: 'claude-opus-4-6',
    role: 'assistant',
    content,
    usage: { input_tokens: 1000, output_tokens: 100 },
  };
}

export function linesOf(records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

/** Makes the folders on the way, too. */
export function writeTranscript(path: string, records: readonly object[]): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, linesOf(records));
  return path;
}
