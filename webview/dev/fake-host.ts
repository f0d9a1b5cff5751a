import { decodePageMessage } from '../../core/common/protocol/decode-panel.ts';
import type {
  HostMessage,
  PageMessage,
  PanelHeader,
  PanelRow,
  RowDetail,
  RowFilter,
  SessionChoice,
} from '../../core/common/protocol/panel.ts';
import { madeUpHeader } from './made-up-header.ts';
import { isError, madeUpDetail, madeUpRow } from './made-up-rows.ts';

export interface FakeHostOptions {
  /** Things that happened before the page came. */
  readonly rows: number;
  /** Ids of calls that still run are those of the last so many. */
  readonly send: (message: HostMessage) => void;
}

/** As the editor's host tells them along. */
const [LAST_ROWS, FEW_ROWS] = [50, 20];

const SESSIONS: readonly SessionChoice[] = [
  { id: 'session-1', label: 'Claude Code 14:02', phase: 'active', cost: '$0.42' },
  { id: 'session-0', label: 'Claude Code 09:31', phase: 'completed', cost: '$1.87' },
];

/** Plays the host of the panel with a made-up session. What it is told by tests overrides what is made up. */
export class FakeHost {
  /** Everything the page has said, oldest first. */
  readonly heard: PageMessage[] = [];
  /** Rows by index, in place of the made-up ones. */
  readonly rows = new Map<number, PanelRow>();
  readonly details = new Map<string, RowDetail>();
  /** In place of the made-up facts. */
  header: Partial<PanelHeader> | null = {};
  sessions = SESSIONS;
  private readonly send: (message: HostMessage) => void;
  private count: number;
  private generation = 0;
  private filter: RowFilter = { kinds: [], text: '', errorsOnly: false };
  /** Indices of rows that pass the filter; undefined when all do. */
  private passing: number[] | undefined;

  constructor({ rows, send }: FakeHostOptions) {
    this.count = rows;
    this.send = send;
  }

  receive(data: unknown): void {
    const message = decodePageMessage(data);
    if (!message) return;
    this.heard.push(message);
    switch (message.type) {
      case 'ready':
        this.sendState();
        this.reset();
        return;
      case 'setFilter':
        this.filter = message.filter;
        this.reset();
        return;
      case 'getRows':
        if (message.generation === this.generation) this.sendRows(message.from, message.to);
        return;
      case 'getDetail': {
        const row = this.rowById(message.id);
        const detail = this.details.get(message.id) ?? (row && madeUpDetail(row));
        if (detail) this.send({ type: 'detail', detail });
        return;
      }
      case 'locate':
        this.reveal(message.id);
        return;
      default:
        return;
    }
  }

  get total(): number {
    return this.passing?.length ?? this.count;
  }

  /** So many more things happen. */
  play(more: number): void {
    const before = this.count;
    this.count += more;
    for (let index = before; this.passing && index < this.count; index++)
      if (this.passes(this.rowAt(index))) this.passing.push(index);
    this.send({
      type: 'grown',
      generation: this.generation,
      total: this.total,
      rows: more <= FEW_ROWS ? this.last(more) : [],
    });
    this.sendState();
  }

  /** A thing changes, as a call that has finished does. */
  change(index: number, changes: Partial<PanelRow>): void {
    this.rows.set(index, { ...this.rowAt(index), ...changes });
    const position = this.passing ? this.passing.indexOf(index) : index;
    if (position >= 0 && position < this.total) this.sendRows(position, position + 1);
    this.sendState();
  }

  setHeader(header: Partial<PanelHeader> | null): void {
    this.header = header === null ? null : { ...this.header, ...header };
    this.sendState();
  }

  reveal(id: string): void {
    const index = Number(id.replace('event-', ''));
    const position = this.passing ? this.passing.indexOf(index) : index;
    if (position >= 0) this.send({ type: 'reveal', generation: this.generation, position, id });
  }

  tell(text: string): void {
    this.send({ type: 'notice', text });
  }

  private sendState(): void {
    const running = [...this.rows.values()].filter(({ status }) => status === 'running');
    const header = this.header && { ...madeUpHeader(this.count, running), ...this.header };
    this.send({ type: 'state', header, sessions: this.header ? this.sessions : [] });
  }

  private reset(): void {
    this.generation++;
    const { kinds, text, errorsOnly } = this.filter;
    const isFiltered = kinds.length > 0 || text !== '' || errorsOnly;
    this.passing = isFiltered ? this.allPassing() : undefined;
    const rows = this.last(LAST_ROWS);
    this.send({ type: 'reset', generation: this.generation, total: this.total, filter: this.filter, rows });
  }

  private sendRows(from: number, to: number): void {
    this.send({ type: 'rows', generation: this.generation, from, rows: this.between(from, to) });
  }

  /** With a filter it is not known how many of the newest pass: none, then. */
  private last(count: number): readonly PanelRow[] {
    return this.passing ? [] : this.between(Math.max(0, this.total - count), this.total);
  }

  private between(from: number, to: number): readonly PanelRow[] {
    const rows: PanelRow[] = [];
    for (let position = from; position < Math.min(to, this.total); position++)
      rows.push(this.rowAt(this.passing?.[position] ?? position));
    return rows;
  }

  private rowAt(index: number): PanelRow {
    return this.rows.get(index) ?? madeUpRow(index);
  }

  private rowById(id: string): PanelRow | undefined {
    const changed = [...this.rows.values()].find((row) => row.id === id);
    const index = Number(id.replace('event-', ''));
    return changed ?? (Number.isInteger(index) ? this.rowAt(index) : undefined);
  }

  private allPassing(): number[] {
    return Array.from({ length: this.count }, (_, index) => index).filter((index) => this.passes(this.rowAt(index)));
  }

  private passes(row: PanelRow): boolean {
    const { kinds, text, errorsOnly } = this.filter;
    if (errorsOnly && !isError(row)) return false;
    if (kinds.length > 0 && !kinds.includes(row.kind)) return false;
    const wanted = text.toLowerCase();
    return [row.title, row.text, row.path ?? ''].some((part) => part.toLowerCase().includes(wanted));
  }
}
