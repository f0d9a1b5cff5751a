import type { Ask, AskAnswer } from '../../core/common/protocol/control.ts';

/** How the user's decision about a call came out, and why, in a sentence. */
export interface AskOutcome {
  readonly allowed: boolean;
  readonly reason: string;
  /** Nobody decided: the agent went on without waiting. */
  readonly isLate?: boolean;
}

/** Answers that are kept for a hook that asks about the same call again. */
const KEPT = 1000;

interface Pending {
  readonly ask: Ask;
  readonly head: string;
  readonly settle: (outcome: AskOutcome) => void;
}

/** Calls that wait for the user's decision. */
export class AskedCalls {
  private readonly now: () => number;
  private readonly onChange: () => void;
  private readonly pending = new Map<string, Pending>();
  /** By the id of the ask, the oldest first. */
  private readonly settled = new Map<string, Promise<AskOutcome>>();
  /** What was allowed for a whole session: its head and the rule. */
  private readonly allowed = new Set<string>();

  /** `now`: Unix seconds. `onChange`: after a call has begun to wait, or waits no longer. */
  constructor(now: () => number, onChange: () => void) {
    this.now = now;
    this.onChange = onChange;
  }

  /** The oldest first. */
  get waiting(): readonly Ask[] {
    return [...this.pending.values()].map(({ ask }) => ask);
  }

  /**
   * Settles when the user has answered, or did not within `seconds`, or the hook is `gone`; at once where the session was
   * given leave before. The same call is asked about once. `head`: the session whose process makes the call.
   */
  ask(ask: Omit<Ask, 'until'>, head: string, seconds: number, gone: Promise<void>): Promise<AskOutcome> {
    const known = this.settled.get(ask.id);
    if (known) return known;
    if (this.allowed.has(leaveOf(head, ask.rule))) {
      return Promise.resolve({ allowed: true, reason: 'allowed for this session before' });
    }
    const outcome = new Promise<AskOutcome>((resolve) => {
      const settle = (result: AskOutcome): void => {
        if (!this.pending.delete(ask.id)) return;
        clearTimeout(timer);
        resolve(result);
        this.onChange();
      };
      const late = (): void => settle({ allowed: false, reason: `nobody answered within ${seconds} s` });
      const timer = setTimeout(late, seconds * 1000);
      const until = this.now() + seconds;
      this.pending.set(ask.id, { ask: { ...ask, until }, head, settle });
      const left = { allowed: false, reason: 'its agent waited no longer for the answer', isLate: true };
      void gone.then(() => settle(left));
    });
    this.settled.set(ask.id, outcome);
    for (const [id] of this.settled) if (this.settled.size > KEPT && !this.pending.has(id)) this.settled.delete(id);
    this.onChange();
    return outcome;
  }

  /** False when there is no such call, or it waits no longer. */
  answer(id: string, answer: AskAnswer): boolean {
    const found = this.pending.get(id);
    if (!found) return false;
    if (answer === 'session') this.allowed.add(leaveOf(found.head, found.ask.rule));
    found.settle({ allowed: answer !== 'deny', reason: REASONS[answer] });
    return true;
  }

  /** All that wait are denied; for a watcher that ends. */
  close(): void {
    for (const { settle } of [...this.pending.values()])
      settle({ allowed: false, reason: 'the watcher ended before anybody answered' });
  }
}

const REASONS: Readonly<Record<AskAnswer, string>> = {
  once: 'you have allowed it once',
  session: 'you have allowed it for this session',
  deny: 'the user has denied it',
};

function leaveOf(head: string, rule: string): string {
  return JSON.stringify([head, rule]);
}
