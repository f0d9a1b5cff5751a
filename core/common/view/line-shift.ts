/** Lines counted from 1; `endLine` 0: to the end of the file. Both 0: the whole file. */
export interface LineRange {
  readonly startLine: number;
  readonly endLine: number;
}

/** The lines `startLine` to `endLine` were replaced by `addedLines` lines; `endLine` is `startLine - 1` where none were. */
export interface LineChange {
  readonly startLine: number;
  readonly endLine: number;
  readonly addedLines: number;
}

/** A change of a text as editors tell it: lines and columns from 0, the end not included. */
export interface TextChange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
  readonly text: string;
}

/** Where the lines are after the change; undefined when it took them all out. Lines put in between them belong to them. */
export function shiftLines({ startLine, endLine }: LineRange, change: LineChange): LineRange | undefined {
  const afterChange = change.startLine + change.addedLines;
  const grown = afterChange - (change.endLine + 1);
  const isOpen = endLine === 0;
  if (!isOpen && endLine < change.startLine) return { startLine, endLine };
  if (startLine > change.endLine) return { startLine: startLine + grown, endLine: isOpen ? 0 : endLine + grown };
  const from = Math.min(startLine, Math.max(change.startLine, afterChange));
  if (isOpen) return { startLine: from, endLine: 0 };
  const to = endLine > change.endLine ? endLine + grown : Math.min(endLine, afterChange - 1);
  return to < from ? undefined : { startLine: from, endLine: to };
}

/** Which whole lines a change of a text replaced: a line keeps its identity when a part of it in front of the change stays. */
export function lineChange({ start, end, text }: TextChange): LineChange {
  const breaks = text.split(/\r\n|\r|\n/).length - 1;
  const first = start.line + 1;
  const last = end.line + 1;
  if (start.character > 0) return { startLine: first + 1, endLine: last, addedLines: breaks };
  const endsWithLine = text === '' ? last > first : /[\r\n]$/.test(text);
  if (end.character === 0 && endsWithLine) return { startLine: first, endLine: last - 1, addedLines: breaks };
  // A break typed at the start of a line, with the indentation of the line that it moves down.
  if (first === last && end.character === 0 && /^(\r\n|\r|\n)[ \t]*$/.test(text))
    return { startLine: first, endLine: first - 1, addedLines: 1 };
  return { startLine: first, endLine: last, addedLines: breaks + 1 };
}
