import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../../../core/common/trace/line-splitter.ts';
import type { RawLine } from '../../../../core/common/trace/raw-line.ts';

interface Line {
  readonly offset: number;
  readonly text: string;
  readonly length: number;
  readonly number: number | undefined;
}

/** Splits `bytes`, given in pieces that end at `cuts`. */
function split(bytes: Uint8Array, cuts: readonly number[] = [], maxLineBytes?: number): readonly Line[] {
  const lines: Line[] = [];
  const splitter = new LineSplitter((line) => lines.push(keep(line)), maxLineBytes ? { maxLineBytes } : {});
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    splitter.push(bytes.subarray(from, to));
    from = to;
  }
  return lines;
}

function keep({ offset, bytes, length, number }: RawLine): Line {
  return { offset, text: Buffer.from(bytes).toString(), length, number };
}

const bytesOf = (text: string) => Buffer.from(text);
const texts = (lines: readonly Line[]) => lines.map((line) => line.text);

describe('LineSplitter', () => {
  it('gives each line with its offset, length and number', () => {
    expect(split(bytesOf('one\nétwo\n\nthree\n'))).toEqual([
      { offset: 0, text: 'one', length: 3, number: 1 },
      { offset: 4, text: 'étwo', length: 5, number: 2 },
      { offset: 11, text: 'three', length: 5, number: 4 },
    ]);
  });

  it('strips one carriage return before the newline and leaves all others', () => {
    expect(split(bytesOf('a\r\nb\r\r\nc\rd\n'))).toMatchObject([
      { text: 'a', length: 1 },
      { text: 'b\r', length: 2 },
      { text: 'c\rd', length: 3 },
    ]);
  });

  it('leaves out lines that are empty or only white space', () => {
    expect(texts(split(bytesOf('\n\r\n  \t\r\n x\n\n')))).toEqual([' x']);
  });

  it('keeps an unfinished line until its newline comes, and shows it when asked', () => {
    const lines: Line[] = [];
    const splitter = new LineSplitter((line) => lines.push(keep(line)));
    splitter.push(bytesOf('a\nhal'));
    expect(texts(lines)).toEqual(['a']);
    expect(splitter.lineStart).toBe(2);
    expect(splitter.unfinished && keep(splitter.unfinished)).toEqual({ offset: 2, text: 'hal', length: 3, number: 2 });
    splitter.push(bytesOf('f\n'));
    expect(texts(lines)).toEqual(['a', 'half']);
    expect(splitter.unfinished).toBeUndefined();
    expect(splitter.lineStart).toBe(7);
  });

  it('gives the same lines wherever the bytes are cut, inside a character too', () => {
    const bytes = bytesOf('{"a":"é€😀"}\r\n\n{"b":"\u0416"}\n');
    const whole = split(bytes);
    for (let cut = 0; cut <= bytes.length; cut++) expect(split(bytes, [cut])).toEqual(whole);
    expect(
      split(
        bytes,
        [...bytes].map((_, index) => index),
      ),
    ).toEqual(whole);
  });

  it('gives a line beyond the cap as its beginning and its true length, and goes on behind it', () => {
    const long = 'x'.repeat(10_000);
    expect(split(bytesOf(`a\n${long}\nb\n`), [], 5000)).toEqual([
      { offset: 0, text: 'a', length: 1, number: 1 },
      { offset: 2, text: 'x'.repeat(4096), length: 10_000, number: 2 },
      { offset: 10_003, text: 'b', length: 1, number: 3 },
    ]);
  });

  it('keeps a line that is as long as the cap, its carriage return not counted', () => {
    for (const cuts of [[], [3], [6], [7]]) {
      expect(split(bytesOf('123456\r\n'), cuts, 6)).toMatchObject([{ text: '123456', length: 6 }]);
      expect(split(bytesOf('1234567\r\n'), cuts, 6)).toMatchObject([{ text: '123456', length: 7 }]);
    }
  });

  it('does not hold a line beyond the cap in memory', () => {
    const splitter = new LineSplitter(() => {}, { maxLineBytes: 1024 * 1024 });
    const chunk = new Uint8Array(1024 * 1024).fill(0x78);
    for (let i = 0; i < 200; i++) splitter.push(chunk);
    expect(splitter.unfinished?.length).toBe(200 * 1024 * 1024);
    expect(splitter.unfinished?.bytes.buffer.byteLength).toBeLessThan(10_000);
  });

  it('passes a line of 20 MB on whole', () => {
    const long = `"${'y'.repeat(20 * 1024 * 1024)}"`;
    const cuts = Array.from({ length: 19 }, (_, index) => (index + 1) * 1024 * 1024);
    const [line] = split(bytesOf(`${long}\n`), cuts);
    expect(line?.text === long).toBe(true);
  });

  it('copies a line that comes in small pieces only a few times over', () => {
    // A copy of the whole for each piece would be 2 million times 1 MB on average.
    const splitter = new LineSplitter(() => {});
    const piece = new Uint8Array(1).fill(0x7a);
    for (let i = 0; i < 2_000_000; i++) splitter.push(piece);
    expect(splitter.unfinished?.length).toBe(2_000_000);
  });

  it('drops the unfinished line when it is restarted', () => {
    const lines: Line[] = [];
    const splitter = new LineSplitter((line) => lines.push(keep(line)));
    splitter.push(bytesOf('old'));
    splitter.restart(100, 7);
    splitter.push(bytesOf('new\n'));
    expect(lines).toEqual([{ offset: 100, text: 'new', length: 3, number: 7 }]);
  });

  it('agrees with splitting the whole text, for any text, cuts and cap', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '😀', '\r', '\n', ' ', '\t'), maxLength: 60 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(120)), fc.integer({ min: 1, max: 20 }), (content, points, cap) => {
        const bytes = bytesOf(content);
        const cuts = points.map((point) => Math.min(point, bytes.length)).sort((a, b) => a - b);
        expect(split(bytes, cuts, cap)).toEqual(expectedLines(bytes, cap));
      }),
      { numRuns: 1000 },
    );
  });
});

/** The same by the simplest means. */
function expectedLines(bytes: Buffer, cap: number): readonly Line[] {
  const lines: Line[] = [];
  const parts = bytes.toString('latin1').split('\n');
  let offset = 0;
  parts.slice(0, -1).forEach((part, index) => {
    const text = part.endsWith('\r') ? part.slice(0, -1) : part;
    const kept = text.length > cap ? text.slice(0, Math.min(4096, cap)) : text;
    if (text.length > cap || !/^[ \t\r]*$/.test(text)) {
      const content = Buffer.from(kept, 'latin1').toString();
      lines.push({ offset, text: content, length: text.length, number: index + 1 });
    }
    offset += part.length + 1;
  });
  return lines;
}
