import { asString } from '../../core/common/json.ts';
import type { Alert, Hold } from '../../core/common/protocol/alert.ts';
import type { Verdict } from '../../core/common/protocol/verdict.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';
import { callTarget } from '../../core/common/view/call-target.ts';
import { excerpt } from '../../core/common/view/excerpt.ts';
import type { Stop } from './held-calls.ts';

export interface CallHoldsOptions {
  readonly announce: (alert: Alert) => void;
  /** Unix seconds. */
  readonly now: () => number;
}

/** Tells of calls that wait because their session is paused, and of what becomes of them. */
export class CallHolds {
  private readonly options: CallHoldsOptions;

  constructor(options: CallHoldsOptions) {
    this.options = options;
  }

  /** Ends holds that a watcher has left open: its hooks have gone on without it. `alerts`: of the past. */
  endLeft(alerts: Iterable<Alert>): void {
    const open = new Map<string, Hold>();
    for (const alert of alerts) {
      if (alert.type !== 'hold') continue;
      if (alert.call === 'held') open.set(alert.decision_id, alert);
      else open.delete(alert.decision_id);
    }
    for (const hold of open.values()) this.end(hold, 'unknown', 'its watcher ended');
  }

  /**
   * For the calls of one hook; to be told each verdict on them, with the stop where that alone holds them. `gone`
   * resolves when the hook has ended.
   */
  of(calls: readonly TraceEvent[], gone: Promise<void>): (verdict: Verdict, stop: Stop | undefined) => void {
    let held: readonly Hold[] = [];
    const release = (call: Hold['call'], reason: string): void => {
      for (const hold of held) this.end(hold, call, reason);
      held = [];
    };
    void gone.then(() => release('unknown', 'its agent waited no longer'));
    return (verdict, stop) => {
      if (verdict.verdict === 'allow') release('allowed', 'the session goes on');
      else if (verdict.verdict === 'deny') release('denied', verdict.reason);
      else if (stop && held.length === 0) held = calls.map((call) => this.begin(call, stop));
    };
  }

  private begin(call: TraceEvent, { rule, message }: Stop): Hold {
    const { session_id, event_id } = call;
    const hold: Hold = {
      type: 'hold',
      decision_id: `${session_id}/hold/${event_id}`,
      session_id,
      event_id,
      rule,
      action: 'pause',
      at: this.options.now(),
      call: 'held',
      reason: `${callText(call)}: ${message}`,
    };
    this.options.announce(hold);
    return hold;
  }

  private end(hold: Hold, call: Hold['call'], reason: string): void {
    this.options.announce({ ...hold, at: this.options.now(), call, reason });
  }
}

/** `Bash npm test`. */
function callText({ data }: TraceEvent): string {
  return excerpt(`${asString(data.tool_name) ?? 'call'} ${callTarget(data, undefined) ?? ''}`.trim());
}
