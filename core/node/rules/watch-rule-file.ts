import { stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FSWatcher, watch } from 'chokidar';
import { wholeFileIssue } from '../../common/rules/reading/rule-issue.ts';
import type { PolicyResult } from '../../common/rules/rule.ts';
import {
  checkPolicyTexts,
  type LoadedPolicy,
  type PolicyLocation,
  type PolicyTexts,
  readPolicyTexts,
} from './load-policy.ts';
import { ruleFileCandidates } from './rule-file.ts';

export interface RuleFileWatchOptions {
  readonly location: PolicyLocation;
  /** What is in force now: only what differs from it is told. */
  readonly initial: LoadedPolicy;
  /**
   * Called with each new policy, and with each new set of reasons why what the files say now cannot be used; the policy
   * in force stays the caller's. A file that is gone is such a reason: removing the rules must not lift them.
   */
  readonly onChange: (result: PolicyResult) => void;
  /** Notifications failed; from now on only `check` sees changes. */
  readonly onError: (error: unknown) => void;
  /** Two looks this far apart must see the same before it counts: editors write in several steps. Default 100 ms. */
  readonly settleMs?: number;
}

/** A file that never comes to rest is taken as it is after so many looks. */
const MAX_LOOKS = 20;

/**
 * Re-reads the rule files when they change, are replaced, appear or vanish. It watches their directories, so a file may
 * be replaced by another of its name; a directory that is not there yet is awaited in the nearest one above it that is.
 * Nothing polls.
 */
export class RuleFileWatch {
  /** Settles when changes are seen; what changed between `initial` and then is found by itself. */
  readonly ready: Promise<void>;
  private readonly options: RuleFileWatchOptions;
  private readonly files: readonly string[];
  private readonly closing = new AbortController();
  private watcher: FSWatcher | undefined;
  /** Which directories `watcher` watches: their paths and inodes. */
  private watched = '';
  private inForce: LoadedPolicy;
  private told: string;
  private considered: string | undefined;
  private changed = false;
  private running: Promise<void> | undefined;

  constructor(options: RuleFileWatchOptions) {
    this.options = options;
    this.inForce = options.initial;
    this.told = JSON.stringify(options.initial);
    const { rules, userConfig } = options.location;
    this.files = [...ruleFileCandidates(rules), userConfig.file].map((file) => path.resolve(file));
    this.ready = this.arm();
    this.check();
  }

  /** Looks again now; for file systems that do not notify. */
  check(): void {
    if (this.closing.signal.aborted) return;
    this.changed = true;
    this.running ??= this.settle().finally(() => {
      this.running = undefined;
      if (this.changed) this.check();
    });
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.running;
    await this.watcher?.close();
  }

  private async settle(): Promise<void> {
    const { signal } = this.closing;
    await this.ready;
    while (this.changed && !signal.aborted) {
      this.changed = false;
      await this.arm();
      const texts = await this.readSettled();
      if (texts !== undefined) this.consider(texts);
    }
  }

  /** The files' contents once two looks have seen the same; undefined when closing. */
  private async readSettled(): Promise<PolicyTexts | undefined> {
    const { signal } = this.closing;
    let seen = await readPolicyTexts(this.options.location);
    for (let looks = 1; looks < MAX_LOOKS; looks += 1) {
      await sleep(this.options.settleMs ?? 100, undefined, { signal }).catch(() => {});
      if (signal.aborted) return undefined;
      const before = JSON.stringify(seen);
      seen = await readPolicyTexts(this.options.location);
      if (JSON.stringify(seen) === before) break;
    }
    return seen;
  }

  /** Watches the directories as they are now; again, when they have changed until notifications came. */
  private async arm(): Promise<void> {
    for (;;) {
      const directories = await this.findDirectories();
      const names = JSON.stringify(directories);
      if (names === this.watched || this.closing.signal.aborted) return;
      this.watched = names;
      await this.watcher?.close();
      await this.watchDirectories(directories.map(({ directory }) => directory));
    }
  }

  private findDirectories(): Promise<readonly ExistingDirectory[]> {
    return Promise.all([...new Set(this.files.map((file) => path.dirname(file)))].map(nearestExisting));
  }

  private watchDirectories(directories: readonly string[]): Promise<void> {
    const onTheWay = new Set(this.files.flatMap(withAncestors));
    const watcher = watch([...new Set(directories)], {
      depth: 0,
      ignoreInitial: true,
      ignored: (each) => !onTheWay.has(path.resolve(each)),
    });
    this.watcher = watcher;
    watcher.on('all', () => this.check());
    watcher.on('error', (error) => this.options.onError(error));
    return new Promise((resolve) => {
      watcher.once('ready', resolve);
      this.closing.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** Checks contents that have not been checked before, and tells what is new. */
  private consider(texts: PolicyTexts): void {
    const content = JSON.stringify(texts);
    if (content === this.considered) return;
    this.considered = content;
    const result = this.withoutLoss(checkPolicyTexts(this.options.location, texts));
    const news = JSON.stringify(result);
    if (this.closing.signal.aborted || news === this.told) return;
    this.told = news;
    if ('policy' in result) this.inForce = result;
    this.options.onChange(result);
  }

  /** Turns a policy that lacks a file of the one in force into the reasons why it does not replace it. */
  private withoutLoss(result: LoadedPolicy): LoadedPolicy {
    if ('issues' in result || 'issues' in this.inForce) return result;
    const { source } = this.inForce.policy;
    const gone = [
      ...(this.inForce.hasUserConfig && !result.hasUserConfig ? [this.options.location.userConfig.file] : []),
      ...(source !== undefined && result.policy.source === undefined ? [source] : []),
    ];
    if (gone.length === 0) return result;
    const issue = wholeFileIssue('the file is gone', 'put it back; to guard nothing, write an empty list of rules');
    return { issues: gone.map((file) => ({ ...issue, file })) };
  }
}

interface ExistingDirectory {
  readonly directory: string;
  /** Tells the directory from another one made in its place. */
  readonly inode: string;
}

/** The directory itself or the nearest one above it that exists. */
async function nearestExisting(directory: string): Promise<ExistingDirectory> {
  try {
    const { ino } = await stat(directory, { bigint: true });
    return { directory, inode: ino.toString() };
  } catch {
    const parent = path.dirname(directory);
    return parent === directory ? { directory, inode: '' } : nearestExisting(parent);
  }
}

function withAncestors(file: string): readonly string[] {
  const parent = path.dirname(file);
  return parent === file ? [file] : [file, ...withAncestors(parent)];
}
