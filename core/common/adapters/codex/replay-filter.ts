import { asRecord, asString, type JsonRecord } from '../../json.ts';
import { sameTotals, type TokenTotals, totalsOfRecord } from './token-meter.ts';

/** What is known of the thread that a fork or a subagent began as a copy of. */
export interface ThreadPast {
  /** Ids of its turns. */
  readonly turns: ReadonlySet<string>;
  /** Every total it reported, in order. */
  readonly totals: readonly TokenTotals[];
}

/** A copy is written at once; what comes later than this after the first record is the thread's own. Milliseconds. */
const COPY_MS = 1000;

/**
 * Tells which records of a rollout are copies of another thread's: up to 0.147 a fork repeats all of it, token counts
 * included, with new times; a subagent of 0.169 repeats what was said, without token counts.
 */
export class ReplayFilter {
  private readonly past: ThreadPast | undefined;
  private readonly ownId: string;
  private readonly firstAt: number;
  private copying = false;
  private matched = 0;
  private matching: boolean;

  /** `firstAt`: milliseconds, time of the first record. `past`: undefined when the other thread cannot be found. */
  constructor(ownId: string, firstAt: number, past: ThreadPast | undefined) {
    this.ownId = ownId;
    this.firstAt = firstAt;
    this.past = past;
    this.matching = past !== undefined;
  }

  /** Takes the records behind the first, in order. */
  isCopy(type: string, payload: JsonRecord, at: number | undefined): boolean {
    if (type === 'session_meta') {
      this.copying = true;
      return true;
    }
    if (this.namesOwnThread(payload)) this.end();
    const totals = totalsOfRecord(payload);
    if (totals && this.matching) return this.matchTotals(totals);
    if (!this.copying) return false;
    const turn = type === 'turn_context' || payload.type === 'task_started' ? asString(payload.turn_id) : undefined;
    const isForeignTurn = turn !== undefined && this.past !== undefined && this.past.turns.size > 0;
    if (isForeignTurn && !this.past.turns.has(turn)) this.end();
    else if (!isForeignTurn && at !== undefined && at - this.firstAt >= COPY_MS) this.end();
    return this.copying;
  }

  /** Newer records name their thread; a copy is made before the first that is the thread's own. */
  private namesOwnThread(payload: JsonRecord): boolean {
    const named = asString(payload.thread_id) ?? asString(asRecord(payload.item)?.thread_id);
    return named === this.ownId;
  }

  private matchTotals(totals: TokenTotals): boolean {
    const expected = this.past?.totals[this.matched];
    this.matching = expected !== undefined && sameTotals(expected, totals);
    if (this.matching) this.matched += 1;
    else this.end();
    return this.matching;
  }

  private end(): void {
    this.copying = false;
    this.matching = false;
  }
}
