/** Readers of untrusted JSON: each gives the value when it has the expected shape, else undefined. */

/** A JSON object of which nothing is known yet. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** Deeper than anything an agent does; walking deeper values, and writing them, would use up the stack. */
const DEEPEST = 200;
const TOO_DEEP = '[nested too deeply]';

/** The value of a JSON text; undefined when it is none. What nests deeper than 200 levels is replaced by a word. */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return mayNest(text, DEEPEST) ? cutAt(DEEPEST, value) : value;
}

/** Whether there are enough brackets for so many levels, those in strings counted too: most texts have far fewer. */
function mayNest(text: string, levels: number): boolean {
  // A level takes two characters at least.
  if (text.length <= 2 * levels) return false;
  let brackets = 0;
  for (const bracket of ['{', '['])
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      brackets += 1;
      if (brackets > levels) return true;
    }
  return false;
}

/** Changes the value itself, which nobody else has yet. */
function cutAt(levels: number, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return TOO_DEEP;
  // Names and indexes alike; a name can be `__proto__`, which JSON makes a property like any other.
  const record = value as Record<string, unknown>;
  for (const key in record) {
    const child = record[key];
    if (typeof child === 'object' && child !== null) {
      const cut = cutAt(levels - 1, child);
      if (cut !== child) record[key] = cut;
    }
  }
  return value;
}

/** Whether two values out of JSON would be written alike, names in the same order. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  // Most that differ do so in a value, and need no lists of their names.
  for (const name in a) if (!sameJson((a as JsonRecord)[name], (b as JsonRecord)[name])) return false;
  const names = Object.keys(a);
  const others = Object.keys(b);
  return names.length === others.length && names.every((name, at) => name === others[at]);
}

/** An object that is no array. */
export function asRecord(value: unknown): JsonRecord | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonRecord) : undefined;
}

/** An array; anything else is an empty one. */
export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The objects in an array; what else is in it is left out. */
export function recordsIn(value: unknown): readonly JsonRecord[] {
  return asArray(value).filter((element): element is JsonRecord => asRecord(element) !== undefined);
}

export function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Finite numbers only: NaN and infinities cannot come out of JSON, but they can out of arithmetic on it. */
export function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** More than anything counted here can be, and few enough that sums and products of such counts stay exact or finite. */
const MOST = 1e12;

/** A count: a whole number, zero or more, a trillion at most; anything else is 0. */
export function asCount(value: unknown): number {
  const number = asNumber(value);
  return number !== undefined && number > 0 ? Math.min(MOST, Math.floor(number)) : 0;
}

/** The last second that a `Date` can name. */
const LAST_SECOND = 8.64e12;

/** Unix seconds, fractional, that a `Date` can name: with any others, writing a time down throws. */
export function asTime(value: unknown): number | undefined {
  const seconds = asNumber(value);
  return seconds !== undefined && Math.abs(seconds) <= LAST_SECOND ? seconds : undefined;
}

export function asBoolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/** Escapes of the first of each 1024 units with the same lowest bits: texts use few. */
const ESCAPES: { unit: string; written: string }[] = [];

/** JSON in pure ASCII, for files that others may read with any encoding. */
export function asciiJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(/[\u007f-\uffff]/g, escapeOf);
}

function escapeOf(unit: string): string {
  const place = unit.charCodeAt(0) & 0x3ff;
  const known = ESCAPES[place];
  if (known?.unit === unit) return known.written;
  const written = `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  ESCAPES[place] = { unit, written };
  return written;
}

/** JSON for people's eyes: what is invisible, moves a cursor or reorders text is written by its number. */
export function visibleJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu,
    (character) =>
      [...Array(character.length).keys()]
        .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
        .join(''),
  );
}
