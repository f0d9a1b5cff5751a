import type { StreamKind, StreamLine } from '../../core/common/view/stream-line.ts';
import { clipRow, type Row, span } from './row.ts';

const SYMBOLS: Readonly<Record<StreamKind, string>> = {
  session: '■',
  prompt: '>',
  response: '•',
  call: '→',
  result: '✓',
  request: '~',
  file: '=',
  error: '✗',
  note: '·',
  decision: '!',
  outcome: '!',
};

/** Columns from which there is room for the time and the session beside the text. */
const WITH_TIME = 50;
const WITH_SESSION = 26;

/** `14:03:07 0c7e91a2 → Bash npm test`; narrower terminals lose the time, then the session. */
export function streamRow(line: StreamLine, columns: number): Row {
  const symbol = line.kind === 'result' && line.tone === 'bad' ? SYMBOLS.error : SYMBOLS[line.kind];
  const time = columns >= WITH_TIME ? [span(`${clockTime(line.time)} `, 'quiet')] : [];
  const session = columns >= WITH_SESSION && line.session !== '' ? [span(`${line.session} `, 'quiet')] : [];
  const row = [...time, ...session, span(symbol, line.tone), span(' '), span(line.text, line.tone)];
  return clipRow(row, columns);
}

/** Time of day in the machine's time zone. `seconds` is Unix time. */
export function clockTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return '--:--:--';
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
