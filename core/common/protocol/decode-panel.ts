import { asArray, asBoolean, asCount, asNumber, asRecord, asString, type JsonRecord } from '../json.ts';
import { ACTIONS } from '../rules/rule.ts';
import { ASK_ANSWERS } from './control.ts';
import { decodePanelHeader, decodeSessionChoice } from './decode-panel-header.ts';
import {
  type HostMessage,
  MAX_ROWS_PER_REQUEST,
  type PageMessage,
  type PanelRow,
  ROW_KINDS,
  ROW_STATUSES,
  ROW_TEXT_CHARACTERS,
  type RowDetail,
  type RowFilter,
} from './panel.ts';

/** UTF-16 units; longer searches are cut. */
export const FILTER_TEXT_CHARACTERS = 500;

const ROW_ACTIONS = [...ACTIONS, 'resume'] as const;
const CONTROLS = ['pause', 'resume', 'kill'] as const;
const FORMATS = ['text', 'json', 'diff', 'command'] as const;

/** Stands where a row could not be read: positions count, so it cannot be left out. */
const UNREADABLE_ROW: PanelRow = { id: '', kind: 'error', at: 0, title: 'Unreadable row', text: '' };

/** What the host says to the page; undefined when it is none of its messages. */
export function decodeHostMessage(value: unknown): HostMessage | undefined {
  const record = asRecord(value);
  if (!record) return undefined;
  const generation = asCount(record.generation);
  switch (record.type) {
    case 'state':
      return {
        type: 'state',
        header: decodePanelHeader(record.header) ?? null,
        sessions: asArray(record.sessions).flatMap(decodeSessionChoice),
      };
    case 'reset':
      return {
        type: 'reset',
        generation,
        total: asCount(record.total),
        filter: decodeFilter(record.filter),
        rows: decodeRows(record.rows),
      };
    case 'grown':
      return { type: 'grown', generation, total: asCount(record.total), rows: decodeRows(record.rows) };
    case 'rows':
      return { type: 'rows', generation, from: asCount(record.from), rows: decodeRows(record.rows) };
    case 'detail': {
      const detail = decodeDetail(record.detail);
      return detail && { type: 'detail', detail };
    }
    case 'reveal': {
      const position = wholeNumber(record.position);
      const id = asString(record.id);
      return position === undefined || id === undefined ? undefined : { type: 'reveal', generation, position, id };
    }
    case 'notice': {
      const text = asString(record.text);
      return text === undefined || text === '' ? undefined : { type: 'notice', text };
    }
    default:
      return undefined;
  }
}

/** What the page says to its host; undefined when it is none of its messages. A page is believed nothing. */
export function decodePageMessage(value: unknown): PageMessage | undefined {
  const record = asRecord(value);
  if (!record) return undefined;
  switch (record.type) {
    case 'ready':
      return { type: 'ready', version: asCount(record.version) };
    case 'getRows': {
      const from = wholeNumber(record.from);
      const to = wholeNumber(record.to);
      if (from === undefined || to === undefined || to <= from) return undefined;
      const generation = asCount(record.generation);
      return { type: 'getRows', generation, from, to: Math.min(to, from + MAX_ROWS_PER_REQUEST) };
    }
    case 'setFilter':
      return { type: 'setFilter', filter: decodeFilter(record.filter) };
    case 'getDetail':
    case 'openFile':
    case 'copyLink':
    case 'locate':
    case 'selectSession': {
      const id = asString(record.id);
      return id === undefined || id === '' ? undefined : { type: record.type, id };
    }
    case 'control': {
      const action = oneOf(CONTROLS, record.action);
      return action && { type: 'control', action };
    }
    case 'answer': {
      const id = asString(record.id);
      const answer = oneOf(ASK_ANSWERS, record.answer);
      return id && answer ? { type: 'answer', id, answer } : undefined;
    }
    case 'setUpHooks':
      return { type: 'setUpHooks' };
    default:
      return undefined;
  }
}

/** A filter that lets everything through where there is none. */
export function decodeFilter(value: unknown): RowFilter {
  const record = asRecord(value);
  const kinds = new Set(asArray(record?.kinds));
  return {
    kinds: ROW_KINDS.filter((kind) => kinds.has(kind)),
    text: (asString(record?.text) ?? '').slice(0, FILTER_TEXT_CHARACTERS),
    errorsOnly: asBoolean(record?.errorsOnly) ?? false,
  };
}

function decodeRows(value: unknown): readonly PanelRow[] {
  return asArray(value).slice(0, MAX_ROWS_PER_REQUEST).map(decodeRow);
}

function decodeRow(value: unknown): PanelRow {
  const record = asRecord(value);
  const id = asString(record?.id);
  const kind = oneOf(ROW_KINDS, record?.kind);
  const at = asNumber(record?.at);
  if (!record || id === undefined || kind === undefined || at === undefined) return UNREADABLE_ROW;
  const durationMs = asNumber(record.durationMs);
  const line = wholeNumber(record.line);
  return {
    id,
    kind,
    at,
    title: rowText(record.title),
    text: rowText(record.text),
    ...optional('status', oneOf(ROW_STATUSES, record.status)),
    ...optional('durationMs', durationMs !== undefined && durationMs >= 0 ? durationMs : undefined),
    ...optional('path', asString(record.path)),
    ...optional('line', line !== undefined && line > 0 ? line : undefined),
    ...optional('action', oneOf(ROW_ACTIONS, record.action)),
    ...optional('asked', asString(record.asked)),
    ...optional('subagent', asString(record.subagent)),
  };
}

function decodeDetail(value: unknown): RowDetail | undefined {
  const record = asRecord(value);
  const id = asString(record?.id);
  if (!record || id === undefined) return undefined;
  const sections = asArray(record.sections).flatMap((item) => {
    const section: JsonRecord | undefined = asRecord(item);
    const text = asString(section?.text);
    if (!section || text === undefined) return [];
    const format = oneOf(FORMATS, section.format) ?? 'text';
    const omittedCharacters = asCount(section.omittedCharacters);
    return [{ title: asString(section.title) ?? '', format, text, omittedCharacters }];
  });
  return { id, sections, hasFile: asBoolean(record.hasFile) ?? false };
}

function rowText(value: unknown): string {
  return (asString(value) ?? '').slice(0, ROW_TEXT_CHARACTERS);
}

/** A whole number, zero or more. */
function wholeNumber(value: unknown): number | undefined {
  const number = asNumber(value);
  return number !== undefined && number >= 0 && Number.isSafeInteger(number) ? number : undefined;
}

function oneOf<T extends string>(names: readonly T[], value: unknown): T | undefined {
  return names.find((name) => name === value);
}

function optional<K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [key in K]: V });
}
