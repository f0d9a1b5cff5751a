import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { genaiPriceBook } from '../../../../core/common/cost/genai-price-book.ts';
import { SessionFold } from '../../../../core/common/session/session-fold.ts';
import type { SessionState } from '../../../../core/common/session/session-state.ts';
import { briefEvent } from '../../../../core/common/trace/brief-event.ts';
import { isIssue, type Texts } from '../../../../core/common/trace/decode-event.ts';
import { decodeLine } from '../../../../core/common/trace/decode-line.ts';
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
/** Data as recorders write them of events that tell a text, and what may follow on it. */
const told: fc.Arbitrary<TraceEvent['data']> = fc
  .tuple(
    fc.record({ tool_name: fc.constantFrom('Bash', 'Read', 'ä'), tool_use_id: fc.constant('t') }, { requiredKeys: [] }),
    fc.tuple(fc.constantFrom('result', 'error', 'text', 'prompt'), text),
    fc.record(
      { exit_code: fc.nat(1), denied: fc.boolean(), patch: fc.constant([{ start: 1 }]), text },
      { requiredKeys: [] },
    ),
  )
  .map(([before, [name, words], behind]) => ({ ...before, [name]: words, ...behind }));
const event: fc.Arbitrary<TraceEvent> = fc
  .record({
    event_type: fc.constantFrom(...EVENT_TYPES),
    timestamp: fc.nat(1_000_000),
    event_id: fc.oneof(fc.constantFrom('a', 'b', 'a.result'), text),
    parent_id: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
    data: fc.oneof(
      told,
      fc.record(
        {
          ...{ agent: fc.constantFrom('claude-code', undefined), usage: fc.constant('none') },
          ...{ tool_name: fc.constantFrom('Bash', 'Read'), exit_code: fc.nat(1), denied: fc.boolean() },
          ...{ arguments: fc.dictionary(name, text), result: fc.oneof(text, fc.dictionary(name, text)) },
          ...{ error: text, text, prompt: text },
        },
        { requiredKeys: [] },
      ),
    ),
  })
  .map(({ parent_id, ...made }) => ({ ...made, session_id: 's', ...(parent_id === undefined ? {} : { parent_id }) }));
/** As our recorders write it, or as agent-strace does. */
const line = fc.tuple(event, fc.boolean()).map(([made, spaced]) => {
  const json = encodeEvent(made).trimEnd();
  return bytesOf(spaced ? JSON.stringify(JSON.parse(json), null, 1).replace(/\n */g, ' ').replace('{ ', '{') : json);
});
/** Where a writer was cut off and another went on. */
const torn = fc.tuple(line, line, share()).map(([a, b, at]) => joined(a.subarray(0, Math.floor(a.length * at)), b));
const piece = fc.oneof(
  fc.uint8Array({ maxLength: 3 }),
  fc
    .constantFrom(
      '"',
      '\\',
      '\\"',
      '\\u12',
      '\\x',
      '}',
      '}}',
      ',',
      ',"denied":true',
      '"}}',
      '\t',
      '0',
      '-',
      'e5',
      '1e400',
      '\ufeff',
      'ä',
    )
    .map(bytesOf),
);
/** With something else at one place of it. */
const damaged = fc.tuple(line, share(), fc.nat(4), piece).map(([whole, at, left, put]) => {
  const place = Math.floor(whole.length * at);
  return joined(whole.subarray(0, place), put, whole.subarray(place + left));
});

function share(): fc.Arbitrary<number> {
  return fc.double({ min: 0, max: 1, noNaN: true });
}

function bytesOf(json: string): Uint8Array {
  return new TextEncoder().encode(json);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function stateOf(
  lines: readonly Uint8Array[],
  texts?: (fold: SessionFold) => Texts,
): { state: SessionState; issues: number } {
  const fold = new SessionFold('s', PRICES);
  let issues = 0;
  for (const bytes of lines) {
    for (const decoded of decodeLine({ offset: 0, bytes, length: bytes.length }, texts?.(fold))) {
      if (isIssue(decoded)) issues += 1;
      else fold.apply(decoded);
    }
  }
  return { state: fold.state, issues };
}

describe('a session that is read without its texts', () => {
  it('comes to the same state as one that is read whole, whatever stands in the lines', () => {
    const lines = fc.array(fc.oneof({ weight: 3, arbitrary: line }, torn, { weight: 3, arbitrary: damaged }), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(lines, (all) => {
        expect(stateOf(all, (fold) => fold.texts)).toEqual(stateOf(all));
      }),
      randomRuns(2000),
    );
  });

  const briefOf = (json: string) => {
    const bytes = bytesOf(json.trimEnd());
    return briefEvent({ offset: 0, bytes, length: bytes.length });
  };
  const head = { timestamp: 1, event_id: 'e', session_id: 's', parent_id: 'c', duration_ms: 7 };
  const text = 'say "yes" \\ \n\ud800';

  it('has its texts passed over, and nothing else', () => {
    const result = { tool_name: 'Bash', tool_use_id: 'toolu_1', result: text };
    expect(briefOf(encodeEvent({ ...head, event_type: 'tool_result', data: result }))).toEqual({
      ...head,
      event_type: 'tool_result',
      data: { tool_name: 'Bash' },
    });
    const more = { exit_code: 1, patch: [{ start: 1, lines: 2 }] };
    expect(briefOf(encodeEvent({ ...head, event_type: 'error', data: { error: text, ...more } }))?.data).toEqual(more);
    for (const [event_type, name] of [['user_prompt', 'prompt'] as const, ['assistant_response', 'text'] as const])
      expect(briefOf(encodeEvent({ ...head, event_type, data: { [name]: text } }))).toEqual({
        ...head,
        event_type,
        data: {},
      });
    expect(
      briefOf(encodeEvent({ ...head, event_type: 'tool_call', data: { tool_name: 'Write', arguments: { text } } })),
    ).toBeUndefined();
  });

  it('finds the end of a text behind any number of backslashes', () => {
    for (const end of ['', '\\', '\\\\', '"', '\\"', '"\\']) {
      const data = { error: `x${end}`, exit_code: 1 };
      expect(briefOf(encodeEvent({ ...head, event_type: 'error', data }))?.data).toEqual({ exit_code: 1 });
    }
  });

  it('is read whole where the text decides: no id of its own, or a type that is named twice', () => {
    const decode = (json: string) => {
      const bytes = bytesOf(json);
      return decodeLine({ offset: 0, bytes, length: bytes.length }, 'passed-over');
    };
    const named = (id: string, letter: string) =>
      `{"event_type":"tool_result","timestamp":1,${id}"session_id":"s","data":{"result":"${letter}"}}`;
    for (const id of ['', '"event_id":"",']) expect(decode(named(id, 'a'))).not.toEqual(decode(named(id, 'b')));
    const twice = `{"event_type":"error","timestamp":1,"event_id":"e","session_id":"s","data":{"text":"x"},"event_type":"tool_call"}`;
    expect(decode(twice)).toMatchObject([{ event_type: 'tool_call', data: { text: 'x' } }]);
  });

  it('counts an event whose text alone is damaged, however it is read', () => {
    const json = `{"event_type":"error","timestamp":1,"event_id":"e","session_id":"s","data":{"error":"a\\xb\tc","exit_code":1}}`;
    const bytes = bytesOf(json);
    for (const texts of ['kept', 'passed-over'] as const)
      expect(decodeLine({ offset: 0, bytes, length: bytes.length }, texts)).toMatchObject([
        { event_id: 'e', data: { exit_code: 1 } },
      ]);
  });

  it('is no event when it is damaged anywhere else, or not all there', () => {
    const json =
      '{"event_type":"error","timestamp":10,"event_id":"e","session_id":"s","data":{"error":"a","exit_code":1}}';
    const ends = '{"event_type":"error","timestamp":10,"event_id":"e","session_id":"s","data":{"error":"a"}}';
    const decode = (line: string, missing = 0) => {
      const bytes = bytesOf(line);
      return decodeLine({ offset: 0, bytes, length: bytes.length + missing }, 'passed-over');
    };
    for (const whole of [json, ends]) expect(decode(whole)).toMatchObject([{ event_id: 'e' }]);
    expect(decode(json, 1)).toMatchObject([{ issue: 'too-long' }]);
    for (const broken of [
      ...[json, ends].flatMap((whole) => [`${whole}x`, `${whole}}`, whole.slice(0, -1), whole.replace(':10', ':010')]),
      json.replace(',"exit_code":1}}', ',"exit_code":1}x'),
      json.replace('"a",', '"a"x'),
    ])
      expect(decode(broken), broken).toMatchObject([{ issue: 'not-json' }]);
  });

  it('has the last of two values by one name', () => {
    const twice =
      '{"event_type":"error","timestamp":1,"event_id":"e","session_id":"s","data":{"tool_name":"A","error":"a","tool_name":"B"}}';
    expect(briefOf(twice)?.data).toEqual({ tool_name: 'B' });
  });
});
