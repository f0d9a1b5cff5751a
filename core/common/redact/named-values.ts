import { looksSecret, type ValueStyle } from './looks-secret.ts';
import { marker } from './marker.ts';
import { familyOf, TELLING_NAME } from './telling-name.ts';

const CLOSING = '\\\\{0,4}["\'`]?\\]?[ \\t]{0,8}';
/** `name: DB_PASSWORD`, then `value: ...` on the next line or as the next element: Kubernetes, XML. */
const VALUE_BESIDE = ',?\\s{1,40}\\\\{0,4}["\']?value\\\\{0,4}["\']?[ \\t]{0,4}[:=]|,\\\\{0,4}"value\\\\{0,4}":';

/** Source of a pattern: telling name, its closing quote, separator (group 3). What follows is the value. */
const NAMED = `${TELLING_NAME}(${CLOSING}(?:[:=]={0,2}>?|>|${VALUE_BESIDE})[ \\t]{0,8})`;

/** Values in quotes, sticky; group 1 is the value. A quote that is itself escaped stands in JSON inside JSON. */
const QUOTED: Readonly<Record<string, RegExp>> = {
  '"': /"((?:[^"\\\n]|\\[^\n])*)/y,
  "'": /'((?:[^'\\\n]|\\[^\n]|'')*)/y,
  '`': /`((?:[^`\\]|\\[\s\S])*)/y,
  '\\': /\\{1,7}["']((?:[^"'\\\n]|\\\\\\["']|\\(?!\\{0,6}["']))*)/y,
};
const ELEMENT = /([^<>\n]*)(?=<\/)/y;
/** Bare values, sticky. In shell and `.env` files, after `NAME=`, nearly anything may stand in one. */
const BARE_ENV = /(?:[^\s"'`\\]|\\(?![nrt"'`\\]))+/y;
const BARE = /(?:[^\s"'`\\,;&<>(){}[\]|]|\\(?![nrt"'`\\]))+/y;
/** A bare value is judged by its beginning, so that one long run is not read again at each name inside it. */
const BARE_HEAD = 64;

interface Value {
  readonly text: string;
  readonly at: number;
  readonly style: ValueStyle;
  readonly next: string;
  /** Set when `text` is only the beginning: finds the whole. */
  readonly whole: RegExp | undefined;
}

/** Before the word that makes a name a telling one there is no more of it than this: `encryption_key`. */
const LONGEST_BEGINNING = 32;

/**
 * Replaces values under telling names: `password=...`, `"token": "..."`, `SECRET_KEY: ...`, `<password>...`.
 * `firstName`: no word that makes a name a telling one stands before it.
 */
export function redactNamedValues(text: string, firstName: number): string {
  let out = '';
  let from = 0;
  const named = new RegExp(NAMED, 'gi');
  named.lastIndex = Math.max(0, firstName - LONGEST_BEGINNING);
  for (let found = named.exec(text); found !== null; found = named.exec(text)) {
    const family = familyOf(found);
    const name = found[1] ?? found[2] ?? found[0];
    const value = valueAt(text, found.index + found[0].length, found[3] ?? '', name === name.toUpperCase());
    if (!value || !looksSecret(family, value.text, value.style, value.next)) continue;
    out += text.slice(from, value.at) + marker(family);
    from = endOf(value, text);
    named.lastIndex = from;
  }
  return from === 0 ? text : out + text.slice(from);
}

function valueAt(text: string, at: number, separator: string, upperCase: boolean): Value | undefined {
  const element = separator.endsWith('>') && !separator.includes('=');
  const quoted = element ? ELEMENT : QUOTED[text.charAt(at)];
  return quoted ? quotedAt(quoted, text, at) : bareAt(text, at, separator === '=', upperCase);
}

function quotedAt(quoted: RegExp, text: string, at: number): Value | undefined {
  quoted.lastIndex = at;
  const match = quoted.exec(text);
  if (!match) return undefined;
  const end = at + match[0].length;
  const value = match[1] ?? '';
  return { text: value, at: end - value.length, style: 'quoted', next: text.charAt(end), whole: undefined };
}

function bareAt(text: string, at: number, tight: boolean, upperCase: boolean): Value {
  const whole = tight && upperCase ? BARE_ENV : BARE;
  whole.lastIndex = 0;
  const value = whole.exec(text.slice(at, at + BARE_HEAD))?.[0] ?? '';
  const style = tight ? (upperCase ? 'env' : 'tight') : 'spaced';
  return { text: value, at, style, next: value.length === BARE_HEAD ? 'x' : text.charAt(at + value.length), whole };
}

function endOf(value: Value, text: string): number {
  if (!value.whole) return value.at + value.text.length;
  value.whole.lastIndex = value.at;
  value.whole.test(text);
  return value.whole.lastIndex;
}
