import { mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { errorText } from '../../core/common/error-text.ts';
import type { Alert } from '../../core/common/protocol/alert.ts';
import type { Ask } from '../../core/common/protocol/control.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import type { ControlClient } from '../../core/node/control/client.ts';
import { watcherPaths } from '../../core/node/control/watcher-paths.ts';
import { folderIdentity } from '../../core/node/store-watcher/folder-identity.ts';
import type { FolderWatch } from '../../core/node/store-watcher/folder-watch.ts';
import { notifyFolder } from '../../core/node/store-watcher/notify-folder.ts';
import { watchFolder } from '../../core/node/store-watcher/watch-folder.ts';

/** What a watcher may take for an answer before it counts as not there. Milliseconds. */
const ANSWER_MS = 4000;
/** Only where the system cannot notify. */
const POLL_INTERVAL_MS = 1500;

export interface WatcherLinkOptions {
  readonly runtimeDir: string;
  /** Any path of a store that exists. */
  readonly store: string;
  readonly onAlert: (alert: Alert) => void;
  /** The calls that wait for the user have changed; there are none without a watcher. */
  readonly onAsks: (asks: readonly Ask[]) => void;
  /** A watcher was found or lost. */
  readonly onChange: () => void;
  /** Each message once. */
  readonly onIssue: (message: string) => void;
}

/** The connection to the watcher of one store, whoever started it; made anew when watchers go and come. */
export class WatcherLink {
  private readonly options: WatcherLinkOptions;
  /** The file that tells where the watcher listens. */
  private readonly endpoint: string;
  private readonly told = new Set<string>();
  private folderWatch: FolderWatch | undefined;
  private folder: string | undefined;
  private connected: ControlClient | undefined;
  private connecting: Promise<void> | undefined;
  private poked = false;
  private closed = false;

  /** Throws the system's error when the store does not exist. */
  constructor(options: WatcherLinkOptions) {
    this.options = options;
    this.endpoint = watcherPaths(options.runtimeDir, realpathSync.native(options.store)).endpoint;
  }

  /** Undefined while no watcher answers. */
  get client(): ControlClient | undefined {
    return this.connected;
  }

  /** Begins. Resolves when it is known whether a watcher runs now. */
  start(): Promise<void> {
    this.watchEndpoint();
    return this.look();
  }

  /** Looks for a watcher unless there is a connection; resolves when it is known. */
  look(): Promise<void> {
    this.poked = true;
    this.connecting ??= this.connect();
    return this.connecting;
  }

  close(): void {
    this.closed = true;
    this.folderWatch?.close();
    this.connected?.close();
    this.connected = undefined;
  }

  private watchEndpoint(): void {
    const folder = dirname(this.endpoint);
    this.folderWatch?.close();
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      this.folderWatch = watchFolder({
        folder,
        names: [basename(this.endpoint)],
        onEvent: (name) => this.hear(name),
        onIssue: ({ message }) => this.tell(message),
        notify: notifyFolder,
        poll: undefined,
        pollIntervalMs: POLL_INTERVAL_MS,
      });
      this.folder = folderIdentity(folder, 'follow');
    } catch (error) {
      this.tell(`watchers that start later are not noticed: ${errorText(error)}`);
    }
  }

  private hear(name: string | undefined): void {
    if (this.closed) return;
    const folder = dirname(this.endpoint);
    const replaced = folderIdentity(folder, 'follow') !== this.folder;
    if (replaced) this.watchEndpoint();
    if (replaced || name === undefined || name === basename(this.endpoint)) void this.look();
  }

  private async connect(): Promise<void> {
    // First of all `connecting` has to be set.
    await undefined;
    while (this.poked && !this.connected && !this.closed) {
      this.poked = false;
      try {
        await this.attempt();
      } catch (error) {
        this.tell(errorText(error));
      }
    }
    this.connecting = undefined;
  }

  private async attempt(): Promise<void> {
    const { runtimeDir, store } = this.options;
    // The protocol's library is not loaded where no watcher ever runs.
    const { connectWatcher } = await import('../../core/node/control/client.ts');
    const client = await connectWatcher({ runtimeDir, store, deadlineMs: ANSWER_MS });
    if (!client) return;
    client.onAlert((alert) => this.receive(client, alert));
    client.onClose(() => this.lose(client));
    try {
      await client.subscribe();
    } catch (error) {
      client.close();
      throw error;
    }
    if (this.closed) {
      client.close();
      return;
    }
    this.connected = client;
    this.options.onChange();
    void this.readAsks(client);
  }

  /** Each call that waits for the user begins and ends with an alert. */
  private receive(client: ControlClient, alert: Alert): void {
    this.options.onAlert(alert);
    if (alert.action === 'ask' && this.connected === client) void this.readAsks(client);
  }

  private async readAsks(client: ControlClient): Promise<void> {
    try {
      const asks = await client.asks();
      if (this.connected === client && !this.closed) this.options.onAsks(asks);
    } catch (error) {
      // Whether it answers at all is told by whoever asks it for something.
      if (error instanceof AgentTraceError && error.code === 'no-answer') return;
      this.tell(`calls that wait for an answer are not known: ${errorText(error)}`);
    }
  }

  private lose(client: ControlClient): void {
    if (this.closed || this.connected !== client) return;
    this.connected = undefined;
    this.options.onAsks([]);
    this.options.onChange();
    // Its successor may have announced itself while the connection still stood.
    void this.look();
  }

  private tell(message: string): void {
    if (this.told.has(message)) return;
    this.told.add(message);
    this.options.onIssue(message);
  }
}
