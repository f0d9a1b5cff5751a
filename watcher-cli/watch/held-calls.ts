import type { Verdict } from '../../core/common/protocol/verdict.ts';

/** Why a session's calls do not run at the moment. */
export interface Stop {
  readonly kind: 'pause' | 'kill';
  /** Empty when a user's command is the cause. */
  readonly rule: string;
  readonly message: string;
}

/** What stands in the way of calls by themselves, whatever their session may do. */
export interface Objection {
  readonly kind: 'ask' | 'deny';
  readonly rule: string;
  readonly reason: string;
}

/** The calls of one hook, and what becomes of them. */
export interface Judgement {
  /** The session whose process makes the calls. */
  readonly head: string;
  /** What stands against them now, the strictest first. */
  readonly objections: () => readonly Objection[];
  /** Is told each verdict on them, with the stop where that alone holds them. */
  readonly onVerdict: (verdict: Verdict, stop: Stop | undefined) => void;
}

/**
 * How long a decision about a call waits for the hook that is about to ask, and for one that was told to end; both take
 * some milliseconds where the machine has time for them. Milliseconds.
 */
const ASKING_MS = 500;
const LEAVING_MS = 1000;

/**
 * Calls whose hooks wait for a verdict, and sessions whose calls do not run. A session is named by the one at its head:
 * a subagent's calls are made by the same process.
 */
export class HeldCalls {
  private readonly stops = new Map<string, Stop>();
  private readonly waiting = new Set<() => void>();
  /** By event id: told when the hook of a call has asked. */
  private readonly expected = new Map<string, () => void>();
  /** Event ids of calls whose hooks have their answer; settles with whether the agent has it, too. */
  private readonly answered = new Map<string, Promise<boolean>>();

  /** From now on the session's calls are held. A session that is to be killed is not merely paused. */
  pause(head: string, rule: string, message: string): void {
    if (this.stops.get(head)?.kind !== 'kill') this.stops.set(head, { kind: 'pause', rule, message });
  }

  /** From now on the session's calls are denied, those held too. */
  kill(head: string, rule: string, message: string): void {
    this.stops.set(head, { kind: 'kill', rule, message });
    this.reconsider();
  }

  /** The session's calls run again. */
  free(head: string): void {
    this.stops.delete(head);
    this.reconsider();
  }

  /** What stands against held calls may have changed. */
  reconsider(): void {
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const resolve of waiting) resolve();
  }

  /** The strictest of what stands against the calls; what is denied stays so while the session is paused. */
  verdict({ head, objections, onVerdict }: Judgement): Verdict {
    const stop = this.stops.get(head);
    const [objection] = objections();
    const verdict = verdictOf(stop, objection);
    onVerdict(verdict, objection ? undefined : stop);
    return verdict;
  }

  /** The verdict once nothing holds the calls any longer, or who waits for it is gone. */
  async release(judgement: Judgement, gone: Promise<void>): Promise<Verdict> {
    let left = false;
    void gone.then(() => {
      left = true;
      this.reconsider();
    });
    for (;;) {
      const verdict = this.verdict(judgement);
      if (verdict.verdict !== 'hold' || left) return verdict;
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  /** A hook is given its verdict for this call. */
  answer(eventId: string, verdict: Verdict, gone: Promise<void>): void {
    // Whoever holds waits for what comes, frozen or not; all others are given the time to tell the agent.
    const told = verdict.verdict === 'hold' ? Promise.resolve(true) : isSettled(gone, LEAVING_MS);
    this.answered.set(eventId, told);
    void after(ASKING_MS).then(() => this.answered.delete(eventId));
    this.expected.get(eventId)?.();
  }

  /** Resolves with true when the hook of this call has its verdict and has passed it on; with false when it does not. */
  async isTold(eventId: string): Promise<boolean> {
    if (!this.answered.has(eventId)) {
      const asked = new Promise<void>((resolve) => this.expected.set(eventId, resolve));
      await isSettled(asked, ASKING_MS);
      this.expected.delete(eventId);
    }
    return (await this.answered.get(eventId)) ?? false;
  }
}

function verdictOf(stop: Stop | undefined, objection: Objection | undefined): Verdict {
  if (stop?.kind === 'kill') return { verdict: 'deny', rule: stop.rule, reason: reasonOf(stop), stop: true };
  if (objection?.kind === 'deny')
    return { verdict: 'deny', rule: objection.rule, reason: objection.reason, stop: false };
  if (objection) return { verdict: 'hold', rule: objection.rule, reason: objection.reason };
  return stop ? { verdict: 'hold', rule: stop.rule, reason: reasonOf(stop) } : { verdict: 'allow' };
}

/** For the agent: the rule, where one is the cause, and why. */
export function reasonOf({ rule, message }: Pick<Stop, 'rule' | 'message'>): string {
  return rule === '' ? message : `${rule}: ${message}`;
}

/** Whether it is within so many milliseconds. */
function isSettled(work: Promise<void>, ms: number): Promise<boolean> {
  return Promise.race([work.then(() => true), after(ms).then(() => false)]);
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
