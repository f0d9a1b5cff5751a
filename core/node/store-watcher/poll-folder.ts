import { basename, join } from 'node:path';
import type { FSWatcher } from 'chokidar';
import type { FolderListener, FolderWatch } from './folder-watch.ts';

/**
 * Looks at a folder and some files in it at an interval, for file systems that do not notify.
 * @param names Entries whose content matters; of the others only coming and going is seen.
 */
export function pollFolder(
  folder: string,
  names: readonly string[],
  intervalMs: number,
  onEvent: FolderListener,
): FolderWatch {
  const polled = new Set([folder, ...names.map((name) => join(folder, name))].map(slashed));
  let watcher: FSWatcher | undefined;
  let closed = false;
  const report = (path: string): void => {
    // Not at once: chokidar 5 throws, outside of any call of ours, when it is closed from inside a `raw` event.
    setImmediate(() => {
      const isFolder = slashed(path) === slashed(folder);
      if (!closed) onEvent(isFolder ? undefined : basename(path), isFolder);
    });
  };
  // What happens before the first look at a file is part of what later looks are compared with, so nobody reports it.
  const reportTwice = (path: string): void => {
    report(path);
    setTimeout(() => report(path), intervalMs).unref();
  };
  // Not loaded where file systems notify, which is nearly everywhere. What happens until then is found by the first look.
  void import('chokidar').then(({ watch }) => {
    if (closed) return;
    watcher = watch(folder, {
      usePolling: true,
      interval: intervalMs,
      binaryInterval: intervalMs,
      depth: 0,
      followSymlinks: false,
      atomic: false,
      ignored: (path) => !polled.has(slashed(path)),
    });
    // `change` is throttled and may leave out the last of several; `raw` is not.
    watcher.on('raw', (_event, path) => report(path));
    watcher.on('add', reportTwice);
    watcher.on('ready', () => reportTwice(folder));
    // A file that cannot be looked at now is looked at again.
    watcher.on('error', () => {});
  });
  return {
    close: () => {
      closed = true;
      void watcher?.close();
    },
  };
}

/** Paths as chokidar writes them. */
function slashed(path: string): string {
  return path.replaceAll('\\', '/');
}
