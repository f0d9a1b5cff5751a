/** One offer of a completion list. */
export interface RuleCompletion {
  readonly label: string;
  readonly kind: 'variable' | 'operator' | 'value' | 'field' | 'rule';
  /** Markdown. */
  readonly documentation: string;
  /** What is inserted, in the editor's snippet syntax. */
  readonly snippet: string;
  /** The stretch of the line that it replaces, in UTF-16 units from the line's beginning. */
  readonly from: number;
  readonly to: number;
  /** Whether the next completion is asked for once this one is inserted. */
  readonly goesOn: boolean;
}

/** Where completion is asked for. */
export interface CompletionPlace {
  readonly lines: readonly string[];
  /** Index into `lines`, and UTF-16 units before the cursor. */
  readonly line: number;
  readonly column: number;
}

/** Text that means itself in the editor's snippet syntax. */
export function literal(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}

/** A place of a snippet to fill in, with what stands there first. */
export function placeholder(index: number, text: string): string {
  return text === '' ? `$${index}` : `\${${index}:${literal(text)}}`;
}
