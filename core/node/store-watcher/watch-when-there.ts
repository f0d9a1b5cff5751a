import { join } from 'node:path';
import { errorText } from '../../common/error-text.ts';
import { folderIdentity, nearestFolder } from './folder-identity.ts';
import type { FolderWatch } from './folder-watch.ts';
import { notifyFolder } from './notify-folder.ts';
import { watchFolder } from './watch-folder.ts';

const POLL_INTERVAL_MS = 1500;

export interface WatchWhenThereOptions {
  /** Absolute; need not exist. */
  readonly folder: string;
  /** The entries that matter, of which on file systems that are polled the content is looked at too; all when left out. */
  readonly names?: readonly string[];
  /** Such an entry of the folder may have changed; undefined: any of them, as when the folder has appeared. */
  readonly onEvent: (name: string | undefined) => void;
  readonly onIssue: (message: string) => void;
}

/**
 * Watches a folder that may not exist yet, and that may go and come back: until it is there the nearest folder above it
 * is watched, for the next step towards it alone.
 */
export function watchWhenThere({ folder, names, onEvent, onIssue }: WatchWhenThereOptions): FolderWatch {
  let watch: FolderWatch | undefined;
  let watched: string | undefined;
  let closed = false;

  const attach = (): void => {
    watch?.close();
    watch = undefined;
    if (closed) return;
    try {
      watched = folderIdentity(folder, 'follow');
      if (watched === undefined) waitForIt();
      else open();
    } catch (error) {
      onIssue(`changes in ${folder} are not noticed: ${errorText(error)}`);
    }
  };
  const open = (): void => {
    watch = watchFolder({
      folder,
      names: names ?? [],
      notify: notifyFolder,
      poll: undefined,
      pollIntervalMs: POLL_INTERVAL_MS,
      onIssue: (issue) => onIssue(issue.message),
      onEvent: (name, structural) => {
        if (structural && folderIdentity(folder, 'follow') !== watched) attach();
        else if (name === undefined || !names || names.includes(name)) onEvent(name);
      },
    });
    onEvent(undefined);
  };
  const waitForIt = (): void => {
    const { folder: above, next } = nearestFolder(folder);
    watch = notifyFolder(above, (name) => (name === undefined || name === next) && attach(), attach);
    // It may have appeared before the watch stood.
    if (folderIdentity(join(above, next), 'follow') !== undefined) setImmediate(attach);
  };

  attach();
  return {
    close: () => {
      closed = true;
      watch?.close();
    },
  };
}
