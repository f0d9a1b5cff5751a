import type * as vscode from 'vscode';
import type { PriceBook } from '../../core/common/cost/cost.ts';
import type { SessionState } from '../../core/common/session/session-state.ts';
import type { SessionSummary } from '../../core/common/session/session-summary.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';
import { FileMarks } from '../../core/common/view/file-marks.ts';
import type { ProcessTable } from '../../core/node/process/process-table.ts';
import { readRegistration } from '../../core/node/process/registration.ts';
import { realPath } from '../../core/node/real-path.ts';
import { FollowedSession } from '../../core/node/sessions/followed-session.ts';
import { rootSession } from '../../core/node/sessions/root-session.ts';
import { summaryOf } from '../../core/node/sessions/stored-sessions.ts';
import type { OpenTails } from '../../core/node/tail/open-tails.ts';
import type { ModelSession } from './model-session.ts';

export interface StoreSessionOptions {
  readonly id: string;
  /** Path of the store. */
  readonly store: string;
  readonly folder: vscode.WorkspaceFolder;
  readonly prices: PriceBook;
  readonly table: ProcessTable;
  /** Path of the user's runtime folder. */
  readonly runtimeDir: string;
  readonly openTails: OpenTails;
  /** A call of it waits for the user. */
  readonly isAsked: () => boolean;
  /** Each event that told something new. */
  readonly onEvent: (session: StoreSession, event: TraceEvent) => void;
  readonly onIssue: (message: string) => void;
}

/** A session of a store that is followed. */
export class StoreSession implements ModelSession {
  readonly id: string;
  readonly store: string;
  readonly folder: vscode.WorkspaceFolder;
  readonly marks = new FileMarks();
  readonly followed: FollowedSession;
  readonly readAlong: FollowedSession['readAlong'] = (receiver) => this.followed.readAlong(receiver);
  private readonly options: StoreSessionOptions;

  constructor(options: StoreSessionOptions) {
    const { id, store, folder, prices, openTails, onEvent, onIssue } = options;
    this.options = options;
    this.id = id;
    this.store = store;
    this.folder = folder;
    this.followed = new FollowedSession({
      sessionId: id,
      store,
      prices,
      onEvent: (_, event) => {
        this.marks.apply(event);
        onEvent(this, event);
      },
      onIssue: ({ message }) => onIssue(message),
      openTails,
    });
  }

  get parentId(): string | undefined {
    return this.followed.parentId;
  }

  get state(): SessionState {
    return this.followed.state;
  }

  get readShare(): number {
    return this.followed.readShare;
  }

  get summary(): SessionSummary {
    const { store, table, runtimeDir, isAsked } = this.options;
    const found = summaryOf(this.state, { store: realPath(store), table, runtimeDir, now: () => Date.now() / 1000 });
    return found.state === 'active' && isAsked() ? { ...found, state: 'waiting' } : found;
  }

  get asks(): boolean {
    const store = realPath(this.store);
    return readRegistration(this.options.runtimeDir, store, rootSession(store, this.id))?.asks === true;
  }
}
