import { describe, expect, it } from 'vitest';
import { findSession } from '../../../../core/common/session/find-session.ts';

const find = (name: string, ...ids: readonly string[]) => findSession(ids, (id) => id, name);

describe('findSession', () => {
  it('takes a whole id, and any beginning that fits one session only', () => {
    expect(find('abc', 'abc', 'abcd')).toEqual({ found: 'abc' });
    expect(find('ab', 'abc', 'xyz')).toEqual({ found: 'abc' });
  });

  it('means the parent by the beginning that its subagents share with it', () => {
    expect(find('ab', 'abc.a1', 'abc', 'abc.a2')).toEqual({ found: 'abc' });
    expect(find('abc.a2', 'abc.a1', 'abc', 'abc.a2')).toEqual({ found: 'abc.a2' });
  });

  it('says what is missing, and between what a name leaves the choice', () => {
    expect(find('q', 'abc')).toEqual({ missing: 'q' });
    expect(find('', 'abc')).toEqual({ missing: '' });
    expect(find('ab', 'abc', 'abd')).toEqual({ ambiguous: 'ab', candidates: ['abc', 'abd'] });
  });
});
