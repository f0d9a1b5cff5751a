import { expect, it } from 'vitest';
import { withReadBuffer } from '../../../../core/node/tail/read-buffer.ts';

it('is the same one for whoever comes next, and another one for who comes meanwhile', () => {
  const [first, inner] = withReadBuffer(16, (buffer) => {
    buffer.fill(1);
    const inside = withReadBuffer(16, (other) => {
      other.fill(2);
      return other.buffer;
    });
    expect([...buffer]).toEqual(Array(16).fill(1));
    return [buffer.buffer, inside];
  });
  expect(inner).not.toBe(first);
  expect([first, inner]).toContain(withReadBuffer(4096, (buffer) => buffer.buffer));
});

it('has as many bytes as are asked for, and is lent again after an error', () => {
  const large = 3 * 1024 * 1024;
  expect(withReadBuffer(large, ({ length }) => length)).toBe(large);
  expect(() =>
    withReadBuffer(1, () => {
      throw new Error('unreadable');
    }),
  ).toThrow('unreadable');
  expect(withReadBuffer(10, ({ length }) => length)).toBe(10);
});
