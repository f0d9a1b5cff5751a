/** A word of a command line: as it was written, and as the shell hands it on, without quotes and backslashes. */
export interface Word {
  readonly raw: string;
  readonly value: string;
}

/** A program and its arguments, or whatever stands between two separators. */
export interface SimpleCommand {
  readonly words: readonly Word[];
  /** The texts of the here-documents it reads. */
  readonly documents: readonly string[];
  /** It stands in `((...))` and is counted out, not run. */
  readonly isArithmetic?: boolean;
  /** The shell substitutes commands in one of its here-documents; those are not among the commands of the line. */
  readonly substitutesInDocuments?: boolean;
}

/** Takes the pieces of a command as they are read. */
export class CommandBuilder implements SimpleCommand {
  readonly words: Word[] = [];
  readonly documents: string[] = [];
  readonly isArithmetic: boolean;
  substitutesInDocuments = false;
  // Pieces, joined once: a text that grows and is looked at by turns takes quadratic time.
  private raw: string[] = [];
  private value: string[] = [];

  constructor(isArithmetic: boolean) {
    this.isArithmetic = isArithmetic;
  }

  get inWord(): boolean {
    return this.raw.length > 0;
  }

  add(raw: string, value: string): void {
    this.raw.push(raw);
    this.value.push(value);
  }

  /** Removes the `$` of `$'...'` from the word's value; false when there is none. */
  dropDollar(): boolean {
    if (this.value.at(-1) !== '$') return false;
    this.value.pop();
    return true;
  }

  endWord(): void {
    if (this.inWord) this.words.push({ raw: this.raw.join(''), value: this.value.join('') });
    this.raw = [];
    this.value = [];
  }
}
