import type { FolderWatch } from '../../core/node/store-watcher/folder-watch.ts';
import { watchWhenThere } from '../../core/node/store-watcher/watch-when-there.ts';

/** Watches on folders that need not exist yet, one for each owner of each folder. */
export class FolderWatches {
  private readonly onIssue: (message: string) => void;
  private readonly owners = new Map<string, Map<string, FolderWatch>>();

  constructor(onIssue: (message: string) => void) {
    this.onIssue = onIssue;
  }

  /** `onEvent` gets the name of the entry that may have changed, or undefined for any of them; at once when there is the folder. */
  watch(owner: string, folder: string, onEvent: (name: string | undefined) => void): void {
    const watches = this.owners.get(owner) ?? new Map<string, FolderWatch>();
    if (watches.has(folder)) return;
    this.owners.set(owner, watches);
    // Taken first: it calls back at once when the folder is there.
    watches.set(folder, { close: () => {} });
    watches.set(folder, watchWhenThere({ folder, onEvent, onIssue: this.onIssue }));
  }

  letGo(owner: string): void {
    for (const watch of this.owners.get(owner)?.values() ?? []) watch.close();
    this.owners.delete(owner);
  }

  close(): void {
    for (const owner of [...this.owners.keys()]) this.letGo(owner);
  }
}
