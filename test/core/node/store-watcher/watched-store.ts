import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoreIssue } from '../../../../core/node/store-watcher/store-issue.ts';
import { StoreWatcher, type StoreWatcherOptions } from '../../../../core/node/store-watcher/store-watcher.ts';
import { waitFor } from '../../../../scripts/wait-for.ts';

/** A store on disk with a watcher, and all that it called back. */
export class WatchedStore {
  readonly workspace: string;
  readonly path: string;
  /** `<callback> <session>`, in order. */
  readonly calls: string[] = [];
  readonly issues: StoreIssue[] = [];
  readonly watcher: StoreWatcher;

  constructor(workspace: string, options: Partial<StoreWatcherOptions> = {}) {
    this.workspace = workspace;
    this.path = join(workspace, '.agent-traces');
    this.watcher = new StoreWatcher({
      store: this.path,
      onSession: (id) => this.calls.push(`session ${id}`),
      onActive: (id) => this.calls.push(`active ${id}`),
      onChange: (id) => this.calls.push(`change ${id}`),
      onMeta: (id) => this.calls.push(`meta ${id}`),
      onGone: (id) => this.calls.push(`gone ${id}`),
      onStore: (change) => this.calls.push(`store ${change}`),
      onIssue: (issue) => this.issues.push(issue),
      ...options,
    });
  }

  folder(id: string): string {
    return join(this.path, id);
  }

  events(id: string): string {
    return join(this.path, id, 'events.ndjson');
  }

  makeSession(id: string, events = ''): void {
    mkdirSync(this.folder(id), { recursive: true });
    if (events !== '') this.append(id, events);
  }

  append(id: string, text: string): void {
    appendFileSync(this.events(id), text);
  }

  markActive(id: string): void {
    writeFileSync(join(this.path, '.active-session.tmp'), id);
    renameSync(join(this.path, '.active-session.tmp'), join(this.path, '.active-session'));
  }

  count(call: string): number {
    return this.calls.filter((made) => made === call).length;
  }

  /** Waits until the call was made once more than `before` times. */
  async hears(call: string, before = 0): Promise<void> {
    await waitFor(`${call}, after ${this.calls.slice(-20).join(', ')}`, () => this.count(call) > before);
  }

  /** Makes a change and waits until the call is made because of it. */
  async hearsAfter(call: string, change: () => void): Promise<void> {
    const before = this.count(call);
    change();
    await this.hears(call, before);
  }
}

/** Calls `use` with a store that does not exist yet, in an empty workspace; all is closed and removed afterwards. */
export async function inWorkspace(
  use: (store: WatchedStore) => Promise<void>,
  options: Partial<StoreWatcherOptions> = {},
): Promise<void> {
  const workspace = realpathSync(mkdtempSync(join(tmpdir(), 'agent-trace-store-')));
  const store = new WatchedStore(workspace, options);
  try {
    await use(store);
  } finally {
    store.watcher.close();
    rmSync(workspace, { recursive: true, force: true });
  }
}
