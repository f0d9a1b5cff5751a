import type { Finding } from './finding.ts';
import type { Act } from './touched.ts';

/** Different findings that are kept of one session; those beyond are counted. */
const MAX_FINDINGS = 5000;
/** Calls whose result is awaited, to say whether they failed. */
const MAX_AWAITED = 5000;
/** UTF-16 units of a target that are kept. */
const TARGET_UNITS = 1000;

/** What is said of one call. */
export type Told = Pick<Finding, 'kind' | 'what' | 'target'> & {
  readonly [Field in 'commandLine' | 'denial' | 'reason']?: Finding[Field];
};

type Kept = { -readonly [Field in keyof Finding]: Finding[Field] };

/** Gathers what is said of the calls of a session: the same said twice is one finding of two calls. */
export class Findings {
  /** Calls with a finding that is not among those kept. */
  leftOut = 0;
  private readonly kept = new Map<string, Kept>();
  private readonly awaited = new Map<string, Kept[]>();

  /** In the order they were first told. */
  get all(): readonly Finding[] {
    return [...this.kept.values()];
  }

  add({ tool, event, number }: Act, told: Told): void {
    const target = told.target.slice(0, TARGET_UNITS);
    const { kind, what, denial, reason } = told;
    // Why something was not checked matters more than what it was: the first of them stands for the rest.
    const about = kind === 'unchecked' ? '' : target;
    const key = JSON.stringify([kind, what, about, denial?.rule, denial?.pattern, reason]);
    let finding = this.kept.get(key);
    if (finding?.eventId === event.event_id) return;
    if (!finding) {
      if (this.kept.size === MAX_FINDINGS) {
        this.leftOut += 1;
        return;
      }
      const commandLine = told.commandLine?.slice(0, TARGET_UNITS);
      finding = {
        kind,
        what,
        target,
        commandLine,
        denial,
        reason,
        tool,
        eventId: event.event_id,
        event: number,
        at: event.timestamp,
        calls: 0,
        failed: 0,
      };
      this.kept.set(key, finding);
    }
    finding.calls += 1;
    this.awaited.set(event.event_id, [...(this.awaited.get(event.event_id) ?? []), finding]);
    if (this.awaited.size > MAX_AWAITED)
      for (const oldest of this.awaited.keys()) return void this.awaited.delete(oldest);
  }

  /** The call has its result. */
  settle(callId: string, failed: boolean): void {
    const findings = this.awaited.get(callId);
    if (!findings) return;
    this.awaited.delete(callId);
    if (failed) for (const finding of findings) finding.failed += 1;
  }
}
