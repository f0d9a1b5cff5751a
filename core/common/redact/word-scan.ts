/** A word, and what was looked for with it. */
interface Word {
  readonly codes: readonly number[];
  readonly anyCase: boolean;
  readonly group: number;
}

/** A word of which two characters stand at a place, from `offset` on. */
interface Candidate {
  readonly word: Word;
  readonly offset: number;
}

const NONE: readonly Candidate[] = [];
/** Two characters, seven bits of each. */
const PAIRS = 1 << 14;
const A_TO_Z = /^[a-z]$/;
/** Pairs of characters by how often they stand in what agents write, the most frequent first; all others are rare. */
const FREQUENT: readonly string[] = (
  'es te er in re on en se de st at co nt an or ss le li to io th ti ed ro tr si as ta ge it ct ar ra ec ri la pa sp ' +
  'om ac ve tt od s/ et is pr ts ea al fi ma ad ag di e_ t_ oo id pt cl cr ho lo fo iv do em da ca rk pl rs sc ut na ' +
  'ck au sh n_ so ur e- ke ul r- oc ai rt -- am ud sa tu ig ap im if ie pu ry _t t- s. oj e. r. ok'
).split(' ');

/**
 * Looks for many words at once. Of each word two pairs of neighbouring characters are known, one at an even and one at
 * an odd place in it: a word in the text has one of them at an even place of the text, so every second place is looked
 * at, and only where a known pair stands are words compared. Nothing is compiled, so it is ready at once too.
 */
export class WordScan {
  /** Groups of the words that have the pair, a bit each. */
  private readonly groups = new Uint8Array(PAIRS);
  /** By pair. */
  private readonly candidates: (readonly Candidate[])[] = new Array(PAIRS).fill(NONE);

  /** `group`: one bit. Words have three characters or more, all ASCII; with `anyCase`, letters of lower case only. */
  add(words: readonly string[], group: number, anyCase = false): this {
    for (const text of words) {
      const word = { codes: Array.from(text, (character) => character.charCodeAt(0)), anyCase, group };
      for (const parity of [0, 1]) {
        const offset = rarestPair(text, parity);
        for (const pair of pairsAt(text, offset, anyCase)) this.addCandidate(pair, { word, offset });
      }
    }
    return this;
  }

  /**
   * The groups of which a word is in the text. `found` is told each, and where it begins; `false` from it means that
   * this one does not count, `true` that no more of its group have to be told.
   */
  scan(text: string, found: (group: number, at: number) => boolean | undefined): number {
    const { groups } = this;
    let present = 0;
    let wanted = 0xff;
    for (let at = 0, last = text.length - 1; at < last; at += 2) {
      const pair = ((text.charCodeAt(at) & 0x7f) << 7) | (text.charCodeAt(at + 1) & 0x7f);
      if (((groups[pair] as number) & wanted) === 0) continue;
      for (const { word, offset } of this.candidates[pair] as readonly Candidate[]) {
        if ((word.group & wanted) === 0 || !standsAt(word, text, at - offset)) continue;
        const answer = found(word.group, at - offset);
        if (answer === false) continue;
        present |= word.group;
        if (answer) wanted &= ~word.group;
      }
    }
    return present;
  }

  private addCandidate(pair: number, candidate: Candidate): void {
    this.groups[pair] = (this.groups[pair] as number) | candidate.word.group;
    this.candidates[pair] = [...(this.candidates[pair] as readonly Candidate[]), candidate];
  }
}

function standsAt({ codes, anyCase }: Word, text: string, start: number): boolean {
  if (start < 0) return false;
  for (let index = 0; index < codes.length; index += 1) {
    const code = text.charCodeAt(start + index);
    // Setting this bit makes no letter of what is none.
    if ((anyCase ? code | 0x20 : code) !== codes[index]) return false;
  }
  return true;
}

function rarestPair(text: string, parity: number): number {
  let best = parity;
  for (let offset = parity; offset + 1 < text.length; offset += 2) {
    if (rarity(text, offset) > rarity(text, best)) best = offset;
  }
  return best;
}

function rarity(text: string, offset: number): number {
  const place = FREQUENT.indexOf(text.slice(offset, offset + 2).toLowerCase());
  return place < 0 ? FREQUENT.length : place;
}

function pairsAt(text: string, offset: number, anyCase: boolean): readonly number[] {
  const [first = [], second = []] = [text.charAt(offset), text.charAt(offset + 1)].map((character) =>
    anyCase && A_TO_Z.test(character) ? [character, character.toUpperCase()] : [character],
  );
  return first.flatMap((a) => second.map((b) => (a.charCodeAt(0) << 7) | b.charCodeAt(0)));
}
