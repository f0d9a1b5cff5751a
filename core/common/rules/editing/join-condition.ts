import type { CompletionPlace } from './rule-completion.ts';

export interface JoinedLine {
  readonly line: string;
  readonly column: number;
}

const KEY = /^(\s*(?:-\s+)?)(["']?)(?:when|condition)\2\s*:(.*)$/;
/** How a block of several lines begins in YAML. */
const BLOCK = /^\s*[|>][-+\d]*\s*$/;

/** A condition of YAML that began in a line above, as one line; undefined when the cursor is in none. */
export function joinCondition({ lines, line, column }: CompletionPlace): JoinedLine | undefined {
  const text = lines[line] ?? '';
  const parts: string[] = [];
  for (let above = line - 1; above >= 0; above -= 1) {
    const before = lines[above] ?? '';
    const [, start = '', , value = ''] = KEY.exec(before) ?? [];
    if (value !== '' || KEY.test(before)) {
      // What stands no further to the right than the field is no part of it.
      const isWithin = (part: string) => part.trim() === '' || indentOf(part) > start.length;
      if (indentOf(text) <= start.length || !parts.every(isWithin)) return undefined;
      const first = BLOCK.test(value) ? ' (' : value;
      const head = `when:${[first, ...parts].join(' ')} `;
      return { line: `${head}${text}`, column: head.length + column };
    }
    parts.unshift(before);
  }
  return undefined;
}

function indentOf(line: string): number {
  return /^\s*/.exec(line)?.[0].length ?? 0;
}
