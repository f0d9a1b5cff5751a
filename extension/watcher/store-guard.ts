import { existsSync } from 'node:fs';
import type { Alert } from '../../core/common/protocol/alert.ts';
import type { Ask } from '../../core/common/protocol/control.ts';
import type { WatcherPresence } from '../../core/common/view/guard-state.ts';
import type { ControlClient } from '../../core/node/control/client.ts';
import type { BundledCli } from '../bundled-cli.ts';
import { WatcherLink } from './watcher-link.ts';
import { type StarterState, WatcherStarter } from './watcher-starter.ts';

export interface StoreGuardOptions {
  /** Path of the store; it need not exist. */
  readonly store: string;
  /** Path of the workspace folder that holds it. */
  readonly folder: string;
  readonly runtimeDir: string;
  readonly launch: BundledCli;
  /** Whether a watcher may be started unasked. */
  readonly mayStart: () => boolean;
  /** Whether the watcher is to follow sessions without hooks. */
  readonly followNative: () => boolean;
  /** Whether there is a session that is not over, in the store or to be brought there. */
  readonly isLive: () => boolean;
  readonly onAlert: (alert: Alert) => void;
  /** The calls that wait for the user have changed. */
  readonly onAsks: (asks: readonly Ask[]) => void;
  /** A watcher came or went. */
  readonly onChange: () => void;
  /** No watcher runs, and none will be started unasked before something changes. */
  readonly onFailure: (failure: WatcherFailure) => void;
  readonly onOutput: (line: string) => void;
  readonly onIssue: (message: string) => void;
}

export type WatcherFailure = Extract<StarterState, { kind: 'bad-rules' | 'failed' }>;

/** Sees to it that a store with a live session has a watcher: the one that is there, or else one of its own. */
export class StoreGuard {
  private readonly options: StoreGuardOptions;
  private readonly starter: WatcherStarter;
  private link: WatcherLink | undefined;
  private looking = false;
  private stoppedByUser = false;
  private closed = false;

  constructor(options: StoreGuardOptions) {
    this.options = options;
    this.starter = new WatcherStarter({
      folder: options.folder,
      launch: options.launch,
      followNative: options.followNative,
      isWanted: () => this.isWanted(),
      onChange: (state) => this.follow(state),
      onOutput: options.onOutput,
    });
  }

  get presence(): WatcherPresence {
    if (this.link?.client) return 'running';
    return this.starter.state.kind === 'bad-rules' ? 'bad-rules' : 'none';
  }

  /** Pid of the watcher that answers; undefined when none does. */
  get pid(): number | undefined {
    return this.link?.client?.endpoint.process.pid;
  }

  /** To be called when the store may have appeared, or a watcher may be wanted now. */
  consider(): void {
    if (this.closed) return;
    this.openLink();
    // A running watcher is the usual case, and the cheapest to see; whether a session lives is asked of the system.
    if (!this.looking && this.starter.state.kind === 'stopped' && this.isWanted()) this.starter.ensure();
  }

  /** The rules were read, or have changed. */
  rulesChanged(): void {
    this.starter.rulesChanged();
  }

  /** Hands a line to the watcher, if it was started from here. */
  tell(line: string): void {
    this.starter.tell(line);
  }

  /** The watcher that answers now. */
  async find(): Promise<ControlClient | undefined> {
    this.openLink();
    await this.link?.look();
    return this.link?.client;
  }

  /** Starts a watcher at the user's wish. */
  start(): void {
    this.stoppedByUser = false;
    if (!this.link?.client) this.starter.start();
  }

  /** Ends the watcher that was started from here, and starts none until the user says so. False when it is another's. */
  async stop(): Promise<boolean> {
    this.stoppedByUser = true;
    const isOurs = this.starter.state.kind === 'running';
    await this.starter.stop();
    return isOurs || this.link?.client === undefined;
  }

  close(): void {
    this.closed = true;
    this.link?.close();
    void this.starter.stop();
  }

  private isWanted(): boolean {
    const { mayStart, isLive } = this.options;
    return !this.closed && !this.stoppedByUser && this.link?.client === undefined && mayStart() && isLive();
  }

  private openLink(): void {
    const { store, runtimeDir, onAlert, onAsks, onIssue } = this.options;
    if (this.link || this.closed || !existsSync(store)) return;
    try {
      this.link = new WatcherLink({ runtimeDir, store, onAlert, onAsks, onIssue, onChange: () => this.change() });
    } catch {
      // Removed at this very moment; its return is told.
      return;
    }
    this.looking = true;
    void this.link.start().then(() => {
      this.looking = false;
      this.consider();
    });
  }

  private change(): void {
    this.options.onChange();
    this.consider();
  }

  private follow(state: StarterState): void {
    if (state.kind === 'restarting') this.options.onIssue(`the watcher ended and is started again: ${state.message}`);
    if (state.kind === 'bad-rules' || state.kind === 'failed') this.options.onFailure(state);
    this.options.onChange();
  }
}
