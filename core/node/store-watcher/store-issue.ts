/**
 * Something about the store that its watcher has to say once; watching goes on.
 * - `symlink`: a session's folder is a symbolic link; it is not followed.
 * - `no-notifications`: the system gives none for a folder, so it is looked at every few seconds.
 * - `not-a-folder`: something else stands where the store should be.
 */
export interface StoreIssue {
  readonly kind: 'symlink' | 'no-notifications' | 'not-a-folder';
  readonly path: string;
  /** One sentence for the user. Holds the path, which is not to be trusted on a terminal as it stands. */
  readonly message: string;
}
