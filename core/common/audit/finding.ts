import type { Denial } from './compiled-scope.ts';

/** What an audit says of calls of one kind; the same said of several calls is one finding. */
export interface Finding {
  /**
   * - `violation`: the policy does not allow it.
   * - `sensitive`: a file of a kind that holds secrets, which no `allow` names.
   * - `unchecked`: nobody can tell from the trace.
   */
  readonly kind: 'violation' | 'sensitive' | 'unchecked';
  readonly what: 'read' | 'write' | 'command' | 'network';
  /** Path (relative to the workspace inside it), command, or host. As it was recorded: to be made safe before it is shown. */
  readonly target: string;
  /** The command line that a path, host or command is a part of. */
  readonly commandLine: string | undefined;
  /** Of a violation. */
  readonly denial: Denial | undefined;
  /** Of what was not checked, and of what links lead to. */
  readonly reason: string | undefined;
  /** The first call of them. */
  readonly tool: string;
  readonly eventId: string;
  /** Number of the event in its session, from 1. */
  readonly event: number;
  /** Unix seconds. */
  readonly at: number;
  /** Calls it is said of. */
  readonly calls: number;
  /** How many of them failed, as far as is known: they may have done nothing. */
  readonly failed: number;
}
