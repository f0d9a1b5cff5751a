import type { Decision, Outcome } from '../../core/common/protocol/alert.ts';

/** A pause that a rule named `env` has decided. */
export const decision = (more: Partial<Decision> = {}): Decision => ({
  ...{ type: 'decision', decision_id: 'd1', session_id: 'one', event_id: 'e1', rule: 'env', action: 'pause' },
  ...{ mode: 'enforce', at: 100, message: 'the read of ".env" matches "**/.env"' },
  ...more,
});

/** What came of it. */
export const outcome = (more: Partial<Outcome> = {}): Outcome => ({
  ...{ type: 'outcome', decision_id: 'd1', session_id: 'one', event_id: 'e1', rule: 'env', action: 'pause', at: 101 },
  ...{ result: 'done', reason: '2 processes stopped', signalled: [] },
  ...more,
});
