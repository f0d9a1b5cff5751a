import { describe, expect, it } from 'vitest';
import { escapeIcons } from '../../../extension/status/escape-icons.ts';

describe('a label', () => {
  it('makes no icon of what looks like one in a trace', () => {
    expect(escapeIcons('$(flame) $(')).not.toContain('$(');
  });
});
