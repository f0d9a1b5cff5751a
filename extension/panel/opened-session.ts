import { setTimeout as sleep } from 'node:timers/promises';
import type { PanelHeader, RowDetail, RowFilter } from '../../core/common/protocol/panel.ts';
import { findSessionEnd } from '../../core/node/sessions/session-end.ts';
import type { RowTarget } from '../../core/node/sessions/stored-rows.ts';
import { PanelSession, type PanelSessionOptions } from './panel-session.ts';

/** The page draws the last events before the processor is taken for all others. Milliseconds. */
const HEAD_START = 500;

export interface OpenedSessionOptions extends Omit<PanelSessionOptions, 'end'> {
  /** All rows are there now, where only the last were before. */
  readonly onWhole: () => void;
}

/**
 * A session that a page shows: of a long one the last events at once, and all of them in their place once they have been
 * read, which may take a minute.
 */
export class OpenedSession {
  private readonly options: OpenedSessionOptions;
  private readonly whole: PanelSession;
  /** The last events, until all have been read. */
  private end: PanelSession | undefined;
  private readonly reading: Promise<void>;
  /** There is something to show. */
  private hasRows = false;
  private attached = false;
  private closed = false;

  constructor(options: OpenedSessionOptions) {
    this.options = options;
    const end = findSessionEnd(options.store, options.sessionId);
    this.whole = new PanelSession(options);
    this.end = end && new PanelSession({ ...options, end });
    this.reading = this.read();
  }

  /** Grows with every reset. */
  get lastGeneration(): number {
    return this.rows.lastGeneration;
  }

  get filter(): RowFilter {
    return this.whole.filter;
  }

  /** Empty until all has been read. */
  get curve(): PanelHeader['curve'] {
    return this.end ? [] : this.whole.curve;
  }

  /** Directory that paths of the session are relative to. */
  get workspace(): string | undefined {
    return this.rows.workspace;
  }

  /** Share of the events whose rows are known, 0 to 1. */
  get readShare(): number {
    return this.whole.readShare;
  }

  /** To be called when the files may have changed, beside what is noticed anyway. */
  async look(): Promise<void> {
    await (this.end ?? this.whole).look();
  }

  /** Resolves when all rows are there. */
  settled(): Promise<void> {
    return this.reading;
  }

  /** A page appeared: it gets a `reset`, and from now on whatever changes. */
  attach(): void {
    this.attached = true;
    if (this.hasRows) this.rows.attach();
  }

  /** The page is gone or does not listen. */
  detach(): void {
    this.attached = false;
    this.rows.detach();
  }

  close(): void {
    this.closed = true;
    this.end?.close();
    this.whole.close();
  }

  /** See `PanelSession.setOver`. */
  setOver(isOver: boolean): void {
    for (const rows of this.all) rows.setOver(isOver);
  }

  /** See `PanelSession.setAsked`. */
  setAsked(ids: readonly string[]): void {
    for (const rows of this.all) rows.setAsked(ids);
  }

  /** See `PanelSession.setWatched`. */
  setWatched(isWatched: boolean): void {
    for (const rows of this.all) rows.setWatched(isWatched);
  }

  /** See `PanelSession.reprice`. */
  reprice(): void {
    for (const rows of this.all) rows.reprice();
  }

  setFilter(filter: RowFilter): void {
    for (const rows of this.all) rows.setFilter(filter);
  }

  /** Answers a request of the page; one for rows of another generation is dropped. */
  sendRows(generation: number, from: number, to: number): void {
    this.rows.sendRows(generation, from, to);
  }

  /** Undefined when there is no such row. */
  detail(id: string): RowDetail | undefined {
    return this.rows.detail(id);
  }

  /** The file that a row is about. */
  target(id: string): RowTarget | undefined {
    return this.rows.target(id);
  }

  /** Has the page scroll to an event, without the filter when that hides it. False when there is no such event. */
  async reveal(id: string): Promise<boolean> {
    if (await this.end?.reveal(id)) return true;
    await this.reading;
    return this.whole.reveal(id);
  }

  /** Tells where a row stands now, when it is there. */
  locate(id: string): Promise<void> {
    return this.rows.locate(id);
  }

  /** What the page sees. */
  private get rows(): PanelSession {
    return this.end ?? this.whole;
  }

  private get all(): readonly PanelSession[] {
    return this.end ? [this.end, this.whole] : [this.whole];
  }

  private async read(): Promise<void> {
    const { end, rows } = this;
    await rows.look();
    if (this.closed) return;
    this.hasRows = true;
    // The page gets the last rows with the news that there are any, and need not ask for them.
    if (this.attached) rows.attach();
    if (!end) return;
    await sleep(HEAD_START);
    await this.whole.look();
    if (this.closed) return;
    this.end = undefined;
    end.close();
    if (this.attached) this.whole.attach(end.lastGeneration + 1);
    this.options.onWhole();
  }
}
