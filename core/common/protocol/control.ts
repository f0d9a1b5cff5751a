import type { SessionSummary } from '../session/session-summary.ts';
import type { Outcome } from './alert.ts';

/**
 * The watcher's control socket: JSON-RPC 2.0 with `Content-Length` framing, version 1. The first request must be
 * `hello`; anything else before it, or a wrong token, ends the connection. Plain data only; both ends decode what they
 * get from `unknown`.
 */
export const CONTROL_VERSION = 1;

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

export interface ControlRequests {
  hello: { params: HelloParams; result: HelloResult };
  list: { params: Record<string, never>; result: { readonly sessions: readonly SessionSummary[] } };
  pause: { params: SessionParams; result: Outcome };
  resume: { params: SessionParams; result: Outcome };
  kill: { params: KillParams; result: Outcome };
  /** From now on this connection gets `alert` notifications, each carrying one `Alert`. */
  subscribe: { params: Record<string, never>; result: Record<string, never> };
}

export type ControlMethod = keyof ControlRequests;

/** Error codes of the control protocol, beside JSON-RPC's own. */
export const CONTROL_ERRORS = {
  unauthorized: -32001,
  noSuchSession: -32002,
  ambiguousSession: -32003,
  wrongVersion: -32004,
} as const;
