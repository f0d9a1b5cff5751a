import { join } from 'node:path';
import * as vscode from 'vscode';
import type { PriceBook } from '../core/common/cost/cost.ts';
import type { SessionState } from '../core/common/session/session-state.ts';
import { FollowedSession } from '../core/node/sessions/followed-session.ts';
import { readMeta } from '../core/node/store/session-meta-file.ts';
import { STORE_FOLDER } from '../core/node/store/store-path.ts';
import { StoreWatcher } from '../core/node/store-watcher/store-watcher.ts';

export interface WorkspaceStoresOptions {
  readonly prices: PriceBook;
  /** Gets the followed sessions of all workspace folders after every change. */
  readonly onChange: (sessions: readonly SessionState[]) => void;
  readonly onIssue: (message: string) => void;
}

/** Follows the running sessions of every folder of the workspace, folders that come and go included. */
export class WorkspaceStores implements vscode.Disposable {
  private readonly options: WorkspaceStoresOptions;
  private readonly stores = new Map<string, OneStore>();
  private readonly subscription: vscode.Disposable;

  constructor(options: WorkspaceStoresOptions) {
    this.options = options;
    this.subscription = vscode.workspace.onDidChangeWorkspaceFolders(() => this.start());
  }

  start(): void {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === 'file');
    const paths = new Set(folders.map((folder) => join(folder.uri.fsPath, STORE_FOLDER)));
    for (const [path, store] of this.stores) {
      if (paths.has(path)) continue;
      this.stores.delete(path);
      store.close();
    }
    for (const path of paths) {
      if (this.stores.has(path)) continue;
      const store = new OneStore(path, this.options.prices, () => this.changed(), this.options.onIssue);
      this.stores.set(path, store);
      store.start();
    }
    this.changed();
  }

  dispose(): void {
    this.subscription.dispose();
    for (const store of this.stores.values()) store.close();
    this.stores.clear();
  }

  private changed(): void {
    this.options.onChange([...this.stores.values()].flatMap((store) => store.states));
  }
}

/** The running sessions of one store; those that ended before the editor came are left alone. */
class OneStore {
  private readonly path: string;
  private readonly prices: PriceBook;
  private readonly onChange: () => void;
  private readonly onIssue: (message: string) => void;
  private readonly watcher: StoreWatcher;
  private readonly sessions = new Map<string, FollowedSession>();

  constructor(path: string, prices: PriceBook, onChange: () => void, onIssue: (message: string) => void) {
    this.path = path;
    this.prices = prices;
    this.onChange = onChange;
    this.onIssue = onIssue;
    this.watcher = new StoreWatcher({
      store: path,
      onSession: (id) => this.consider(id),
      onActive: (id) => this.consider(id),
      onChange: (id) => void this.sessions.get(id)?.drain(),
      onMeta: (id) => this.sessions.get(id)?.readMeta(),
      onGone: (id) => this.drop(id),
      onStore: () => {},
      onIssue: (issue) => onIssue(issue.message),
    });
  }

  get states(): readonly SessionState[] {
    return [...this.sessions.values()].filter((session) => session.parentId === undefined).map((each) => each.state);
  }

  start(): void {
    this.watcher.start();
  }

  close(): void {
    for (const session of this.sessions.values()) session.close();
    this.watcher.close();
  }

  private consider(id: string): void {
    if (this.sessions.has(id) || readMeta(this.path, id)?.ended_at !== undefined) return;
    const session = new FollowedSession({
      sessionId: id,
      store: this.path,
      prices: this.prices,
      onEvent: () => this.onChange(),
      onIssue: (issue) => this.onIssue(issue.message),
    });
    this.sessions.set(id, session);
    this.watcher.follow(id);
    void session.drain();
  }

  private drop(id: string): void {
    this.sessions.get(id)?.close();
    this.sessions.delete(id);
    this.onChange();
  }
}
