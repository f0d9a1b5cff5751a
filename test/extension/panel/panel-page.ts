import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { genaiPriceBook } from '../../../core/common/cost/genai-price-book.ts';
import type { Alert } from '../../../core/common/protocol/alert.ts';
import type { HostMessage, PanelRow, RowFilter } from '../../../core/common/protocol/panel.ts';
import { encodeEvent, type TraceEvent } from '../../../core/common/trace/trace-event.ts';
import { NO_FILTER } from '../../../core/common/view/panel-filter.ts';
import { FollowedSession } from '../../../core/node/sessions/followed-session.ts';
import type { SessionEnd } from '../../../core/node/sessions/session-end.ts';
import { OpenTails } from '../../../core/node/tail/open-tails.ts';
import { PanelSession, type PanelSessionOptions } from '../../../extension/panel/panel-session.ts';
import { tempFolder } from '../../rig/temp-folder.ts';

/** A session in a store of its own, written to as recorders and watchers do. */
export class WrittenSession {
  readonly id = 'session';
  readonly store = tempFolder();
  readonly folder = join(this.store, this.id);
  readonly events = join(this.folder, 'events.ndjson');

  constructor() {
    mkdirSync(this.folder);
  }

  append(...events: readonly TraceEvent[]): void {
    appendFileSync(this.events, events.map(encodeEvent).join(''));
  }

  replace(...events: readonly TraceEvent[]): void {
    writeFileSync(this.events, events.map(encodeEvent).join(''));
  }

  alert(...alerts: readonly Alert[]): void {
    appendFileSync(join(this.store, 'alerts.ndjson'), alerts.map((alert) => `${JSON.stringify(alert)}\n`).join(''));
  }
}

/** The session as the extension's model follows it. */
export function followed({ store, id }: WrittenSession): FollowedSession {
  return new FollowedSession({
    sessionId: id,
    store,
    prices: genaiPriceBook(),
    onEvent: () => {},
    onIssue: () => {},
    openTails: new OpenTails(),
  });
}

/** A host's session and a page that keeps every row, as the page's own would in its window. */
export class PanelPage {
  readonly session: PanelSession;
  readonly messages: HostMessage[] = [];
  generation = 0;
  total = 0;
  filter: RowFilter = NO_FILTER;
  private rows: (PanelRow | undefined)[] = [];

  constructor(
    { store, id }: { readonly store: string; readonly id: string },
    filter: RowFilter = NO_FILTER,
    end?: SessionEnd,
    readAlong?: PanelSessionOptions['readAlong'],
  ) {
    this.session = new PanelSession({
      store,
      sessionId: id,
      prices: genaiPriceBook(),
      filter,
      end,
      readAlong,
      generation: 7,
      post: (message) => this.receive(message),
      onIssue: () => {},
    });
  }

  /** What the page shows once everything has been read and told. */
  async shown(): Promise<readonly PanelRow[]> {
    await this.session.settle();
    // Messages come with the next turn, or a moment later when there were some just before.
    for (let last = -1; last !== this.messages.length; ) {
      last = this.messages.length;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    // Rows it has got are not asked for again: that they changed has to be told.
    this.rows.forEach((row, position) => {
      if (!row) this.fetch(position, position + 1);
    });
    return this.rows.map((row) => row ?? missing());
  }

  fetch(from: number, to: number): void {
    for (let start = from; start < to; start += 100) {
      this.session.sendRows(this.generation, start, Math.min(to, start + 100));
    }
  }

  /** The rows that the page has already got, without asking for any. */
  get known(): readonly (PanelRow | undefined)[] {
    return this.rows;
  }

  types(): readonly HostMessage['type'][] {
    return this.messages.map(({ type }) => type);
  }

  private receive(message: HostMessage): void {
    this.messages.push(message);
    if (message.type === 'reset') {
      this.generation = message.generation;
      this.total = message.total;
      this.filter = message.filter;
      this.rows = new Array<PanelRow | undefined>(message.total).fill(undefined);
      this.put(message.total - message.rows.length, message.rows);
    }
    if (message.type === 'grown' && message.generation === this.generation) {
      for (; this.total < message.total; this.total++) this.rows.push(undefined);
      this.put(message.total - message.rows.length, message.rows);
    }
    if (message.type === 'rows' && message.generation === this.generation) {
      this.put(message.from, message.rows);
    }
  }

  private put(from: number, rows: readonly PanelRow[]): void {
    for (const [index, row] of rows.entries()) this.rows[from + index] = row;
  }
}

function missing(): never {
  throw new Error('the page lacks a row that it was told of');
}
