import { describe, expect, it } from 'vitest';
import { TOKEN_RULES } from '../../../../core/common/redact/token-rules.ts';

const PREFIXES = TOKEN_RULES.flatMap((rule) => rule.prefixes);

describe('the prefixes of tokens', () => {
  it('hold nothing that has a meaning in a pattern but the dot', () => {
    expect(PREFIXES.filter((prefix) => !/^[A-Za-z0-9 .\-_/:=~]+$/.test(prefix))).toEqual([]);
  });

  it('stand before the shorter ones that they begin with, and each only once', () => {
    const hidden = PREFIXES.filter((prefix, at) => PREFIXES.slice(0, at).some((earlier) => prefix.startsWith(earlier)));
    expect(hidden).toEqual([]);
  });
});
