import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MentionSearch } from '../../../../core/common/redact/mentions.ts';
import { startsToken } from '../../../../core/common/redact/starts-token.ts';
import { SHORTEST_TOKEN, TOKEN_PREFIXES } from '../../../../core/common/redact/token-rules.ts';
import { WordScan } from '../../../../core/common/redact/word-scan.ts';

const NAMES = ['pass', 'pwd', 'token', 'auth', 'secret', 'key', 'credential', 'cookie'];
const FORMS = ['authorization', 'bearer', 'curl', 'sshpass', 'mysql', 'mariadb', 'login', 'identified'];
const WORDS = [...TOKEN_PREFIXES, ...NAMES, ...FORMS, '://'];

/** Texts of words, of words in capitals, of broken words, and of what stands between them. */
const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom(...WORDS),
      fc.constantFrom(...WORDS).map((word) => word.toUpperCase()),
      fc.tuple(fc.constantFrom(...WORDS), fc.nat(12)).map(([word, length]) => word.slice(0, length)),
      fc.constantFrom(' ', '-', '_', '\n', 'x', 'é', '→', '😀', 'ſ', '\u212a'),
      fc.string({ maxLength: 3, unit: 'binary' }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

describe('MentionSearch', () => {
  for (const [how, search] of [
    ['in one scan', new MentionSearch(0)],
    ['one by one', new MentionSearch(Number.POSITIVE_INFINITY)],
  ] as const) {
    it(`finds what is mentioned, ${how}`, () => {
      fc.assert(
        fc.property(texts, (text) => {
          const { tokens, tellingName, knownForm, address } = search.in(text);
          const lowerCase = text.replaceAll(/[A-Z\u212a]/g, (letter) => letter.toLowerCase());
          const starts = placesOf(text, TOKEN_PREFIXES).filter((at) => startsToken(text, at));
          const names = placesOf(lowerCase, NAMES);
          if (text.length >= SHORTEST_TOKEN) expect(tokens).toEqual(starts);
          // What holds a Kelvin sign in place of a k may be taken for a name, or not: no pattern fits it.
          if (!text.includes('\u212a')) {
            expect(tellingName >= 0).toBe(names.length > 0);
            expect(search.inName(text)).toBe(names.length > 0);
            const isForm = placesOf(lowerCase, [...FORMS, 'cookie']).length > 0;
            expect(knownForm).toBe(isForm || (names.length > 0 && text.includes('-')));
          }
          // Not always the very first, but no name can begin so far before it.
          if (names[0] !== undefined) expect(tellingName - names[0]).toBeLessThan(16);
          expect(address).toBe(text.includes('://'));
        }),
        { numRuns: 3000 },
      );
    });
  }
});

describe('WordScan', () => {
  it('knows what was not counted from what was, and asks no more once told', () => {
    const scan = new WordScan().add(['one', 'three'], 1).add(['two'], 2, true);
    const told: [number, number][] = [];
    const present = scan.scan('one TWO three two one', (group, at) => {
      told.push([group, at]);
      return group === 2 ? true : at > 0 ? undefined : false;
    });
    expect(present).toBe(3);
    expect(told).toEqual([
      [1, 0],
      [2, 4],
      [1, 8],
      [1, 18],
    ]);
    expect(scan.scan('one', () => false)).toBe(0);
  });
});

function placesOf(text: string, words: readonly string[]): readonly number[] {
  const places = new Set<number>();
  for (const word of words) {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) places.add(at);
  }
  return [...places].sort((a, b) => a - b);
}
