import * as vscode from 'vscode';
import type { PriceBook } from '../../core/common/cost/cost.ts';
import type { ProcessTable } from '../../core/node/process/process-table.ts';
import { type CatalogSession, SessionCatalog } from '../../core/node/sessions/session-catalog.ts';
import type { StoreModel } from '../model/store-model.ts';
import type { TraceModel } from '../model/trace-model.ts';

export interface PastSessionsOptions {
  readonly model: TraceModel;
  readonly prices: PriceBook;
  readonly table: ProcessTable;
  readonly runtimeDir: string;
}

/** The sessions that the model does not follow. Nothing is looked at before somebody wants to know. */
export class PastSessions implements vscode.Disposable {
  private readonly options: PastSessionsOptions;
  private readonly catalogs = new Map<StoreModel, SessionCatalog>();
  private readonly changeEmitter = new vscode.EventEmitter<void>();
  private readonly wanted: ((id: string) => boolean)[] = [];
  private working: Promise<void> | undefined;
  private poked = false;
  private disposed = false;

  /** Sessions were found or read. */
  readonly onDidChange = this.changeEmitter.event;

  constructor(options: PastSessionsOptions) {
    this.options = options;
  }

  dispose(): void {
    this.disposed = true;
    for (const catalog of this.catalogs.values()) catalog.close();
    this.catalogs.clear();
    this.changeEmitter.dispose();
  }

  /** As of the last look, newest first. */
  of(store: StoreModel): readonly CatalogSession[] {
    const followed = new Set(store.sessions.map(({ id }) => id));
    return this.catalogs.get(store)?.sessions.filter(({ id }) => !followed.has(id)) ?? [];
  }

  /** Looks again; then reads the events of the sessions that pass, as far as they are not known. */
  look(isWanted: (id: string) => boolean): void {
    this.poked = true;
    this.wanted.push(isWanted);
    this.working ??= this.work();
  }

  /** Reads those that were read once more, by the prices of now. */
  reprice(): void {
    for (const catalog of this.catalogs.values()) {
      const read = new Set(catalog.sessions.flatMap(({ id, summary }) => (summary ? [id] : [])));
      catalog.forget();
      this.look((id) => read.has(id));
    }
  }

  private async work(): Promise<void> {
    await undefined;
    while (this.poked && !this.disposed) {
      this.poked = false;
      const wanted = this.wanted.splice(0);
      this.matchStores();
      for (const [store, catalog] of [...this.catalogs]) {
        await catalog.look(new Set(store.sessions.map(({ id }) => id)));
        this.tell();
        await catalog.read(
          (id) => wanted.some((isWanted) => isWanted(id)),
          () => this.tell(),
        );
      }
    }
    this.working = undefined;
  }

  private tell(): void {
    if (!this.disposed) this.changeEmitter.fire();
  }

  private matchStores(): void {
    const { model, prices, table, runtimeDir } = this.options;
    for (const [store, catalog] of this.catalogs) {
      if (model.stores.includes(store)) continue;
      catalog.close();
      this.catalogs.delete(store);
    }
    for (const store of model.stores) {
      if (this.catalogs.has(store)) continue;
      const now = () => Date.now() / 1000;
      this.catalogs.set(store, new SessionCatalog({ store: store.path, runtimeDir, table, prices, now }));
    }
  }
}
