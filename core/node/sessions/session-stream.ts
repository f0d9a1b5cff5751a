import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { PriceBook } from '../../common/cost/cost.ts';
import { parseJson } from '../../common/json.ts';
import { decodeAlert } from '../../common/protocol/decode-alert.ts';
import type { RawLine } from '../../common/trace/raw-line.ts';
import type { TraceEvent } from '../../common/trace/trace-event.ts';
import { PanelCurve } from '../../common/view/panel-curve.ts';
import { type RowRef, StreamIndex } from '../../common/view/stream-index.ts';
import { ALERTS_FILE } from '../alerts/alert-log.ts';
import { EVENTS_FILE } from '../store/event-log.ts';
import { folderIdentity } from '../store-watcher/folder-identity.ts';
import type { FolderWatch } from '../store-watcher/folder-watch.ts';
import { notifyFolder } from '../store-watcher/notify-folder.ts';
import { watchFolder } from '../store-watcher/watch-folder.ts';
import { FileTail } from '../tail/file-tail.ts';
import type { SessionIssue } from '../tail/session-issue.ts';
import { SessionReader } from '../tail/session-reader.ts';
import type { EventReading, EventReceiver } from './followed-session.ts';
import type { SessionEnd } from './session-end.ts';

/** Only where the system cannot notify. */
const POLL_INTERVAL_MS = 1500;
/** After these what was read is not in the file any more, or not known to be. */
const RESTARTS: ReadonlySet<SessionIssue['kind']> = new Set([
  'truncated',
  'replaced',
  'removed',
  'symlink',
  'not-a-file',
  'outside-store',
]);

export interface SessionStreamOptions {
  /** Path of the store. */
  readonly store: string;
  readonly sessionId: string;
  readonly prices: PriceBook;
  /** 32 bits that nobody can guess; see `StreamIds`. */
  readonly seed: number;
  /** Only these events and what comes after them; from the first on when left out. */
  readonly end?: SessionEnd | undefined;
  /** Who reads all of the session anyway, and can do so for the stream as well; see `FollowedSession`. */
  readonly readAlong?: ((receiver: EventReceiver) => EventReading | undefined) | undefined;
  /** A row appeared, or what it tells has changed. */
  readonly onRow: (ref: RowRef, isNew: boolean) => void;
  /** Rows known so far are no longer valid; those there are come again by `onRow`. */
  readonly onRestart: () => void;
  readonly onIssue: (message: string) => void;
}

/** The index of one session's stream, or of its end, kept up to date with `events.ndjson` and `alerts.ndjson`. */
export class SessionStream {
  readonly index: StreamIndex;
  readonly curve: PanelCurve;
  private readonly options: SessionStreamOptions;
  private readonly reader: EventReading;
  private readonly alerts: FileTail;
  private readonly watches = new Map<string, { readonly watch: FolderWatch; readonly identity: string | undefined }>();
  private lastOffset = -1;
  private lastAlert = -1;
  /** Unix seconds; alerts from before do not belong to what is read. */
  private since = Number.NEGATIVE_INFINITY;
  private hasRead = false;
  private looking: Promise<void> | undefined;
  private poked = false;
  private closed = false;

  constructor(options: SessionStreamOptions) {
    this.options = options;
    const { store, sessionId, seed, end, onRow, onIssue } = options;
    this.index = new StreamIndex({ seed, onRow, workspace: end?.workspace });
    this.curve = new PanelCurve(options.prices);
    const receiver: EventReceiver = {
      onEvent: (event, offset) => this.accept(event, offset),
      // What is wrong with lines is told by whoever follows the session.
      onIssue: ({ kind }) => {
        if (RESTARTS.has(kind)) this.restartEvents();
      },
    };
    const along = end ? undefined : options.readAlong?.(receiver);
    const path = join(store, sessionId, EVENTS_FILE);
    this.reader =
      along ?? new SessionReader({ path, root: store, ...(end ? { checkpoint: end.from } : {}), ...receiver });
    this.alerts = new FileTail({
      path: join(store, ALERTS_FILE),
      root: store,
      onLine: (line) => this.acceptAlert(line),
      onIssue: ({ kind, message }) => {
        if (RESTARTS.has(kind)) this.restartAlerts();
        else onIssue(message);
      },
    });
  }

  /** Reads what is new; resolves when all that was in the files at the call is in the index. */
  look(): Promise<void> {
    this.poked = true;
    this.looking ??= this.run();
    return this.looking;
  }

  /** Share of the events that has been read, 0 to 1. */
  get readShare(): number {
    return this.hasRead ? 1 : this.reader.readShare;
  }

  close(): void {
    this.closed = true;
    for (const { watch } of this.watches.values()) watch.close();
    this.watches.clear();
    this.reader.close();
    this.alerts.close();
  }

  private async run(): Promise<void> {
    // First of all `looking` has to be set.
    await undefined;
    while (this.poked && !this.closed) {
      this.poked = false;
      const { store, sessionId } = this.options;
      // Watched before it is read: what is written in between is not missed.
      this.watch(join(store, sessionId), EVENTS_FILE, 'refuse');
      this.watch(store, ALERTS_FILE, 'follow');
      await this.reader.drain();
      while (!this.closed && this.alerts.poll() === 'more') await turn();
    }
    this.hasRead = true;
    this.looking = undefined;
    if (this.closed) this.alerts.close();
  }

  private watch(folder: string, name: string, links: 'follow' | 'refuse'): void {
    const identity = folderIdentity(folder, links);
    const before = this.watches.get(folder);
    if (this.closed || (before && before.identity === identity)) return;
    before?.watch.close();
    this.watches.delete(folder);
    if (identity === undefined) return;
    try {
      const watch = watchFolder({
        folder,
        names: [name],
        onEvent: (changed) => {
          if (changed === undefined || changed === name) void this.look();
        },
        onIssue: ({ message }) => this.options.onIssue(message),
        notify: notifyFolder,
        poll: undefined,
        pollIntervalMs: POLL_INTERVAL_MS,
      });
      this.watches.set(folder, { watch, identity });
    } catch {
      // Gone meanwhile: the next look tries again.
    }
  }

  private accept(event: TraceEvent, offset: number): void {
    // A file can also be read anew without a word: after something stood in its place that is no file.
    if (offset < this.lastOffset) this.restartEvents();
    if (this.options.end && this.index.length === 0) this.since = event.timestamp;
    this.lastOffset = offset;
    const known = this.index.workspace;
    this.curve.apply(event);
    this.index.apply(event, offset);
    // Paths are shown relative to the workspace: rows from before it was known look different now.
    if (known === undefined && this.index.workspace !== undefined && this.index.length > 1) this.options.onRestart();
  }

  private acceptAlert({ bytes, length, offset }: RawLine): void {
    if (offset < this.lastAlert) this.restartAlerts();
    this.lastAlert = offset;
    const alert = bytes.length === length ? decodeAlert(parseJson(Buffer.from(bytes).toString('utf8'))) : undefined;
    if (alert?.session_id === this.options.sessionId && alert.at >= this.since) this.index.applyAlert(alert, offset);
  }

  private restartEvents(): void {
    this.lastOffset = -1;
    this.index.clearEvents();
    this.curve.clear();
    this.options.onRestart();
  }

  private restartAlerts(): void {
    this.lastAlert = -1;
    this.index.clearAlerts();
    this.options.onRestart();
  }
}
