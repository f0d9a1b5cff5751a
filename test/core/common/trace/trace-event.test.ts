import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeEvent } from '../../../../core/common/trace/trace-event.ts';

const HEAD = { event_type: 'user_prompt', timestamp: 1.5, event_id: 'e', session_id: 's' } as const;

describe('encodeEvent', () => {
  it('writes one line of ASCII that means the same, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (prompt) => {
        const line = encodeEvent({ ...HEAD, data: { prompt } });
        expect(line).toMatch(/^[\x20-\x7e]*\n$/);
        expect(JSON.parse(line)).toEqual({ ...HEAD, data: { prompt } });
      }),
    );
  });

  it.each(['\u2028', '\u2029', '\u0085', '\ud800'])(
    'escapes %j, at which other readers end a line or fail',
    (character) => {
      expect(encodeEvent({ ...HEAD, data: { prompt: character } })).toMatch(/"\\u[0-9a-f]{4}"\}\}\n$/);
    },
  );

  it('leaves empty optional fields out', () => {
    expect(Object.keys(JSON.parse(encodeEvent({ ...HEAD, parent_id: '', data: {} })))).toEqual([
      ...Object.keys(HEAD),
      'data',
    ]);
  });
});
