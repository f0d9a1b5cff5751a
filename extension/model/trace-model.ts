import { join } from 'node:path';
import * as vscode from 'vscode';
import type { PriceBook } from '../../core/common/cost/cost.ts';
import type { Alert } from '../../core/common/protocol/alert.ts';
import type { ProcessTable } from '../../core/node/process/process-table.ts';
import { STORE_FOLDER } from '../../core/node/store/store-path.ts';
import type { ModelSession } from './model-session.ts';
import { StoreModel } from './store-model.ts';

export interface TraceModelOptions {
  readonly prices: PriceBook;
  readonly table: ProcessTable;
  readonly runtimeDir: string;
  readonly onIssue: (message: string) => void;
}

export interface StoreAlert {
  readonly store: StoreModel;
  readonly alert: Alert;
}

/**
 * What the extension knows: the sessions of all folders of the workspace, kept up to date, folders and stores that come
 * and go included. Every view reads from here and writes nothing.
 */
export class TraceModel implements vscode.Disposable {
  private readonly options: TraceModelOptions;
  private readonly byPath = new Map<string, StoreModel>();
  private readonly changed = new Set<ModelSession>();
  private sessionsChanged = false;
  private flushing: NodeJS.Immediate | undefined;
  private selected: string | undefined;
  private readonly changeEmitter = new vscode.EventEmitter<ModelSession>();
  private readonly sessionsEmitter = new vscode.EventEmitter<void>();
  private readonly alertEmitter = new vscode.EventEmitter<StoreAlert>();
  private readonly asksEmitter = new vscode.EventEmitter<StoreModel>();
  private readonly rulesEmitter = new vscode.EventEmitter<StoreModel>();
  private readonly disposables: readonly vscode.Disposable[];

  /** Sessions that told something new: once for a burst of events. */
  readonly onDidChangeSession = this.changeEmitter.event;
  /** Sessions appeared, ended or disappeared, or another one was selected: once for a burst. */
  readonly onDidChangeSessions = this.sessionsEmitter.event;
  /** Each decision and outcome once, those of the past too, in order. `StoreModel.alerts` has those so far. */
  readonly onDidAlert = this.alertEmitter.event;
  /** Other calls of a store wait for the user than before. */
  readonly onDidChangeAsks = this.asksEmitter.event;
  /** The rules of a store were read, or they have changed: their files, or which of them are in force. */
  readonly onDidChangeRules = this.rulesEmitter.event;

  constructor(options: TraceModelOptions) {
    this.options = options;
    this.disposables = [
      this.changeEmitter,
      this.sessionsEmitter,
      this.alertEmitter,
      this.asksEmitter,
      this.rulesEmitter,
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.start()),
    ];
  }

  /** To be called once everybody has subscribed; what there is comes as changes. */
  start(): void {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === 'file');
    const paths = new Map(folders.map((folder) => [join(folder.uri.fsPath, STORE_FOLDER), folder]));
    for (const [path, store] of this.byPath) {
      if (paths.has(path)) continue;
      this.byPath.delete(path);
      store.dispose();
    }
    for (const [path, folder] of paths) {
      if (this.byPath.has(path)) continue;
      const store = new StoreModel({
        ...this.options,
        path,
        folder,
        onChange: (session) => {
          this.changed.add(session);
          this.flushSoon();
        },
        onSessions: () => {
          this.sessionsChanged = true;
          this.flushSoon();
        },
        onAlert: (alert) => {
          this.alertEmitter.fire({ store, alert });
          if (alert.type === 'outcome') this.touchTree(alert.session_id);
        },
        onAsks: () => this.asksEmitter.fire(store),
        onRules: () => this.rulesEmitter.fire(store),
      });
      this.byPath.set(path, store);
      store.start();
    }
    this.sessionsChanged = true;
    this.flushSoon();
  }

  /** Counts what sessions cost by the prices of now. */
  reprice(): void {
    for (const store of this.byPath.values()) store.reprice();
  }

  dispose(): void {
    clearImmediate(this.flushing);
    for (const store of this.byPath.values()) store.dispose();
    this.byPath.clear();
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** One a folder of the workspace, whether it exists on disk or not. */
  get stores(): readonly StoreModel[] {
    return [...this.byPath.values()];
  }

  /** Followed sessions of all folders, in order of appearance. */
  get sessions(): readonly ModelSession[] {
    return [...this.byPath.values()].flatMap((store) => store.sessions);
  }

  /** Every session on disk, past ones too. */
  get stored(): readonly { readonly id: string; readonly store: StoreModel }[] {
    return [...this.byPath.values()].flatMap((store) => store.ids.map((id) => ({ id, store })));
  }

  /** The session that the user chose; undefined while the newest is shown. */
  get selection(): ModelSession | undefined {
    return this.sessions.find((session) => session.id === this.selected);
  }

  /** The selected session; without a selection the one that did something last, subagents aside. */
  get current(): ModelSession | undefined {
    const selected = this.selection;
    if (selected) return selected;
    const roots = this.sessions.filter((session) => session.parentId === undefined);
    const lastEvent = (session: ModelSession) => session.state.lastEventAt ?? 0;
    return roots.reduce<ModelSession | undefined>(
      (newest, session) => (newest && lastEvent(newest) > lastEvent(session) ? newest : session),
      undefined,
    );
  }

  /** Shows this session everywhere; undefined: whichever did something last. False when there is none of that id. */
  select(id: string | undefined): boolean {
    if (id !== undefined && !this.find(id)) return false;
    this.selected = id;
    this.sessionsChanged = true;
    this.flushSoon();
    return true;
  }

  /** A session by its id, past ones too: those are read now. */
  find(id: string): ModelSession | undefined {
    const followed = this.sessions.find((session) => session.id === id);
    return followed ?? this.stored.find((stored) => stored.id === id)?.store.open(id);
  }

  /** Says that a session's circumstances have changed (its process was stopped, say), which no event tells. */
  touch(session: ModelSession): void {
    this.changed.add(session);
    this.flushSoon();
  }

  /** A process runs a session and all its subagents. */
  private touchTree(id: string): void {
    const root = id.split('.', 1)[0];
    for (const session of this.sessions) if (session.id.split('.', 1)[0] === root) this.touch(session);
  }

  private flushSoon(): void {
    this.flushing ??= setImmediate(() => {
      this.flushing = undefined;
      const changed = [...this.changed];
      this.changed.clear();
      if (this.sessionsChanged) {
        this.sessionsChanged = false;
        this.sessionsEmitter.fire();
      }
      for (const session of changed) this.changeEmitter.fire(session);
    });
  }
}
