export type DiffLineKind = 'added' | 'removed' | 'hunk' | 'head' | 'same';

/** What a line of a unified diff says. */
export function diffLineKind(line: string): DiffLineKind {
  if (line.startsWith('@@')) return 'hunk';
  if (/^(diff |index |--- |\+\+\+ )/.test(line)) return 'head';
  if (line.startsWith('+')) return 'added';
  if (line.startsWith('-')) return 'removed';
  return 'same';
}
