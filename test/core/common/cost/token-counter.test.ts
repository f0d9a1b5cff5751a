import { describe, expect, it } from 'vitest';
import { countTokens } from '../../../../core/common/cost/token-counter.ts';

describe('countTokens', () => {
  it.each([
    ['', 0],
    ['hello world', 2],
    ['The quick brown fox jumps over the lazy dog.', 10],
    ['tiktoken is great!', 6],
    ['<|endoftext|>', 7],
  ])('%j has %i tokens', (text, tokens) => {
    expect(countTokens(text)).toBe(tokens);
  });

  it('counts long texts without a break, and characters of two halves, piece by piece', () => {
    expect(countTokens('a'.repeat(100_000))).toBeGreaterThan(10_000);
    expect(countTokens('🙂'.repeat(3001))).toBe(countTokens('🙂') * 3001);
  });
});
