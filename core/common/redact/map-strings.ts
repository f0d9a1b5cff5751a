import { asRecord } from '../json.ts';

/** Deeper than any tool's arguments; what nests deeper is left out, so that a hostile payload cannot end the program. */
const MAX_DEPTH = 64;

/**
 * Copies a JSON value with each string replaced by what `change` makes of it. `key` is the name the string stands
 * under; strings of an array stand under the array's. Names are changed too, and a number is, as text, when its name
 * makes `change` replace it.
 */
export function mapStrings(
  value: unknown,
  change: (text: string, key: string) => string,
  key = '',
  depth = 0,
): unknown {
  if (typeof value === 'string') return change(value, key);
  if (typeof value === 'number') {
    const text = String(value);
    return change(text, key) === text ? value : change(text, key);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[nested too deeply]';
  if (Array.isArray(value)) return value.map((element) => mapStrings(element, change, key, depth + 1));
  const record = asRecord(value) ?? {};
  const changed: Record<string, unknown> = {};
  for (const name of Object.keys(record)) {
    setOwn(changed, change(name, ''), mapStrings(record[name], change, name, depth + 1));
  }
  return changed;
}

/** Assigning to this one name would not make a property of it. */
export function setOwn(record: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') record[name] = value;
  else Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
}
