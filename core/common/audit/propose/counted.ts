/** A pattern that is proposed, and how many calls it stands for. */
export interface Counted {
  readonly text: string;
  readonly count: number;
}

/** Counts one more of a name. */
export function countUp(counts: Map<string, number>, name: string, by = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}
