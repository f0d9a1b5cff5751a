import path from 'node:path';
import { realPath } from '../../core/node/real-path.ts';
import { type CachedPolicy, policyCacheFile, readPolicyCache } from '../../core/node/rules/policy-cache.ts';
import type { FolderWatch } from '../../core/node/store-watcher/folder-watch.ts';
import { watchWhenThere } from '../../core/node/store-watcher/watch-when-there.ts';

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
  private readonly watch: FolderWatch;
  private kept: CachedPolicy | undefined;

  constructor(options: KeptRulesOptions) {
    this.options = options;
    // As watchers and hooks name it.
    this.folder = realPath(options.folder);
    this.kept = this.read();
    // Whoever accepts, in a terminal too, writes there.
    const file = policyCacheFile(options.runtimeDir, this.folder);
    this.watch = watchWhenThere({
      folder: path.dirname(file),
      names: [path.basename(file)],
      onEvent: () => this.look(),
      onIssue: options.onError,
    });
  }

  /** Undefined while those of the files hold. */
  get policy(): CachedPolicy | undefined {
    return this.kept;
  }

  close(): void {
    this.watch.close();
  }

  private look(): void {
    const before = JSON.stringify(this.kept);
    this.kept = this.read();
    if (JSON.stringify(this.kept) !== before) this.options.onChange();
  }

  private read(): CachedPolicy | undefined {
    const policy = readPolicyCache(this.options.runtimeDir, this.folder, '')?.policy;
    return policy?.pinned ? policy : undefined;
  }
}
