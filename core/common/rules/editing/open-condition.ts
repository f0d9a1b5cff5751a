/** The text of a condition in one line of a file, which may be unfinished. */
export interface OpenCondition {
  /** How it is quoted in the file; empty when it is not. */
  readonly quote: '' | '"' | "'";
  /** Its source before and behind the cursor. */
  readonly before: string;
  readonly after: string;
}

const KEYS = {
  condition: /(?:^|[\s{,[-])(["']?)condition\1\s*:\s*/g,
  when: /(?:^|[\s{,[-])(["']?)when\1\s*:\s*/g,
} as const;

/** The value of the field that the cursor is in, of JSON or YAML; undefined when it is in none. */
export function openCondition(field: keyof typeof KEYS, line: string, column: number): OpenCondition | undefined {
  const before = line.slice(0, column);
  const key = [...before.matchAll(KEYS[field])].at(-1);
  if (!key) return undefined;
  const value = before.slice(key.index + key[0].length);
  const rest = line.slice(column);
  if (value.startsWith('"')) {
    const text = value.slice(1);
    if (!/^(?:[^"\\]|\\.)*$/.test(text)) return undefined;
    return { quote: '"', before: text, after: /^(?:[^"\\]|\\.)*/.exec(rest)?.[0] ?? '' };
  }
  // JSON has double quotes only, also round the name of the field.
  if (key[1] === '"') return undefined;
  if (value.startsWith("'")) {
    const text = value.slice(1);
    return text.includes("'") ? undefined : { quote: "'", before: text, after: /^[^']*/.exec(rest)?.[0] ?? '' };
  }
  if (/^[[{|>&*!#]|\s#/.test(value) || (before.includes('{') && value.includes(','))) return undefined;
  return { quote: '', before: value, after: before.includes('{') ? (/^[^,}]*/.exec(rest)?.[0] ?? '') : rest };
}
