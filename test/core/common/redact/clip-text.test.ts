import { describe, expect, it } from 'vitest';
import { clipText } from '../../../../core/common/redact/clip-text.ts';

describe('clipText', () => {
  it('leaves text alone that is no longer than the limit', () => {
    expect(clipText('x'.repeat(64 * 1024))).toHaveLength(64 * 1024);
  });

  it('keeps beginning and end, and says how many bytes are missing', () => {
    expect(clipText('beginning, middle, end', 10)).toBe('begin\n[... 12 bytes left out ...]\n, end');
    expect(clipText(`ab${'é€'.repeat(3)}yz`, 4)).toBe('ab\n[... 15 bytes left out ...]\nyz');
  });

  it('counts bytes as UTF-8 has them, and tears no character', () => {
    const text = `${'😀'.repeat(5)}`;
    const clipped = clipText(text, 5);
    expect(clipped).not.toMatch(/\p{Surrogate}/u);
    const [head = '', note = '', tail = ''] = clipped.split('\n');
    const missing = Number(/\d+/.exec(note)?.[0]);
    expect(Buffer.byteLength(head) + missing + Buffer.byteLength(tail)).toBe(Buffer.byteLength(text));
  });
});
