/** Lines of a file that a shell command prints. */
export interface ShellRead {
  readonly path: string;
  /** From 1; undefined for the whole file. */
  readonly lines?: { readonly start: number; readonly count: number } | undefined;
}

/** A name without spaces, quoted or not. Anything with more to it is left alone. */
const FILE = `(?:'([^']+)'|"([^"$\`]+)"|([^\\s'"|&;<>$\`*?()-][^\\s'"|&;<>$\`*?()]*))`;
const WHOLE = new RegExp(`^(?:cat|nl(?: -ba)?|bat(?: -p)?) ${FILE}$`);
const PRINTED = new RegExp(`^sed -n ['"]?(\\d+)(?:,(\\d+))?p['"]? ${FILE}$`);
const NUMBERED = new RegExp(`^nl(?: -ba)? ${FILE} \\| sed -n ['"]?(\\d+)(?:,(\\d+))?p['"]?$`);
const FIRST = new RegExp(`^head (?:-n ?|-)(\\d+) ${FILE}$`);

/**
 * What a command reads, where it is one of the plain forms agents use instead of a tool for reading: `cat`, `nl`, `head`
 * and `sed -n 'A,Bp'` of one file. Undefined for anything else.
 */
export function shellRead(command: string): ShellRead | undefined {
  const text = command.trim();
  const whole = WHOLE.exec(text);
  if (whole) return { path: named(whole, 1) };
  const first = FIRST.exec(text);
  if (first) return { path: named(first, 2), lines: { start: 1, count: Number(first[1]) } };
  const printed = PRINTED.exec(text);
  if (printed) return { path: named(printed, 3), lines: range(printed[1], printed[2]) };
  const numbered = NUMBERED.exec(text);
  if (numbered) return { path: named(numbered, 1), lines: range(numbered[4], numbered[5]) };
  return undefined;
}

function named(match: RegExpExecArray, group: number): string {
  return match[group] ?? match[group + 1] ?? match[group + 2] ?? '';
}

function range(from: string | undefined, to: string | undefined): { start: number; count: number } {
  const start = Math.max(1, Number(from));
  return { start, count: Math.max(1, (to === undefined ? start : Number(to)) - start + 1) };
}
