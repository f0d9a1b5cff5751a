/** One event of a session, or one alert, as a line for people. Its strings are safe to print. */
export interface StreamLine {
  /** Unix seconds. */
  readonly time: number;
  /** See `shortSessionId`; empty when it concerns no session. */
  readonly session: string;
  readonly kind: StreamKind;
  readonly text: string;
  readonly tone: Tone;
}

export type StreamKind =
  | 'session'
  | 'prompt'
  | 'response'
  | 'call'
  | 'result'
  | 'request'
  | 'file'
  | 'error'
  | 'note'
  | 'decision'
  | 'outcome';

/** How much a line wants to be seen. */
export type Tone = 'quiet' | 'plain' | 'strong' | 'good' | 'warning' | 'bad';
