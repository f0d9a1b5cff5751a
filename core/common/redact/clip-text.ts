/** UTF-16 units kept of one string. */
const STRING_LIMIT = 64 * 1024;
/** UTF-16 units kept of all strings of one event, and what each further string may still have. */
const EVENT_LIMIT = 1024 * 1024;
const LEAST = 256;

/** The text, or its beginning and its end with a note of how many bytes (UTF-8) were left out between them. */
export function clipText(text: string, limit: number = STRING_LIMIT): string {
  if (text.length <= limit) return text;
  const head = wholeCharacters(text, Math.ceil(limit / 2));
  const tail = wholeCharacters(text, text.length - Math.floor(limit / 2));
  return `${text.slice(0, head)}\n[... ${utf8Length(text, head, tail)} bytes left out ...]\n${text.slice(tail)}`;
}

/** Whether a recorded text is one that `clipText` cut, or looks like it. */
export function isClipped(text: string): boolean {
  return /\n\[\.\.\. \d+ bytes left out \.\.\.\]\n/.test(text);
}

/** Clips the strings of one event, in the order they come: each to its limit, all together to theirs. */
export function eventClipper(): (text: string) => string {
  let left = EVENT_LIMIT;
  return (text) => {
    const clipped = clipText(text, Math.min(STRING_LIMIT, Math.max(LEAST, left)));
    left -= clipped.length;
    return clipped;
  };
}

/** A position that does not stand between the halves of a surrogate pair. */
function wholeCharacters(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at + 1 : at;
}

function utf8Length(text: string, from: number, to: number): number {
  let bytes = 0;
  for (let at = from; at < to; at++) {
    const unit = text.charCodeAt(at);
    // Each half of a surrogate pair stands for two of its four bytes.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3;
  }
  return bytes;
}
