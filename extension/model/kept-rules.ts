import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { errorText } from '../../core/common/error-text.ts';
import { realPath } from '../../core/node/real-path.ts';
import { type CachedPolicy, policyCacheFile, readPolicyCache } from '../../core/node/rules/policy-cache.ts';
import type { FolderWatch } from '../../core/node/store-watcher/folder-watch.ts';
import { notifyFolder } from '../../core/node/store-watcher/notify-folder.ts';
import { watchFolder } from '../../core/node/store-watcher/watch-folder.ts';

/** Only where the system cannot notify. */
const POLL_INTERVAL_MS = 2000;

export interface KeptRulesOptions {
  /** Path of the workspace folder. */
  readonly folder: string;
  readonly runtimeDir: string;
  /** Other rules are kept than before, or none any more. */
  readonly onChange: () => void;
  readonly onError: (message: string) => void;
}

/** The rules of a folder that an agent's call has changed, as they were before: they hold until the user accepts the new ones. */
export class KeptRules {
  private readonly options: KeptRulesOptions;
  private readonly folder: string;
  private readonly watch: FolderWatch | undefined;
  private kept: CachedPolicy | undefined;

  constructor(options: KeptRulesOptions) {
    this.options = options;
    // As watchers and hooks name it.
    this.folder = realPath(options.folder);
    this.watch = this.open();
    this.kept = this.read();
  }

  /** Undefined while those of the files hold. */
  get policy(): CachedPolicy | undefined {
    return this.kept;
  }

  /** Whether other rules are kept than before: also when the watch of them has missed something. */
  readAgain(): boolean {
    const before = JSON.stringify(this.kept);
    this.kept = this.read();
    return JSON.stringify(this.kept) !== before;
  }

  close(): void {
    this.watch?.close();
  }

  /** Whoever accepts, in a terminal too, writes there. */
  private open(): FolderWatch | undefined {
    const { runtimeDir, onError } = this.options;
    const file = policyCacheFile(runtimeDir, this.folder);
    const folder = path.dirname(file);
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return watchFolder({
        folder,
        names: [path.basename(file)],
        onEvent: () => this.readAgain() && this.options.onChange(),
        onIssue: ({ message }) => onError(message),
        notify: notifyFolder,
        poll: undefined,
        pollIntervalMs: POLL_INTERVAL_MS,
      });
    } catch (error) {
      onError(`changes of rules by agents are not noticed: ${errorText(error)}`);
      return undefined;
    }
  }

  private read(): CachedPolicy | undefined {
    const policy = readPolicyCache(this.options.runtimeDir, this.folder, '')?.policy;
    return policy?.pinned ? policy : undefined;
  }
}
