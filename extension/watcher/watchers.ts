import * as vscode from 'vscode';
import { encodeHandedPrices } from '../../core/common/cost/handed-prices.ts';
import type { UserPrices } from '../../core/common/cost/user-prices.ts';
import type { GuardState } from '../../core/common/session/listed-session.ts';
import { isLivePhase } from '../../core/common/session/session-phase.ts';
import { guardState, type WatcherPresence } from '../../core/common/view/guard-state.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';
import type { ControlClient } from '../../core/node/control/client.ts';
import type { BundledCli } from '../bundled-cli.ts';
import type { ModelSession } from '../model/model-session.ts';
import type { StoreModel } from '../model/store-model.ts';
import type { TraceModel } from '../model/trace-model.ts';
import { followsNative, type NativeSessions } from './native-sessions.ts';
import { StoreGuard, type WatcherFailure } from './store-guard.ts';

export interface WatchersOptions {
  readonly model: TraceModel;
  readonly native: NativeSessions;
  /** Is run as the watcher. */
  readonly cli: BundledCli;
  readonly runtimeDir: string;
  readonly log: vscode.LogOutputChannel;
}

export interface StoreFailure {
  readonly store: StoreModel;
  readonly failure: WatcherFailure;
}

/** The watchers of all stores of the workspace: connected to, and started where none is and a session is live. */
export class Watchers implements vscode.Disposable {
  private readonly options: WatchersOptions;
  private readonly guards = new Map<StoreModel, StoreGuard>();
  private readonly changeEmitter = new vscode.EventEmitter<StoreModel>();
  private readonly failureEmitter = new vscode.EventEmitter<StoreFailure>();
  private readonly disposables: readonly vscode.Disposable[];

  /** A watcher of this store came or went. */
  readonly onDidChange = this.changeEmitter.event;
  /** No watcher runs where one was to be started. */
  readonly onDidFail = this.failureEmitter.event;

  constructor(options: WatchersOptions) {
    const { model } = options;
    this.options = options;
    const considerAll = () => this.considerAll();
    this.disposables = [
      this.changeEmitter,
      this.failureEmitter,
      model.onDidChangeSessions(considerAll),
      options.native.onDidChange(considerAll),
      model.onDidChangeSession((session) => this.guardAt(session.store)?.consider()),
      model.onDidChangeRules((store) => this.guards.get(store)?.rulesChanged()),
      vscode.workspace.onDidGrantWorkspaceTrust(considerAll),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('agentTrace.watcher')) considerAll();
      }),
    ];
  }

  /** The watchers that were started from here end with it. */
  dispose(): void {
    for (const guard of this.guards.values()) guard.close();
    this.guards.clear();
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** Tells the watchers that were started from here the prices of the setting. */
  handPrices(prices: UserPrices): void {
    for (const guard of this.guards.values()) guard.tell(encodeHandedPrices(prices));
  }

  /** Whether a watcher enforces the rules of a store, given by its path. */
  presence(store: string): WatcherPresence {
    const presence = this.guardAt(store)?.presence ?? 'none';
    const rules = this.storeOf(store)?.rules;
    return presence === 'none' && rules && rules.issues.length > 0 ? 'bad-rules' : presence;
  }

  /** Whether calls of a session are stopped before they run, and why (not). */
  guardOf(session: ModelSession): GuardState {
    const rules = this.storeOf(session.store)?.rules?.policy?.rules;
    return guardState({ rules, watcher: this.presence(session.store), asks: session.asks });
  }

  /** The watcher that answers for a store, given by its path. */
  async find(store: string): Promise<ControlClient | undefined> {
    return this.guardAt(store)?.find();
  }

  /** Starts a watcher unless one runs; what goes wrong is told by `onDidFail`. */
  startIn(store: StoreModel): void {
    this.considerAll();
    this.guards.get(store)?.start();
  }

  /** Ends the watcher that was started from here. The pid of the one that goes on, when it is another's. */
  async stopIn(store: StoreModel): Promise<number | undefined> {
    const guard = this.guards.get(store);
    return guard && !(await guard.stop()) ? guard.pid : undefined;
  }

  private considerAll(): void {
    const { model } = this.options;
    const stores = new Set(model.stores);
    for (const [store, guard] of this.guards) {
      if (stores.has(store)) continue;
      guard.close();
      this.guards.delete(store);
    }
    for (const store of stores) {
      let guard = this.guards.get(store);
      if (!guard) {
        guard = this.newGuard(store);
        this.guards.set(store, guard);
      }
      guard.consider();
    }
  }

  private newGuard(store: StoreModel): StoreGuard {
    const { model, runtimeDir, log, cli } = this.options;
    return new StoreGuard({
      store: store.path,
      folder: store.folder.uri.fsPath,
      runtimeDir,
      launch: cli,
      followNative: () => followsNative(store.folder),
      mayStart: () => vscode.workspace.isTrusted && autoStart(store.folder),
      isLive: () =>
        this.options.native.isActive(store.folder.uri.fsPath) ||
        model.sessions.some((session) => session.store === store.path && isLivePhase(session.summary.state)),
      onAlert: (alert) => store.receive(alert),
      onAsks: (asks) => store.setAsks(asks),
      onChange: () => this.changeEmitter.fire(store),
      onFailure: (failure) => this.failureEmitter.fire({ store, failure }),
      onOutput: (line) => log.info(`watcher of ${store.folder.name}: ${sanitize(line)}`),
      onIssue: (message) => log.warn(sanitize(message)),
    });
  }

  private storeOf(path: string): StoreModel | undefined {
    return this.options.model.stores.find((store) => store.path === path);
  }

  private guardAt(path: string): StoreGuard | undefined {
    const store = this.storeOf(path);
    return store && this.guards.get(store);
  }
}

function autoStart(folder: vscode.WorkspaceFolder): boolean {
  return vscode.workspace.getConfiguration('agentTrace', folder).get('watcher.autoStart', true);
}
