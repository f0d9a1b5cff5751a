/** A text in quotes that a piece of CEL ends within. */
export interface OpenText {
  readonly quote: '"' | "'";
  /** What stands before its quote, and in it so far. */
  readonly before: string;
  readonly typed: string;
}

/** Undefined when the piece ends outside of quotes. */
export function openText(source: string): OpenText | undefined {
  let open: { quote: '"' | "'"; at: number; raw: boolean } | undefined;
  for (let at = 0; at < source.length; at += 1) {
    const sign = source[at];
    if (open) {
      if (sign === '\\' && !open.raw) at += 1;
      else if (sign === open.quote) open = undefined;
    } else if (sign === '"' || sign === "'") {
      open = { quote: sign, at, raw: /(?:^|\W)[rR]$/.test(source.slice(0, at)) };
    }
  }
  return open && { quote: open.quote, before: source.slice(0, open.at), typed: source.slice(open.at + 1) };
}
