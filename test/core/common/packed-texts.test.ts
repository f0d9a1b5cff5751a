import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PackedTexts } from '../../../core/common/packed-texts.ts';
import { randomRuns } from '../../rig/random-runs.ts';

describe('packed texts', () => {
  it('come out as they went in, whatever they are', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.constantFrom('', '\ud800', '\u0080', '\u007f', '\ufeff', 'x'.repeat(5000)),
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 300 }), (texts) => {
        const packed = new PackedTexts();
        for (const each of texts) packed.push(each);
        expect(Array.from({ length: packed.size }, (_, number) => packed.at(number))).toEqual(texts);
        const [first = ''] = texts;
        expect(texts.map((_, number) => packed.is(number, first))).toEqual(texts.map((each) => each === first));
      }),
      randomRuns(300),
    );
  });
});
