import type { Alert, Decision, Outcome } from '../../core/common/protocol/alert.ts';
import { isAnswer } from '../../core/common/rules/rule.ts';
import { type RuleNotice, ruleNotice } from './rule-notice.ts';
import type { ToldDecisions } from './told-decisions.ts';

export interface RuleNoticesOptions {
  readonly told: ToldDecisions;
  /** Unix seconds: what was decided before is not news. */
  readonly since: number;
  /** Names a session for people. */
  readonly labelOf: (sessionId: string) => string;
  /** Resolves when the notice was answered or went away. */
  readonly show: (notice: RuleNotice, outcome: Outcome) => Promise<void>;
}

/** Picks from the alerts of all stores what the user is told, each thing once, when it is known what came of it. */
export class RuleNotices {
  private readonly options: RuleNoticesOptions;
  private readonly decisions = new Map<string, Decision>();
  /** Alerts and answers by rule and session whose notice stands there: one that goes on to be broken is not news. */
  private readonly open = new Set<string>();

  constructor(options: RuleNoticesOptions) {
    this.options = options;
  }

  /** `store`: path of the store the alert is of. */
  accept(store: string, alert: Alert): void {
    const { since, told, labelOf } = this.options;
    if (alert.at < since || alert.decision_id === '' || alert.type === 'hold') return;
    const id = `${store} ${alert.decision_id}`;
    if (alert.type === 'decision') {
      this.decisions.set(id, alert);
      return;
    }
    const decision = this.decisions.get(id);
    this.decisions.delete(id);
    if (!told.tell(id)) return;
    // The stricter rule's notice says what happened; of what was asked the user was told when it was.
    if (alert.result === 'superseded' || (alert.action === 'ask' && alert.result === 'done')) return;
    const notice = ruleNotice(alert, decision, labelOf(alert.session_id));
    // The agent was stopped, or should have been: that is news each time.
    if (alert.action !== 'alert' && !isAnswer(alert.action)) {
      void this.options.show(notice, alert);
      return;
    }
    const subject = `${store} ${alert.session_id} ${alert.rule}`;
    if (this.open.has(subject)) return;
    this.open.add(subject);
    void this.options.show(notice, alert).finally(() => this.open.delete(subject));
  }
}
