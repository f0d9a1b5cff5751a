import { describe, expect, it } from 'vitest';
import { fnv1a } from '../../../core/common/hash.ts';

describe('fnv1a', () => {
  it.each([
    ['', '811c9dc5'],
    ['a', 'e40c292c'],
    ['foobar', 'bf9cf968'],
  ])('gives the published value for %j', (text, hash) => {
    expect(fnv1a(text)).toBe(hash);
  });
});
