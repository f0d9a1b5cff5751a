import { basename, join, resolve } from 'node:path';
import { ALERTS_FILE } from '../alerts/alert-log.ts';
import { entriesOf } from '../entries-of.ts';
import { ACTIVE_FILE } from '../store/active-session.ts';
import { EVENTS_FILE } from '../store/event-log.ts';
import { META_FILE } from '../store/session-meta-file.ts';
import { folderIdentity, nearestFolder, whatElseIsAt } from './folder-identity.ts';
import type { FolderListener, FolderWatch, OpenFolderWatch } from './folder-watch.ts';
import { notifyFolder } from './notify-folder.ts';
import { readActiveSession } from './read-active-session.ts';
import type { StoreIssue } from './store-issue.ts';
import { watchFolder } from './watch-folder.ts';

const POLL_INTERVAL_MS = 1500;
/**
 * The kernel's queue holds 16384 notifications and drops what comes while it is full; what is in it is heard of in one turn
 * of the loop.
 */
const EVENTS_PER_SWEEP = 1024;

export interface StoreWatcherOptions {
  /** Path of `.agent-traces`, which need not exist yet. */
  readonly store: string;
  /** A session's folder is there: at start, when it is new, and again when it was made anew. */
  readonly onSession: (sessionId: string) => void;
  /** `.active-session` names it: it started or went on. At start too. */
  readonly onActive: (sessionId: string) => void;
  /** Its `events.ndjson` may have changed; for followed sessions only, and once when following begins. */
  readonly onChange: (sessionId: string) => void;
  /** Its `meta.json` may have changed; for followed sessions only, and once when following begins. */
  readonly onMeta: (sessionId: string) => void;
  /** Its folder is gone. Following goes on should it come back. */
  readonly onGone: (sessionId: string) => void;
  /** The store appeared or disappeared after `start`. */
  readonly onStore: (change: 'created' | 'removed') => void;
  /** `alerts.ndjson` may have changed; at start too. */
  readonly onAlerts?: () => void;
  readonly onIssue: (issue: StoreIssue) => void;
  /** Look at an interval too, as on network file systems, which are recognised on Linux alone. */
  readonly poll?: boolean;
  /** 1500 by default. */
  readonly pollIntervalMs?: number;
  /** Source of notifications; the system's by default. */
  readonly notify?: OpenFolderWatch;
}

/** A followed session; `watch` and `folder`, the identity of what is watched, are undefined while it is not there. */
interface Followed {
  watch: FolderWatch | undefined;
  folder: string | undefined;
}

/**
 * Tells what exists and what changes in a store. With notifications it costs nothing while nothing happens: one watch
 * for the store and one for each followed session, however many others there are. Of a session that is not followed it
 * sees the folder come and go, and that it is named active.
 *
 * A callback means "look again". It can come without need, but when nothing more comes there is nothing more to see.
 */
export class StoreWatcher {
  private readonly options: StoreWatcherOptions;
  private readonly store: string;
  /** On the store or, while that is absent, on the nearest folder above it. */
  private watch: FolderWatch | undefined;
  /** Identity of the store's folder; undefined while it is absent. */
  private folder: string | undefined;
  private readonly sessions = new Set<string>();
  private readonly followed = new Map<string, Followed>();
  private readonly told = new Set<string>();
  /** Notifications in this turn of the loop, and since what is followed was looked at. */
  private inTurn = 0;
  private sinceLook = 0;
  private started = false;
  private closed = false;

  constructor(options: StoreWatcherOptions) {
    this.options = options;
    this.store = resolve(options.store);
  }

  /** Begins, calling `onSession` for every session there is. True when the store exists. */
  start(): boolean {
    this.attach();
    this.started = true;
    return this.folder !== undefined;
  }

  /** Watches the files of a session from now on; its folder need not exist yet. */
  follow(sessionId: string): void {
    if (this.closed || !isSessionFolder(sessionId) || this.followed.has(sessionId)) return;
    this.followed.set(sessionId, { watch: undefined, folder: undefined });
    this.watchSession(sessionId);
  }

  unfollow(sessionId: string): void {
    this.followed.get(sessionId)?.watch?.close();
    this.followed.delete(sessionId);
  }

  close(): void {
    this.closed = true;
    this.watch?.close();
    for (const id of [...this.followed.keys()]) this.unfollow(id);
  }

  /** Watches the store that is there now, or waits for one. */
  private attach(): void {
    this.watch?.close();
    this.watch = undefined;
    while (!this.watch && !this.closed) this.watch = this.watchStore() ?? this.waitForStore();
  }

  private watchStore(): FolderWatch | undefined {
    const isThere = folderIdentity(this.store, 'follow') !== undefined;
    const watch = isThere
      ? this.open(this.store, [ACTIVE_FILE, ALERTS_FILE], (name, structural) => this.onStoreEvent(name, structural))
      : undefined;
    // Looked at again after the watch stands: what changes from here on is reported.
    const folder = watch && folderIdentity(this.store, 'follow');
    if (this.folder !== undefined && this.folder !== folder) this.leaveStore();
    if (folder === undefined) {
      watch?.close();
      if (whatElseIsAt(this.store) !== 'nothing') this.tell('not-a-folder', this.store, 'is not a folder; remove it');
      return undefined;
    }
    const appeared = this.folder === undefined;
    this.folder = folder;
    if (appeared && this.started) this.options.onStore('created');
    this.scan();
    return watch;
  }

  /** Undefined when something on the way to the store appeared or disappeared meanwhile. */
  private waitForStore(): FolderWatch | undefined {
    const { folder, next } = nearestFolder(this.store);
    const identity = folderIdentity(folder, 'follow');
    const isWaitOver = (): boolean =>
      folderIdentity(this.store, 'follow') !== undefined ||
      nearestFolder(this.store).folder !== folder ||
      folderIdentity(folder, 'follow') !== identity;
    const watch = this.open(folder, [next], (name, structural) => {
      // Of what else happens in the folder nothing is looked at: it is the workspace, or a folder of temporary files.
      if (name !== undefined && name !== next && name !== basename(folder)) return;
      if (isFinal(folder, name, structural) || isWaitOver()) this.attach();
    });
    if (!isWaitOver()) return watch;
    watch?.close();
    return undefined;
  }

  private leaveStore(): void {
    this.folder = undefined;
    for (const id of [...this.sessions]) this.leaveSession(id);
    this.options.onStore('removed');
  }

  private onStoreEvent(name: string | undefined, structural: boolean): void {
    const isOver = isFinal(this.store, name, structural) || folderIdentity(this.store, 'follow') !== this.folder;
    if (isOver) this.attach();
    else if (name === undefined) this.scan();
    else if (name === ACTIVE_FILE) this.reportActive();
    else if (name === ALERTS_FILE) this.options.onAlerts?.();
    else this.look(name, structural);
    this.count();
  }

  /** Compares the sessions that are there with those that are known. */
  private scan(): void {
    const folders = new Set<string>();
    const links: string[] = [];
    for (const entry of entriesOf(this.store)) {
      if (entry.isDirectory()) folders.add(entry.name);
      else if (entry.isSymbolicLink()) links.push(entry.name);
    }
    for (const id of [...this.sessions]) if (!folders.has(id)) this.look(id, false);
    for (const id of links) this.look(id, false);
    for (const id of folders) {
      // Which folder it is matters only of what is followed.
      if (this.followed.has(id)) this.look(id, false);
      else if (isSessionFolder(id)) this.appear(id);
    }
    this.reportActive();
    this.options.onAlerts?.();
  }

  private reportActive(): void {
    const id = readActiveSession(this.store);
    if (id === undefined) return;
    this.look(id, false);
    if (this.sessions.has(id)) this.options.onActive(id);
  }

  /** Looks at one entry of the store. `anew`: it may be another folder than the one known by this name. */
  private look(id: string, anew: boolean): void {
    if (!isSessionFolder(id)) return;
    const path = join(this.store, id);
    const folder = folderIdentity(path, 'refuse');
    if (folder === undefined) {
      if (whatElseIsAt(path) === 'link') this.tell('symlink', path, 'is a symbolic link, not taken for a session');
      if (this.sessions.has(id)) this.leaveSession(id);
      return;
    }
    const followed = this.followed.get(id);
    const isKnown = this.sessions.has(id);
    this.sessions.add(id);
    if (followed && (anew || followed.folder !== folder)) this.watchSession(id);
    if (!isKnown || anew) this.options.onSession(id);
  }

  private appear(id: string): void {
    if (this.sessions.has(id)) return;
    this.sessions.add(id);
    this.options.onSession(id);
  }

  private leaveSession(id: string): void {
    this.sessions.delete(id);
    const followed = this.followed.get(id);
    followed?.watch?.close();
    if (followed) this.followed.set(id, { watch: undefined, folder: undefined });
    this.options.onGone(id);
  }

  private watchSession(id: string): void {
    this.followed.get(id)?.watch?.close();
    const path = join(this.store, id);
    if (this.folder === undefined || !folderIdentity(path, 'refuse')) return;
    const watch = this.open(path, [EVENTS_FILE, META_FILE], (name) => {
      if (name === EVENTS_FILE || name === undefined) this.options.onChange(id);
      if (name === META_FILE || name === undefined) this.options.onMeta(id);
      if (name === id || name === undefined) this.look(id, false);
      this.count();
    });
    const followed: Followed = { watch, folder: watch && folderIdentity(path, 'refuse') };
    this.followed.set(id, followed);
    // What is there already. Not before whoever called `follow` is ready for it.
    queueMicrotask(() => this.poke(id, followed));
  }

  private poke(id: string, followed: Followed): void {
    if (this.closed || this.followed.get(id) !== followed || !followed.watch) return;
    this.options.onChange(id);
    this.options.onMeta(id);
  }

  /**
   * Makes up for notifications that were dropped. When so many come at once, everything is looked at; when so many have come
   * one by one, what is followed: the system's queue may have been filled by those of others, too.
   */
  private count(): void {
    if (this.inTurn === 0) {
      setImmediate(() => {
        this.inTurn = 0;
      });
    }
    this.inTurn += 1;
    this.sinceLook += 1;
    const isFlood = this.inTurn % EVENTS_PER_SWEEP === 0;
    if (!isFlood && this.sinceLook < EVENTS_PER_SWEEP) return;
    this.sinceLook = 0;
    if (isFlood) this.scan();
    else this.reportActive();
    for (const [id, followed] of this.followed) this.poke(id, followed);
  }

  /** Undefined when there is nothing to watch at the path. */
  private open(folder: string, names: readonly string[], onEvent: FolderListener): FolderWatch | undefined {
    try {
      return watchFolder({
        folder,
        names,
        onEvent,
        onIssue: (issue) => this.report(issue.kind, issue),
        notify: this.options.notify ?? notifyFolder,
        poll: this.options.poll,
        pollIntervalMs: this.options.pollIntervalMs ?? POLL_INTERVAL_MS,
      });
    } catch {
      return undefined;
    }
  }

  private tell(kind: StoreIssue['kind'], path: string, what: string): void {
    this.report(`${kind} ${path}`, { kind, path, message: `${path} ${what}` });
  }

  private report(key: string, issue: StoreIssue): void {
    if (this.told.has(key)) return;
    this.told.add(key);
    this.options.onIssue(issue);
  }
}

/** inotify says "renamed" of a watched folder itself when it was moved or removed, and then says nothing more. */
function isFinal(folder: string, name: string | undefined, structural: boolean): boolean {
  return process.platform === 'linux' && structural && name === basename(folder);
}

/** Whether an entry of the store can be a session: ours and agent-strace's begin with a letter or a digit. */
function isSessionFolder(name: string): boolean {
  return name !== '' && !name.startsWith('.') && basename(name) === name;
}
