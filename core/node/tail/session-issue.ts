import type { DecodeIssue } from '../../common/trace/decode-event.ts';
import type { TailIssue } from './tail-issue.ts';

/** What is wrong with a session's file or with a line of it; each is told once, and reading goes on. */
export type SessionIssue = TailIssue | LineIssue;

/**
 * - `broken-line`: passed over.
 * - `half-line`: the last line has lacked its newline for so long that its writer must have been cut off.
 * - `more-broken-lines`: this and all later ones of the file are passed over without a word.
 */
export interface LineIssue {
  readonly kind: 'broken-line' | 'half-line' | 'more-broken-lines';
  readonly path: string;
  /** One sentence for the user. Holds the path, which is not to be trusted on a terminal as it stands. */
  readonly message: string;
  /** Byte offset of the line, or of the broken piece of it. */
  readonly offset: number;
  /** Number of the line, from 1. */
  readonly line: number;
  readonly reason: DecodeIssue['issue'];
  /** First characters of it, as they stand in the file. */
  readonly excerpt: string;
}

export function lineIssue(kind: LineIssue['kind'], path: string, line: number, issue: DecodeIssue): LineIssue {
  const { offset, excerpt, issue: reason } = issue;
  const message = `${path} line ${line} (byte ${offset}): ${WHAT[kind]}${REASONS[reason]}`;
  return { kind, path, message, offset, line, reason, excerpt };
}

const WHAT: Readonly<Record<LineIssue['kind'], string>> = {
  'broken-line': 'passed over, ',
  'half-line': 'waiting for the rest of the line, ',
  'more-broken-lines': 'passed over, as all further broken lines will be without a word, ',
};

const REASONS: Readonly<Record<DecodeIssue['issue'], string>> = {
  'not-json': 'not JSON',
  'not-an-object': 'JSON, but not an object',
  'unknown-event-type': 'unknown event_type',
  'bad-timestamp': 'timestamp is not a number',
  'too-long': 'longer than any event',
};
