import type { Ask, AskAnswer } from '../protocol/control.ts';
import type { AskedCall } from '../protocol/panel.ts';
import type { SessionState } from '../session/session-state.ts';
import { excerpt } from './excerpt.ts';
import { operationTarget } from './operation-target.ts';

/** Whether a call is one of this session or of its subagents, whose user is the same. */
export function concerns({ session_id }: Pick<Ask, 'session_id'>, sessionId: string): boolean {
  return session_id === sessionId || session_id.startsWith(`${sessionId}.`);
}

/** A call that waits, for people. `state`: of its session, undefined when nobody knows it. */
export function askedCall(ask: Ask, state: SessionState | undefined, pending: AskAnswer | null): AskedCall {
  const { id, event_id, rule, message, at, until } = ask;
  const call = state?.running.get(event_id);
  return {
    id,
    rule: excerpt(rule),
    call: call ? excerpt(`${call.tool} ${operationTarget(call.operation)}`.trim()) : '',
    reason: excerpt(message),
    since: at,
    until,
    pending,
  };
}
