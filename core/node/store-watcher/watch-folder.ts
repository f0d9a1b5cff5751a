import type { FolderListener, FolderWatch, OpenFolderWatch } from './folder-watch.ts';
import { isOnNetworkFileSystem } from './network-file-system.ts';
import { pollFolder } from './poll-folder.ts';
import type { StoreIssue } from './store-issue.ts';

export interface WatchFolderOptions {
  readonly folder: string;
  /** Entries whose content matters. */
  readonly names: readonly string[];
  readonly onEvent: FolderListener;
  readonly onIssue: (issue: StoreIssue) => void;
  readonly notify: OpenFolderWatch;
  /** Undefined: polled when the file system is one that others can write to unseen. */
  readonly poll: boolean | undefined;
  readonly pollIntervalMs: number;
}

/**
 * Watches a folder by notifications; where those do not tell everything, or cannot be had, by polling as well. Throws
 * the system's error when there is no such folder.
 */
export function watchFolder(options: WatchFolderOptions): FolderWatch {
  const { folder, names, onEvent, pollIntervalMs } = options;
  let polling: FolderWatch | undefined;
  const poll = (): void => {
    polling ??= pollFolder(folder, names, pollIntervalMs, onEvent);
  };
  const pollInstead = (error: NodeJS.ErrnoException): void => {
    options.onIssue(noNotifications(folder, error, pollIntervalMs));
    poll();
  };

  let notifications: FolderWatch | undefined;
  try {
    notifications = options.notify(folder, onEvent, (error) => {
      // Windows: how a watched folder says that it is gone. Polling sees at once whether it is.
      if (error.code === 'EPERM') poll();
      else pollInstead(error);
    });
  } catch (error) {
    const failure = error as NodeJS.ErrnoException;
    if (failure.code === 'ENOENT' || failure.code === 'ENOTDIR') throw failure;
    pollInstead(failure);
  }
  if (options.poll ?? isOnNetworkFileSystem(folder)) poll();
  return {
    close: () => {
      notifications?.close();
      polling?.close();
    },
  };
}

function noNotifications(path: string, error: NodeJS.ErrnoException, pollIntervalMs: number): StoreIssue {
  const why = WHY[error.code ?? ''] ?? `the system says ${error.code ?? error.message}`;
  const message = `${path}: no notifications of changes, ${why}; looked at every ${pollIntervalMs / 1000} s instead`;
  return { kind: 'no-notifications', path, message };
}

const WHY: Readonly<Record<string, string>> = {
  ENOSPC: "this user's inotify watches are used up (raise fs.inotify.max_user_watches)",
  EMFILE: 'inotify instances or open files are used up (raise fs.inotify.max_user_instances, or ulimit -n)',
  ENFILE: "the system's open files are used up",
};
