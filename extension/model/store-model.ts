import type * as vscode from 'vscode';
import type { PriceBook } from '../../core/common/cost/cost.ts';
import type { Alert } from '../../core/common/protocol/alert.ts';
import type { Ask } from '../../core/common/protocol/control.ts';
import { type Nearness, nearness } from '../../core/common/rules/nearness.ts';
import { sessionFacts } from '../../core/common/rules/rule-facts.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';
import { concerns } from '../../core/common/view/asked-call.ts';
import { AlertFeed } from '../../core/node/alerts/alert-feed.ts';
import type { ProcessTable } from '../../core/node/process/process-table.ts';
import { storedSessionIds } from '../../core/node/sessions/stored-sessions.ts';
import { readMeta } from '../../core/node/store/session-meta-file.ts';
import { StoreWatcher } from '../../core/node/store-watcher/store-watcher.ts';
import { OpenTails } from '../../core/node/tail/open-tails.ts';
import type { ModelSession } from './model-session.ts';
import { StoreSession } from './store-session.ts';
import { StoreSpend } from './store-spend.ts';
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
  /** Other calls wait for the user than before. */
  readonly onAsks: () => void;
  /** The rules have been read, or they have changed: their files, or which of them are in force. */
  readonly onRules: () => void;
  readonly onIssue: (message: string) => void;
}

/** The sessions of one store that have not ended when they are first seen; past ones are read when they are asked for. */
export class StoreModel implements vscode.Disposable {
  private readonly options: StoreModelOptions;
  private readonly watcher: StoreWatcher;
  private readonly feed: AlertFeed;
  private readonly entries = new Map<string, StoreSession>();
  private readonly spend: StoreSpend;
  private readonly openTails = new OpenTails();
  private workspaceRules: WorkspaceRules | undefined;
  private waitingAsks: readonly Ask[] = [];

  constructor(options: StoreModelOptions) {
    this.options = options;
    this.spend = new StoreSpend({
      store: options.path,
      prices: options.prices,
      sessionOf: (id) => this.entries.get(id)?.followed,
      now: () => Date.now() / 1000,
      onChange: () => {
        for (const session of this.entries.values()) options.onChange(session, undefined);
      },
    });
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

  /** How near a session is to the limits of the rules, in their order; undefined while the rules are not known. */
  nearness(session: ModelSession): readonly Nearness[] | undefined {
    const policy = this.workspaceRules?.policy;
    const followed = this.entries.get(session.id)?.followed;
    const shared = followed && this.spend.valuesOf(followed);
    return policy && nearness(policy, sessionFacts(session.state, Date.now() / 1000, shared));
  }

  /** Counts what its sessions cost by the prices of now. */
  reprice(): void {
    const sessions = [...this.entries.values()];
    for (const { followed } of sessions) followed.reprice();
    this.spend.reprice(sessions.map(({ followed }) => followed));
    const policy = this.workspaceRules?.policy;
    if (policy) void this.spend.ask(policy);
    for (const session of sessions) this.options.onChange(session, undefined);
  }

  /** Takes an alert that was heard before it is read in the store. */
  receive(alert: Alert): void {
    this.feed.receive(alert);
  }

  /** Calls that wait for the user, as its watcher says, the oldest first. */
  get asks(): readonly Ask[] {
    return this.waitingAsks;
  }

  setAsks(asks: readonly Ask[]): void {
    const changed = [...asks, ...this.waitingAsks].filter(
      ({ id }) => asks.some((ask) => ask.id === id) !== this.waitingAsks.some((ask) => ask.id === id),
    );
    this.waitingAsks = asks;
    if (changed.length === 0) return;
    for (const session of this.entries.values())
      if (changed.some((ask) => concerns(ask, session.id))) this.options.onChange(session, undefined);
    this.options.onAsks();
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
    const { path, folder, runtimeDir, onChange, onSessions, onIssue } = this.options;
    const session = new StoreSession({
      ...this.options,
      id,
      store: path,
      openTails: this.openTails,
      isAsked: () => this.waitingAsks.some((ask) => concerns(ask, id)),
      onEvent: ({ followed }, event) => {
        this.spend.add(followed, event);
        onChange(session, event);
        if (event.event_type === 'session_start' || event.event_type === 'session_end') onSessions();
      },
    });
    this.entries.set(id, session);
    this.watcher.follow(id);
    this.workspaceRules ??= new WorkspaceRules({
      folder: folder.uri.fsPath,
      runtimeDir,
      env: process.env,
      onChange: () => this.rulesChanged(),
      onError: onIssue,
    });
    void session.followed.drain();
    onSessions();
    return session;
  }

  private rulesChanged(): void {
    const policy = this.workspaceRules?.policy;
    if (policy) void this.spend.ask(policy);
    this.options.onRules();
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
