/** Ends one watch on one folder; nothing is reported afterwards. */
export interface FolderWatch {
  close(): void;
}

/**
 * Hears of changes in one folder, not in the folders inside it. More calls than changes are possible, fewer are not.
 * @param name Entry of the folder that changed; the folder's own name when the folder itself did (as inotify has it);
 * undefined when that is not known.
 * @param structural Entries came or went, rather than one of them changed; true when that is not known.
 */
export type FolderListener = (name: string | undefined, structural: boolean) => void;

/**
 * Opens a watch that hears of every change from the moment it returns. Throws the system's error; one that comes later
 * goes to `onError`, after which the watch is dead.
 */
export type OpenFolderWatch = (
  folder: string,
  onEvent: FolderListener,
  onError: (error: NodeJS.ErrnoException) => void,
) => FolderWatch;
