/**
 * Matches a whole sequence against a pattern in which some elements (`isRun`) stand for any run of items, none included,
 * and every other for exactly one. Going back to the latest run is enough, so the time is at most pattern × items,
 * whatever the input: no pattern and no path can hold up a watcher.
 */
export function matchSequence<P, T>(
  pattern: ArrayLike<P>,
  items: ArrayLike<T>,
  isRun: (element: P) => boolean,
  matches: (element: P, item: T) => boolean,
): boolean {
  let at = 0;
  let item = 0;
  let afterRun = -1;
  let runEnd = 0;
  while (item < items.length) {
    const element = pattern[at];
    if (at < pattern.length && isRun(element as P)) {
      at += 1;
      afterRun = at;
      runEnd = item;
    } else if (at < pattern.length && matches(element as P, items[item] as T)) {
      at += 1;
      item += 1;
    } else if (afterRun >= 0) {
      at = afterRun;
      runEnd += 1;
      item = runEnd;
    } else return false;
  }
  while (at < pattern.length && isRun(pattern[at] as P)) at += 1;
  return at === pattern.length;
}

/** Plain wildcards: `*` is any run of characters, `/` and line breaks included, `?` any one, all else itself. */
export function matchWildcard(pattern: string, text: string): boolean {
  return matchSequence(
    pattern,
    text,
    (element) => element === '*',
    (element, character) => element === '?' || element === character,
  );
}
