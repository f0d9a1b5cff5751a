import { describe, expect, it } from 'vitest';
import { TOKEN_PREFIXES as PREFIXES } from '../../../../core/common/redact/token-rules.ts';

describe('the prefixes of tokens', () => {
  it('have three ASCII characters at least, as the search for them needs', () => {
    expect(PREFIXES.filter((prefix) => !/^[ -~]{3,}$/.test(prefix))).toEqual([]);
  });

  it('stand before the shorter ones that they begin with, and each only once', () => {
    const hidden = PREFIXES.filter((prefix, at) => PREFIXES.slice(0, at).some((earlier) => prefix.startsWith(earlier)));
    expect(hidden).toEqual([]);
  });
});
