import { mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { errorText } from '../../core/common/error-text.ts';
import { realPath } from '../../core/node/real-path.ts';
import { type CachedPolicy, policyCacheFile, readPolicyCache } from '../../core/node/rules/policy-cache.ts';
import type { FolderWatch } from '../../core/node/store-watcher/folder-watch.ts';
import { notifyFolder } from '../../core/node/store-watcher/notify-folder.ts';
import { watchFolder } from '../../core/node/store-watcher/watch-folder.ts';
import type { StoreModel } from '../model/store-model.ts';
import type { TraceModel } from '../model/trace-model.ts';

/** Only where the system cannot notify. */
const POLL_INTERVAL_MS = 2000;

export interface ChangedRulesOptions {
  readonly model: TraceModel;
  readonly runtimeDir: string;
  readonly onIssue: (message: string) => void;
}

/** The folders whose rules a call of an agent has changed: those before hold until the user accepts the new ones. */
export class ChangedRules implements vscode.Disposable {
  private readonly options: ChangedRulesOptions;
  private readonly changeEmitter = new vscode.EventEmitter<void>();
  private readonly disposables: readonly vscode.Disposable[];
  private folderWatch: FolderWatch | undefined;
  private known: ReadonlyMap<StoreModel, CachedPolicy> = new Map();

  readonly onDidChange = this.changeEmitter.event;

  /** To be made before the model is started. */
  constructor(options: ChangedRulesOptions) {
    const { model } = options;
    this.options = options;
    this.disposables = [this.changeEmitter, model.onDidChangeRules(() => this.look())];
  }

  dispose(): void {
    this.folderWatch?.close();
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** Those whose new rules wait. */
  get stores(): readonly StoreModel[] {
    return [...this.known.keys()];
  }

  /** The rules that hold in a folder whose new rules wait. */
  inForce(store: StoreModel): CachedPolicy | undefined {
    return this.known.get(store);
  }

  private look(): void {
    const { model, runtimeDir } = this.options;
    // Without a session nobody has changed anything.
    const stores = model.stores.filter(({ rules }) => rules !== undefined);
    if (stores.length === 0) return;
    this.watchCache(stores);
    const known = new Map<StoreModel, CachedPolicy>();
    for (const store of stores) {
      const policy = readPolicyCache(runtimeDir, folderOf(store), '')?.policy;
      if (policy?.pinned) known.set(store, policy);
    }
    const isSame = known.size === this.known.size && [...known.keys()].every((store) => this.known.has(store));
    this.known = known;
    if (!isSame) this.changeEmitter.fire();
  }

  /** Whoever accepts, in a terminal too, writes there. */
  private watchCache(stores: readonly StoreModel[]): void {
    if (this.folderWatch) return;
    const { runtimeDir, onIssue } = this.options;
    const files = stores.map((store) => policyCacheFile(runtimeDir, folderOf(store)));
    const folder = dirname(files[0] ?? '');
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      this.folderWatch = watchFolder({
        folder,
        names: files.map((file) => basename(file)),
        onEvent: () => this.look(),
        onIssue: ({ message }) => onIssue(message),
        notify: notifyFolder,
        poll: undefined,
        pollIntervalMs: POLL_INTERVAL_MS,
      });
    } catch (error) {
      onIssue(`changes of rules by agents are not noticed: ${errorText(error)}`);
    }
  }
}

/** As watchers and hooks name it. */
function folderOf({ folder }: StoreModel): string {
  return realPath(folder.uri.fsPath);
}
