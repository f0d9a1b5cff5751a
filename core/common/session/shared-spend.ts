import type { PricedRequest } from './priced-request.ts';

interface Counted {
  /** The session that the request was reported in, and the one at the head of its tree. */
  readonly session: string;
  readonly root: string;
  readonly day: string;
  readonly microUsd: number;
}

/**
 * What the sessions of a store spend together, by tree (a session and its subagents) and by day. A request that several
 * sessions report counts in the first that did. Requests without a price count nothing.
 */
export class SharedSpend {
  private readonly dayOf: (at: number) => string;
  private readonly requests = new Map<string, Counted>();
  /** Ids of guessed requests by session: they go once the session's usage is reported. */
  private readonly guesses = new Map<string, string[]>();
  private readonly trees = new Map<string, number>();
  private readonly days = new Map<string, number>();

  /** `dayOf`: the day a time (Unix seconds) falls on. */
  constructor(dayOf: (at: number) => string) {
    this.dayOf = dayOf;
  }

  /** Takes a request as it is known now; a later, larger report of it takes the place of an earlier one. */
  record(session: string, root: string, request: PricedRequest): void {
    const guess = request.guessed.length > 0;
    const before = this.requests.get(request.id);
    if (before && before.session !== session) return;
    if (before) this.count(before, -1);
    if (!guess) this.dropGuesses(session);
    else if (!before) this.guesses.set(session, [...(this.guesses.get(session) ?? []), request.id]);
    const counted = { session, root, day: this.dayOf(request.at), microUsd: request.microUsd ?? 0 };
    this.requests.set(request.id, counted);
    this.count(counted, 1);
  }

  /** USD of a session and its subagents, by the id of the session. */
  tree(root: string): number {
    return (this.trees.get(root) ?? 0) / 1_000_000;
  }

  /** USD of all sessions on a day. */
  day(day: string): number {
    return (this.days.get(day) ?? 0) / 1_000_000;
  }

  private dropGuesses(session: string): void {
    for (const id of this.guesses.get(session) ?? []) {
      const guess = this.requests.get(id);
      if (guess) this.count(guess, -1);
      this.requests.delete(id);
    }
    this.guesses.delete(session);
  }

  private count({ root, day, microUsd }: Counted, sign: 1 | -1): void {
    this.trees.set(root, (this.trees.get(root) ?? 0) + sign * microUsd);
    this.days.set(day, (this.days.get(day) ?? 0) + sign * microUsd);
  }
}
