import { realpathSync } from 'node:fs';
import type * as vscode from 'vscode';
import type { PriceBook } from '../../core/common/cost/cost.ts';
import type { Alert } from '../../core/common/protocol/alert.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';
import { FileMarks } from '../../core/common/view/file-marks.ts';
import { AlertFeed } from '../../core/node/alerts/alert-feed.ts';
import type { ProcessTable } from '../../core/node/process/process-table.ts';
import { FollowedSession } from '../../core/node/sessions/followed-session.ts';
import { storedSessionIds, summaryOf } from '../../core/node/sessions/stored-sessions.ts';
import { readMeta } from '../../core/node/store/session-meta-file.ts';
import { StoreWatcher } from '../../core/node/store-watcher/store-watcher.ts';
import type { ModelSession } from './model-session.ts';
import { WorkspaceRules } from './workspace-rules.ts';

export interface StoreModelOptions {
  /** Path of the store; it need not exist. */
  readonly path: string;
  readonly folder: vscode.WorkspaceFolder;
  readonly prices: PriceBook;
  readonly table: ProcessTable;
  /** Path of the user's runtime folder. */
  readonly runtimeDir: string;
  /** A session told something new; without an event when its circumstances (meta) may have changed. */
  readonly onChange: (session: ModelSession, event: TraceEvent | undefined) => void;
  /** Sessions appeared, ended or disappeared, or the store did. */
  readonly onSessions: () => void;
  /** Each alert of the store once, past ones first. */
  readonly onAlert: (alert: Alert) => void;
  /** The rules have been read, or have changed. */
  readonly onRules: () => void;
  readonly onIssue: (message: string) => void;
}

interface Entry extends ModelSession {
  readonly followed: FollowedSession;
}

/** The sessions of one store that have not ended when they are first seen; past ones are read when they are asked for. */
export class StoreModel implements vscode.Disposable {
  private readonly options: StoreModelOptions;
  private readonly watcher: StoreWatcher;
  private readonly feed: AlertFeed;
  private readonly entries = new Map<string, Entry>();
  private workspaceRules: WorkspaceRules | undefined;

  constructor(options: StoreModelOptions) {
    this.options = options;
    this.feed = new AlertFeed({ store: options.path, onAlert: options.onAlert, onIssue: options.onIssue });
    this.watcher = new StoreWatcher({
      store: options.path,
      onSession: (id) => this.consider(id),
      onActive: (id) => this.consider(id),
      onChange: (id) => void this.entries.get(id)?.followed.drain(),
      onMeta: (id) => this.readMeta(id),
      onGone: (id) => this.drop(id),
      onStore: () => options.onSessions(),
      onAlerts: () => void this.feed.drain(),
      onIssue: (issue) => options.onIssue(issue.message),
    });
  }

  start(): void {
    this.watcher.start();
  }

  dispose(): void {
    for (const { followed } of this.entries.values()) followed.close();
    this.entries.clear();
    this.watcher.close();
    this.feed.close();
    this.workspaceRules?.close();
  }

  get path(): string {
    return this.options.path;
  }

  get folder(): vscode.WorkspaceFolder {
    return this.options.folder;
  }

  /** What was decided and done in this store, oldest first. */
  get alerts(): readonly Alert[] {
    return this.feed.alerts;
  }

  /** Undefined until the store has a session that has not ended. */
  get rules(): WorkspaceRules | undefined {
    return this.workspaceRules;
  }

  /** Takes an alert that was heard before it is read in the store. */
  receive(alert: Alert): void {
    this.feed.receive(alert);
  }

  /** In order of appearance. */
  get sessions(): readonly ModelSession[] {
    return [...this.entries.values()];
  }

  /** Ids of every session of the store, past ones too. */
  get ids(): readonly string[] {
    return storedSessionIds(this.options.path);
  }

  /** Follows a session whatever became of it, as when the user opens a past one. */
  open(id: string): ModelSession {
    return this.entries.get(id) ?? this.follow(id);
  }

  private consider(id: string): void {
    const ended = readMeta(this.options.path, id)?.ended_at !== undefined;
    if (this.entries.has(id)) this.watcher.follow(id);
    else if (ended) this.options.onSessions();
    else this.follow(id);
  }

  private follow(id: string): ModelSession {
    const { path, folder, prices, onChange, onSessions, onIssue } = this.options;
    const marks = new FileMarks();
    const followed = new FollowedSession({
      sessionId: id,
      store: path,
      prices,
      onEvent: (_, event) => {
        marks.apply(event);
        onChange(entry, event);
        if (event.event_type === 'session_start' || event.event_type === 'session_end') onSessions();
      },
      onIssue: (issue) => onIssue(issue.message),
    });
    const summary = () =>
      summaryOf(followed.state, { ...this.options, store: realPath(path), now: () => Date.now() / 1000 });
    const entry: Entry = {
      id,
      store: path,
      folder,
      marks,
      followed,
      get parentId() {
        return followed.parentId;
      },
      get state() {
        return followed.state;
      },
      get summary() {
        return summary();
      },
    };
    this.entries.set(id, entry);
    this.watcher.follow(id);
    this.workspaceRules ??= new WorkspaceRules({
      folder: folder.uri.fsPath,
      env: process.env,
      onChange: this.options.onRules,
      onError: onIssue,
    });
    void followed.drain();
    onSessions();
    return entry;
  }

  private readMeta(id: string): void {
    const entry = this.entries.get(id);
    if (!entry) return;
    entry.followed.readMeta();
    this.options.onChange(entry, undefined);
  }

  private drop(id: string): void {
    this.entries.get(id)?.followed.close();
    this.entries.delete(id);
    this.options.onSessions();
  }
}

/** Recorders register their processes under it; the path itself when the store is gone. */
function realPath(store: string): string {
  try {
    return realpathSync.native(store);
  } catch {
    return store;
  }
}
