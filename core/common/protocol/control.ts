import type { ListedSession } from '../session/listed-session.ts';
import type { Operation } from '../session/tool-call.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import type { Outcome } from './alert.ts';
import type { Verdict } from './verdict.ts';

/**
 * The watcher's control socket: JSON-RPC 2.0 with `Content-Length` framing, version 1. The first request must be
 * `hello`; anything else before it, or a wrong token, ends the connection. Plain data only; both ends decode what they
 * get from `unknown`.
 */
export const CONTROL_VERSION = 1;

/** Longest message that a watcher takes, bytes: a call of a million characters fits, each of them escaped. */
export const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

export interface HelloParams {
  readonly token: string;
  readonly version: number;
}

export interface HelloResult {
  readonly version: number;
  readonly pid: number;
  /** Real path of the store being watched. */
  readonly store: string;
}

/** Sessions are named by id or by any unambiguous beginning of one. */
export interface SessionParams {
  readonly session: string;
}

export interface KillParams extends SessionParams {
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly graceMs?: number;
}

/** One call that an agent is about to make. */
export interface PendingCall {
  /** As its hook records it: a `tool_call` whose `session_id` names the session. */
  readonly event: TraceEvent;
  /**
   * What the call does, as the agent gave it, where what is recorded is redacted or cut: rules are held against this.
   * `too-long` when it is more than `MAX_JUDGED_CHARACTERS`.
   */
  readonly operation?: Operation | 'too-long';
}

/** UTF-16 units of a command, a path or an address; Linux starts no shell with a longer command line than half of it. */
export const MAX_JUDGED_CHARACTERS = 256 * 1024;

/** A call that waits for the user's decision, as a rule of `ask` wants it. Times are Unix seconds. */
export interface Ask {
  /** The `decision_id` of the decision that tells why. */
  readonly id: string;
  readonly session_id: string;
  readonly event_id: string;
  readonly rule: string;
  readonly message: string;
  readonly at: number;
  /** Denied when nobody has answered by then. */
  readonly until: number;
}

/** What a user may answer; `session` allows what the rule asks about for the rest of the session. */
export const ASK_ANSWERS = ['once', 'session', 'deny'] as const;
export type AskAnswer = (typeof ASK_ANSWERS)[number];

export interface AnswerParams {
  readonly ask: string;
  readonly answer: AskAnswer;
}

/** Why such a call does not run where rules forbid calls: they cannot be held against what nobody reads to its end. */
export const TOO_LONG_TO_JUDGE = `the call is longer than the ${MAX_JUDGED_CHARACTERS / 1024} Ki characters that rules are held against`;

/** The calls of one hook: several where an agent tells of several at once. They stand or fall together. */
export interface JudgeParams {
  readonly calls: readonly PendingCall[];
}

export interface ControlRequests {
  hello: { params: HelloParams; result: HelloResult };
  list: { params: Record<string, never>; result: { readonly sessions: readonly ListedSession[] } };
  pause: { params: SessionParams; result: Outcome };
  resume: { params: SessionParams; result: Outcome };
  kill: { params: KillParams; result: Outcome };
  /** A hook hands over what the agent is about to do, and lets it wait for what becomes of it. */
  judge: { params: JudgeParams; result: Verdict };
  /** After `hold` on the same connection: answered as soon as its calls are not held any more, which may take for ever. */
  release: { params: Record<string, never>; result: Verdict };
  /** The calls that wait for the user's decision, the oldest first. Each begins and ends with an `alert` of action `ask`. */
  asks: { params: Record<string, never>; result: { readonly asks: readonly Ask[] } };
  /** Decides about one of them. */
  answer: { params: AnswerParams; result: Record<string, never> };
  /** The rules as the files have them hold from now on, though an agent has changed them; `accepted` is false when they do already. */
  acceptRules: { params: Record<string, never>; result: { readonly accepted: boolean } };
  /** From now on this connection gets `alert` notifications, each carrying one `Alert`. */
  subscribe: { params: Record<string, never>; result: Record<string, never> };
}

export type ControlMethod = keyof ControlRequests;

/** Error codes of the control protocol, beside JSON-RPC's own. */
export const CONTROL_ERRORS = {
  unauthorized: -32001,
  noSuchSession: -32002,
  ambiguousSession: -32003,
  noSuchAsk: -32005,
  wrongVersion: -32004,
} as const;
