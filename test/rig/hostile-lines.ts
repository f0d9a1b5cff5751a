import fc from 'fast-check';
import { expect } from 'vitest';
import type { NativeParser } from '../../core/common/adapters/native-parser.ts';
import { parsedLines } from './parsed-lines.ts';

/**
 * Gives a parser lines of random JSON that use the names and words of its format in the wrong places, and of no JSON at
 * all: it must not throw, and every event it gives must be one of its session at a time.
 */
export function expectCalm(make: () => NativeParser, names: readonly string[], words: readonly string[]): void {
  const { node } = fc.letrec((tie) => ({
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom<unknown>(...words),
      fc.jsonValue(),
      fc.array(tie('node'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom(...names), tie('node'), { maxKeys: 8 }),
    ),
  }));
  const record = fc.dictionary(fc.constantFrom(...names), node, { maxKeys: 8 }).map((value) => JSON.stringify(value));
  const line = fc.oneof({ weight: 8, arbitrary: record }, fc.string(), fc.json());
  fc.assert(
    fc.property(fc.array(line, { maxLength: 25 }), (lines) => {
      for (const event of parsedLines(make(), lines.join('\n'))) {
        const { session_id, event_id, timestamp } = event;
        expect([session_id !== '', event_id !== '', Number.isFinite(timestamp)]).toEqual([true, true, true]);
      }
    }),
    { numRuns: 300 },
  );
  for (const broken of ['', '{"type":', '[]', '3', '"x"', 'x'.repeat(1_000_000)]) {
    expect(make().push(broken, 0)).toBeUndefined();
  }
}
