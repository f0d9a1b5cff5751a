import { countTokens as count } from 'gpt-tokenizer/encoding/o200k_base';

/** UTF-16 units counted at once: the time for a run without a break grows with the square of its length. */
const PIECE = 2000;

/**
 * Tokens of a text in OpenAI's `o200k_base`, the encoding of GPT-4o to GPT-5. No vendor publishes the tokenizer of today's
 * Claude and Gemini models; texts that name control tokens are counted as the texts they are.
 */
export function countTokens(text: string): number {
  let tokens = 0;
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + PIECE, text.length);
    // Between the halves of a character a piece would end in none.
    if (end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800) end -= 1;
    tokens += count(text.slice(start, end), { disallowedSpecial: new Set() });
    start = end;
  }
  return tokens;
}
