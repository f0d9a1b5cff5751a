import { asArray, asBoolean, asNumber, asRecord, asString } from '../../core/common/json.ts';
import { decodeFilter } from '../../core/common/protocol/decode-panel.ts';
import type { RowFilter } from '../../core/common/protocol/panel.ts';

/** A row that is known by its place and checked by its id. */
export interface PlacedRow {
  readonly position: number;
  readonly id: string;
}

/** What a page leaves to the one that comes after it, so that it shows the same. */
export interface PageState {
  /** Session that places and openings belong to; empty when there was none. */
  readonly sessionId: string;
  readonly filter: RowFilter;
  readonly following: boolean;
  /** The row at the upper edge, and how many pixels of it are above. */
  readonly anchor: { readonly position: number; readonly pixels: number };
  readonly active: PlacedRow | null;
  readonly open: readonly (PlacedRow & { readonly height: number })[];
  /** Rows that had been seen when following ended. */
  readonly seen: number;
  /** Undefined until the user chose. */
  readonly headerOpen?: boolean;
  readonly kindsOpen?: boolean;
}

const VERSION = 1;
const FIRST: PageState['anchor'] = { position: 0, pixels: 0 };

export function encodePageState(state: PageState): unknown {
  return { version: VERSION, ...state };
}

/** Undefined when there is none, or when another version of the page left it. */
export function decodePageState(value: unknown): PageState | undefined {
  const record = asRecord(value);
  if (record?.version !== VERSION) return undefined;
  const anchor = asRecord(record.anchor);
  const headerOpen = asBoolean(record.headerOpen);
  const kindsOpen = asBoolean(record.kindsOpen);
  return {
    sessionId: asString(record.sessionId) ?? '',
    filter: decodeFilter(record.filter),
    following: asBoolean(record.following) ?? true,
    anchor: anchor ? { position: asNumber(anchor.position) ?? 0, pixels: asNumber(anchor.pixels) ?? 0 } : FIRST,
    active: decodePlaced(record.active)[0] ?? null,
    open: asArray(record.open).flatMap(decodeOpen),
    seen: asNumber(record.seen) ?? 0,
    ...(headerOpen === undefined ? {} : { headerOpen }),
    ...(kindsOpen === undefined ? {} : { kindsOpen }),
  };
}

function decodeOpen(value: unknown): PageState['open'] {
  const height = asNumber(asRecord(value)?.height);
  return height === undefined ? [] : decodePlaced(value).map((row) => ({ ...row, height }));
}

function decodePlaced(value: unknown): readonly PlacedRow[] {
  const record = asRecord(value);
  const position = asNumber(record?.position);
  const id = asString(record?.id);
  return position === undefined || id === undefined ? [] : [{ position, id }];
}
