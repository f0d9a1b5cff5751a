import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sessionName, subagentSessionName } from '../../../../core/common/trace/session-name.ts';

describe('sessionName', () => {
  it.each(['0b6f1c9e-3d0a-4a3e-9a0f-2f1f6a0f9c11', 's1', 'A.b_c-9', 'x'.repeat(128)])('keeps %s whole', (id) => {
    expect(sessionName(id)).toBe(id);
  });

  it.each(['../x', '..', '.', '', '/etc/passwd', 'a/b', 'a\\b', '-rf', '.hidden', 'a b', 'é', 'x'.repeat(129), 'a\0b'])(
    'maps %j to a plain name',
    (id) => {
      expect(sessionName(id)).toMatch(/^id-[A-Za-z0-9_-]{0,80}-[0-9a-f]{8}$/);
    },
  );

  it.each(['con', 'NUL', 'com1.txt', 'a.', 'alerts.ndjson', 'postmortem-x.md', 'meta.json'])(
    'maps %s, which names something else in a store or on Windows',
    (id) => {
      expect(sessionName(id)).toMatch(/^id-/);
    },
  );

  it('keeps ids apart that differ only in what is replaced', () => {
    expect(sessionName('a/b')).not.toBe(sessionName('a\\b'));
    expect(sessionName('../x')).toBe(sessionName('../x'));
  });

  it('gives a name that it keeps, for any id', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (id) => {
        const name = sessionName(id);
        expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/);
        expect(sessionName(name)).toBe(name);
      }),
    );
  });

  it('names a subagent after its parent', () => {
    expect(subagentSessionName('s1', 'a9f')).toBe('s1.a9f');
    expect(subagentSessionName('s1', '../../x')).toMatch(/^id-s1-+x-[0-9a-f]{8}$/);
  });
});
