const MAX_LENGTH = 64;

/** `did you mean "kill"? ` when one of the words is close to `text`, else nothing; a beginning for a hint. */
export function didYouMean(text: string, words: readonly string[]): string {
  const word = closestWord(text, words);
  return word === undefined ? '' : `did you mean "${word}"? `;
}

/** The word that was probably meant; undefined when none is close to `text`. */
export function closestWord(text: string, words: readonly string[]): string | undefined {
  const given = text.toLowerCase().slice(0, MAX_LENGTH);
  const allowed = Math.max(1, Math.floor(given.length / 3));
  let best: { readonly word: string; readonly distance: number } | undefined;
  for (const word of words) {
    const distance = editDistance(given, word.toLowerCase());
    if (distance <= allowed && (!best || distance < best.distance)) best = { word, distance };
  }
  return best?.word;
}

/** Levenshtein's distance, a swap of neighbours counted as one edit. */
export function editDistance(a: string, b: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
