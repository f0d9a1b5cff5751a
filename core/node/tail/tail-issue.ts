/**
 * Something about a file, not about a line in it, that its reader has to say once; reading goes on.
 * - `truncated`: shorter than what was read of it. `replaced`: another file, or other content. Both: read anew from 0.
 * - `removed`: gone. Waited for.
 * - `symlink`, `not-a-file`, `outside-store`: not opened, or closed again unread, until something else is there.
 * - `unreadable`: the system refused; tried again at each poll.
 */
export interface TailIssue {
  readonly kind: 'truncated' | 'replaced' | 'removed' | Refusal['kind'];
  readonly path: string;
  /** One sentence for the user. Holds the path, which is not to be trusted on a terminal as it stands. */
  readonly message: string;
}

/** Why the file at a path is not read. */
export interface Refusal {
  readonly kind: 'symlink' | 'not-a-file' | 'outside-store' | 'unreadable';
  /** The system's error code where there is one. */
  readonly code?: string;
  /** Completes "<path> is not read: ...". */
  readonly reason: string;
}
