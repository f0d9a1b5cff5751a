import { describe, expect, it } from 'vitest';
import { decodeEvent, isIssue } from '../../../../core/common/trace/decode-event.ts';
import { decodeLine } from '../../../../core/common/trace/decode-line.ts';
import type { RawLine } from '../../../../core/common/trace/raw-line.ts';
import { encodeEvent } from '../../../../core/common/trace/trace-event.ts';
import { EventMaker } from '../../../rig/events.ts';

function rawLine(text: string, offset = 0): RawLine {
  const bytes = Buffer.from(text);
  return { offset, bytes, length: bytes.length };
}

/** The ids of the events and the kinds and offsets of the issues in a line. */
function summary(text: string, offset = 0): readonly string[] {
  return decodeLine(rawLine(text, offset)).map((decoded) =>
    isIssue(decoded) ? `${decoded.issue} at ${decoded.offset}` : decoded.event_id,
  );
}

const maker = new EventMaker();
const first = encodeEvent(maker.event('tool_call', { tool_name: 'Bash' })).trimEnd();
const second = encodeEvent(maker.event('tool_result', { text: '{"event_type":"error"}' })).trimEnd();

describe('decodeEvent', () => {
  const without = (id: string) => `{"event_type":"error","timestamp":1,${id}"session_id":"s","data":{"error":"no id"}}`;

  it('makes up an id for a line without one, the same for the same line at the same place', () => {
    const id = (text: string, offset: number) => {
      const decoded = decodeEvent(rawLine(text, offset));
      return isIssue(decoded) ? undefined : decoded.event_id;
    };
    expect(id(without(''), 10)).toMatch(/^#[0-9a-f]{8}@10$/);
    expect(id(without(''), 10)).toBe(id(without(''), 10));
    expect(id(without(''), 10)).not.toBe(id(without(''), 20));
    expect(id(without(''), 10)).not.toBe(id(without(' '), 10));
    expect(id(without('"event_id":"",'), 10)).toMatch(/^#/);
  });

  it('takes no time that no date can name: whoever writes such a time down would fail', () => {
    for (const timestamp of ['1e300', '-1e300', '9e12', '"1"', 'null']) {
      const decoded = decodeEvent(
        rawLine(`{"event_type":"error","timestamp":${timestamp},"session_id":"s","data":{}}`),
      );
      expect(decoded).toMatchObject({ issue: 'bad-timestamp' });
    }
    expect(decodeEvent(rawLine(without('"duration_ms":1e300,')))).toMatchObject({ duration_ms: 1e300 });
  });

  it('ignores top-level fields it does not know', () => {
    const text = '{"event_type":"error","timestamp":1,"event_id":"e","session_id":"s","prev_hash":"00","data":{}}';
    expect(decodeEvent(rawLine(text))).toEqual({
      event_type: 'error',
      timestamp: 1,
      event_id: 'e',
      session_id: 's',
      data: {},
    });
  });
});

describe('decodeLine', () => {
  it('gives the one event of a line', () => {
    expect(summary(first)).toEqual(['e1']);
    expect(summary(second)).toEqual(['e2']);
  });

  it('gives the one issue of a broken line', () => {
    expect(summary('{"event_type":"tool_call",', 7)).toEqual(['not-json at 7']);
    expect(summary('{"event_type":"tool_call","data":{"event_type":1}', 7)).toEqual(['not-json at 7']);
    expect(summary('nonsense {"event_type"')).toEqual(['not-json at 0']);
    expect(summary('[]')).toEqual(['not-an-object at 0']);
  });

  it('saves the event that was written behind a half line, wherever that was cut off', () => {
    for (let cut = 1; cut < first.length; cut++) {
      expect(summary(first.slice(0, cut) + second, 100)).toEqual(['not-json at 100', 'e2']);
    }
  });

  it('gives both events of a line whose newline in between was lost', () => {
    expect(summary(first + second)).toEqual(['e1', 'e2']);
  });

  it('saves the event behind bytes that a crash left as zeros', () => {
    expect(summary(`${'\0'.repeat(50)}${first}`)).toEqual(['not-json at 0', 'e1']);
  });
});
