import type * as vscode from 'vscode';
import type { SessionState } from '../../core/common/session/session-state.ts';
import type { SessionSummary } from '../../core/common/session/session-summary.ts';
import type { FileMarks } from '../../core/common/view/file-marks.ts';
import type { FollowedSession } from '../../core/node/sessions/followed-session.ts';

/** One session as the views of the extension see it. Read anew at each use; it changes under its owner's hands. */
export interface ModelSession {
  readonly id: string;
  /** Path of the store it lies in. */
  readonly store: string;
  readonly folder: vscode.WorkspaceFolder;
  readonly parentId: string | undefined;
  readonly state: SessionState;
  /** Share of its events that `state` counts, 0 to 1: below 1 while a long trace is read. */
  readonly readShare: number;
  /** See `FollowedSession`. */
  readonly readAlong: FollowedSession['readAlong'];
  /** Asks the process table. */
  readonly summary: SessionSummary;
  /** Its agent asks the watcher before each call. Reads a file. */
  readonly asks: boolean;
  /** Lines of files that its calls read and wrote. */
  readonly marks: FileMarks;
}
