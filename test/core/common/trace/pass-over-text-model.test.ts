import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { genaiPriceBook } from '../../../../core/common/cost/genai-price-book.ts';
import { SessionFold } from '../../../../core/common/session/session-fold.ts';
import type { SessionState } from '../../../../core/common/session/session-state.ts';
import { isIssue, type Texts } from '../../../../core/common/trace/decode-event.ts';
import { decodeLine } from '../../../../core/common/trace/decode-line.ts';
import { passOverText } from '../../../../core/common/trace/pass-over-text.ts';
import { EVENT_TYPES, encodeEvent, type TraceEvent } from '../../../../core/common/trace/trace-event.ts';
import { randomRuns } from '../../../rig/random-runs.ts';

const PRICES = { ...genaiPriceBook(), countTokens: (text: string) => text.length };
const word = fc.constantFrom('"', '\\', '\n', '"result":"', '{"event_type":"error"', 'a', 'ä', '\u{1f600}', '}');
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .tuple(fc.array(word, { minLength: 1, maxLength: 3 }), fc.nat(500))
    .map(([words, times]) => words.join('').repeat(times)),
);
const name = fc.constantFrom('result', 'error', 'text', 'prompt', 'response', 'tool_name', 'stdout');
const event: fc.Arbitrary<TraceEvent> = fc
  .record({
    event_type: fc.constantFrom(...EVENT_TYPES),
    timestamp: fc.nat(1_000_000),
    event_id: fc.oneof(fc.constantFrom('a', 'b', 'a.result'), text),
    parent_id: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
    data: fc.record(
      {
        ...{ agent: fc.constantFrom('claude-code', undefined), usage: fc.constant('none') },
        ...{ tool_name: fc.constantFrom('Bash', 'Read'), exit_code: fc.nat(1), denied: fc.boolean() },
        ...{ arguments: fc.dictionary(name, text), result: fc.oneof(text, fc.dictionary(name, text)) },
        ...{ error: text, text, prompt: text },
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ parent_id, ...made }) => ({ ...made, session_id: 's', ...(parent_id === undefined ? {} : { parent_id }) }));
/** As our recorders write it, or as agent-strace does. */
const line = fc.tuple(event, fc.boolean()).map(([made, spaced]) => {
  const json = encodeEvent(made).trimEnd();
  return spaced ? JSON.stringify(JSON.parse(json), null, 1).replace(/\n */g, ' ').replace('{ ', '{') : json;
});
/** Where a writer was cut off and another went on. */
const torn = fc.tuple(line, line, fc.double({ min: 0, max: 1, noNaN: true })).map(([a, b, at]) => {
  return a.slice(0, Math.floor(a.length * at)) + b;
});

function stateOf(
  lines: readonly string[],
  texts?: (fold: SessionFold) => Texts,
): { state: SessionState; issues: number } {
  const fold = new SessionFold('s', PRICES);
  let issues = 0;
  for (const each of lines) {
    const bytes = new TextEncoder().encode(each);
    for (const decoded of decodeLine({ offset: 0, bytes, length: bytes.length }, texts?.(fold))) {
      if (isIssue(decoded)) issues += 1;
      else fold.apply(decoded);
    }
  }
  return { state: fold.state, issues };
}

describe('a session that is read without its long texts', () => {
  it('comes to the same state as one that is read whole', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 4, arbitrary: line }, torn), { maxLength: 6 }), (lines) => {
        expect(stateOf(lines, (fold) => fold.texts)).toEqual(stateOf(lines));
      }),
      randomRuns(300),
    );
  });

  it('has its long results passed over, and nothing else', () => {
    const of = (event_type: TraceEvent['event_type'], data: TraceEvent['data']) =>
      passOverText(
        new TextEncoder().encode(encodeEvent({ event_type, timestamp: 1, event_id: 'e', session_id: 's', data })),
      );
    const long = 'say "yes" \\ \n'.repeat(200);
    expect(JSON.parse(of('tool_result', { result: long, exit_code: 1 }) ?? '')).toMatchObject({
      event_id: 'e',
      data: { result: '', exit_code: 1 },
    });
    expect(of('tool_result', { result: 'short' })).toBeUndefined();
    expect(of('tool_call', { tool_name: 'Write', arguments: { text: long } })).toBeUndefined();
  });

  it('finds the end of a text behind any number of backslashes', () => {
    for (const end of ['', '\\', '\\\\', '"', '\\"', '"\\']) {
      const json = JSON.stringify({ event_type: 'error', data: { error: 'x'.repeat(2000) + end, exit_code: 1 } });
      expect(passOverText(new TextEncoder().encode(json))).toBe(
        '{"event_type":"error","data":{"error":"","exit_code":1}}',
      );
    }
  });

  it('is read whole where the text decides: no id of its own, or a type that is named twice', () => {
    const long = (letter: string) =>
      `{"event_type":"tool_result","timestamp":1,"data":{"result":"${letter.repeat(2000)}"}}`;
    const twice = `{"event_type":"error","timestamp":1,"event_id":"e","data":{"text":"${'x'.repeat(2000)}"},"event_type":"tool_call"}`;
    const decode = (line: string) => {
      const bytes = new TextEncoder().encode(line);
      return decodeLine({ offset: 0, bytes, length: bytes.length }, 'passed-over');
    };
    expect(decode(long('a'))).not.toEqual(decode(long('b')));
    expect(decode(twice)).toMatchObject([{ event_type: 'tool_call', data: { text: 'x'.repeat(2000) } }]);
  });
});
