import * as vscode from 'vscode';
import { isLivePhase } from '../../core/common/session/session-phase.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';
import type { WatcherPresence } from '../../core/common/view/status-tooltip.ts';
import type { ControlClient } from '../../core/node/control/client.ts';
import type { StoreModel } from '../model/store-model.ts';
import type { TraceModel } from '../model/trace-model.ts';
import { StoreGuard, type WatcherFailure } from './store-guard.ts';
import { bundledWatcher, type WatcherLaunch } from './watcher-starter.ts';

export interface WatchersOptions {
  readonly model: TraceModel;
  /** Path of the installed extension, which brings the watcher. */
  readonly extensionPath: string;
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
  private readonly launch: WatcherLaunch;
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
    this.launch = bundledWatcher(options.extensionPath, process.env);
    const considerAll = () => this.considerAll();
    this.disposables = [
      this.changeEmitter,
      this.failureEmitter,
      model.onDidChangeSessions(considerAll),
      model.onDidChangeSession((session) => this.guardOf(session.store)?.consider()),
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

  /** Whether a watcher enforces the rules of a store, given by its path. */
  presence(store: string): WatcherPresence {
    const presence = this.guardOf(store)?.presence ?? 'none';
    const rules = this.storeOf(store)?.rules;
    return presence === 'none' && rules && rules.issues.length > 0 ? 'bad-rules' : presence;
  }

  /** The watcher that answers for a store, given by its path. */
  async find(store: string): Promise<ControlClient | undefined> {
    return this.guardOf(store)?.find();
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
    const { model, runtimeDir, log } = this.options;
    return new StoreGuard({
      store: store.path,
      folder: store.folder.uri.fsPath,
      runtimeDir,
      launch: this.launch,
      mayStart: () => vscode.workspace.isTrusted && autoStart(store.folder),
      isLive: () =>
        model.sessions.some((session) => session.store === store.path && isLivePhase(session.summary.state)),
      onAlert: (alert) => store.receive(alert),
      onChange: () => this.changeEmitter.fire(store),
      onFailure: (failure) => this.failureEmitter.fire({ store, failure }),
      onOutput: (line) => log.info(`watcher of ${store.folder.name}: ${sanitize(line)}`),
      onIssue: (message) => log.warn(sanitize(message)),
    });
  }

  private storeOf(path: string): StoreModel | undefined {
    return this.options.model.stores.find((store) => store.path === path);
  }

  private guardOf(path: string): StoreGuard | undefined {
    const store = this.storeOf(path);
    return store && this.guards.get(store);
  }
}

function autoStart(folder: vscode.WorkspaceFolder): boolean {
  return vscode.workspace.getConfiguration('agentTrace', folder).get('watcher.autoStart', true);
}
