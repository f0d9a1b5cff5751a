import { CommandBuilder, type SimpleCommand } from './simple-command.ts';

/** A command line, split. */
export interface CommandLine {
  readonly commands: readonly SimpleCommand[];
  /**
   * False when something is not closed, or nested too deep to be followed: a shell may see other commands in the line
   * than those.
   */
  readonly isWhole: boolean;
}

/** Parentheses and substitutions nested deeper than this are not followed. */
const MAX_NESTING = 20;
/** Here-documents in one command line. The text of one that is beyond is read as commands: the safe side. */
const MAX_DOCUMENTS = 64;

/** The commands of `readCommandLine`. */
export function splitCommandLine(line: string): readonly SimpleCommand[] {
  return readCommandLine(line).commands;
}

/**
 * Splits a POSIX shell command line at `&&`, `||`, `;`, `|`, `&`, line breaks and parentheses, outside of quotes, and
 * looks into `$(...)`, backticks and `<(...)`, in double quotes too. Comments are left out. Nothing is expanded. Linear in
 * the length of the line; never fails: what is not closed ends with the line.
 */
export function readCommandLine(line: string): CommandLine {
  const { commands, isWhole } = new CommandScanner(line);
  return { commands, isWhole };
}

class CommandScanner {
  readonly commands: SimpleCommand[] = [];
  isWhole = true;
  private readonly text: string;
  private at = 0;
  private documentsSeen = 0;
  /** Here-documents whose text begins after the next line break. */
  private awaited: HereDocument[] = [];

  constructor(text: string) {
    this.text = text;
    this.scan(undefined, 0, false);
  }

  /** Reads commands up to and with `closer`, or to the end. In arithmetic `<<` is a shift and `#` a base. */
  private scan(closer: string | undefined, depth: number, arithmetic: boolean): void {
    let command = new CommandBuilder(arithmetic);
    let closed = closer === undefined;
    const endCommand = (): void => {
      command.endWord();
      if (command.words.length > 0) this.commands.push(command);
      command = new CommandBuilder(arithmetic);
    };
    while (this.at < this.text.length) {
      const character = this.peek(0);
      const next = this.peek(1);
      if (character === closer) {
        this.at += 1;
        closed = true;
        break;
      }
      if (character === '\\') this.readEscape(command);
      else if (character === "'") this.readSingleQuoted(command);
      else if (character === '"') this.readDoubleQuoted(command, depth);
      else if (this.atSubstitution() || ('<>'.includes(character) && next === '(')) {
        command.add(...this.readSubstitution(depth));
      } else if (character === '(' && depth < MAX_NESTING) {
        endCommand();
        this.at += next === '(' ? 2 : 1;
        this.scan(')', depth + 1, arithmetic || next === '(');
      } else if (character === '\n') {
        endCommand();
        this.at += 1;
        this.readDocuments();
      } else if (character === '<' && next === '<' && !arithmetic) {
        this.readDocumentStart(command);
      } else if (/\s/.test(character)) {
        command.endWord();
        this.at += 1;
      } else if (character === '#' && !command.inWord && !arithmetic) {
        this.at = this.lineEnd(this.at);
      } else if ('();|'.includes(character) || (character === '&' && !this.atDescriptor())) {
        endCommand();
        this.at += 1;
      } else {
        command.add(character, character);
        this.at += 1;
      }
    }
    endCommand();
    this.isWhole &&= closed;
  }

  private peek(ahead: number): string {
    return this.text[this.at + ahead] ?? '';
  }

  private lineEnd(from: number): number {
    const end = this.text.indexOf('\n', from);
    return end < 0 ? this.text.length : end;
  }

  private atSubstitution(): boolean {
    return this.peek(0) === '`' || (this.peek(0) === '$' && this.peek(1) === '(');
  }

  /** A `&` that belongs to a redirection (`2>&1`, `&>file`) and separates nothing. */
  private atDescriptor(): boolean {
    return this.peek(1) === '>' || this.peek(-1) === '>' || this.peek(-1) === '<';
  }

  private readEscape(command: CommandBuilder): void {
    const joined = /^\\\r?\n/.exec(this.text.slice(this.at, this.at + 3));
    if (!joined) command.add(`\\${this.peek(1)}`, this.peek(1));
    this.at += joined ? joined[0].length : 2;
  }

  /** `'...'`, in which nothing is special, and `$'...'`, in which a backslash is. */
  private readSingleQuoted(command: CommandBuilder): void {
    const start = this.at;
    const escapes = this.peek(-1) === '$' && command.dropDollar();
    let value = '';
    for (this.at += 1; this.at < this.text.length && this.peek(0) !== "'"; this.at += 1) {
      if (escapes && this.peek(0) === '\\') this.at += 1;
      value += this.peek(0);
    }
    this.isWhole &&= this.at < this.text.length;
    this.at += 1;
    command.add(this.text.slice(start, this.at), value);
  }

  private readDoubleQuoted(command: CommandBuilder, depth: number): void {
    const start = this.at;
    let value = '';
    this.at += 1;
    while (this.at < this.text.length && this.peek(0) !== '"') {
      if (this.peek(0) === '\\' && /["\\$`\n]/.test(this.peek(1))) {
        value += this.peek(1) === '\n' ? '' : this.peek(1);
        this.at += 2;
      } else if (this.atSubstitution()) {
        value += this.readSubstitution(depth)[0];
      } else {
        value += this.peek(0);
        this.at += 1;
      }
    }
    this.isWhole &&= this.at < this.text.length;
    this.at += 1;
    command.add(this.text.slice(start, this.at), value);
  }

  /** Reads what is substituted as commands of their own; gives its text, for the word it stands in. */
  private readSubstitution(depth: number): [raw: string, value: string] {
    const start = this.at;
    const backtick = this.peek(0) === '`';
    const arithmetic = !backtick && this.peek(2) === '(';
    this.at += backtick ? 1 : arithmetic ? 3 : 2;
    if (depth < MAX_NESTING) this.scan(backtick ? '`' : ')', depth + 1, arithmetic);
    else this.isWhole = false;
    if (arithmetic && this.peek(0) === ')') this.at += 1;
    const text = this.text.slice(start, this.at);
    return [text, text];
  }

  /** Notes the here-document that begins here; `<<<` and what names no delimiter is a part of the word. */
  private readDocumentStart(command: CommandBuilder): void {
    const found =
      this.documentsSeen < MAX_DOCUMENTS
        ? /^<<(-?)[ \t]*((?:\\.|'[^'\n]*'|"[^"\n]*"|[^\s;|&()<>'"\\])+)/.exec(this.text.slice(this.at, this.at + 200))
        : undefined;
    const [all, tabs, quoted] = found ?? [];
    if (all === undefined || quoted === undefined) {
      const sign = this.peek(2) === '<' ? '<<<' : '<<';
      command.add(sign, sign);
      this.at += sign.length;
      return;
    }
    command.endWord();
    this.documentsSeen += 1;
    this.at += all.length;
    this.awaited.push({
      delimiter: quoted.replace(/\\(.)|['"]/g, '$1'),
      tabs: tabs === '-',
      substitutes: !/['"\\]/.test(quoted),
      command,
    });
  }

  /** Skips the texts of the awaited here-documents. One that is never closed is none: its lines are commands then. */
  private readDocuments(): void {
    for (const { delimiter, tabs, substitutes, command } of this.awaited) {
      const start = this.at;
      let closed = false;
      for (let lineStart = start; lineStart < this.text.length; ) {
        const end = this.lineEnd(lineStart);
        const line = this.text.slice(lineStart, end).replace(/\r$/, '');
        if ((tabs ? line.replace(/^\t+/, '') : line) === delimiter) {
          const document = this.text.slice(start, lineStart);
          command.documents.push(document);
          if (substitutes && /`|\$\(/.test(document)) command.substitutesInDocuments = true;
          this.at = end;
          closed = true;
          break;
        }
        lineStart = end + 1;
      }
      this.isWhole &&= closed;
    }
    this.awaited = [];
  }
}

interface HereDocument {
  readonly delimiter: string;
  /** `<<-`: tabs before the delimiter do not count. */
  readonly tabs: boolean;
  /** Its delimiter has no quotes: the shell looks for `$(...)` and backticks in it. */
  readonly substitutes: boolean;
  readonly command: CommandBuilder;
}
