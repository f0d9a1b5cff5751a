/** Events that count the same without their long texts. */
const TYPES: ReadonlySet<string> = new Set(['tool_result', 'error', 'user_prompt', 'assistant_response']);
/** Up to the long text of such an event, as we or agent-strace write it. */
const BEFORE_TEXT =
  /^\{"event_type": ?"(?:tool_result|error|user_prompt|assistant_response)".*?"(?:result|error|text|prompt|response)": ?"/;
/** Where the text has to begin. */
const HEAD_BYTES = 512;
/** To look for the end of a shorter text takes longer than to read it. */
const LONG = 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const utf8 = new TextDecoder('utf-8', { fatal: false });

/** Whether an event of this type says the same to whoever counts, with its long text or without. */
export function countsWithoutText(type: string): boolean {
  return TYPES.has(type);
}

/**
 * The JSON of an event with an empty text in the place of its long one; undefined where there is none such. Of the text
 * only the end is looked for: what else in it might not be JSON goes unseen, and all around it is for the parser to judge.
 */
export function passOverText(bytes: Uint8Array): string | undefined {
  if (bytes.length < LONG) return undefined;
  const head = utf8.decode(bytes.subarray(0, HEAD_BYTES));
  const before = BEFORE_TEXT.exec(head)?.[0];
  // Beyond ASCII a character is not a byte.
  if (before === undefined || head.length !== HEAD_BYTES) return undefined;
  const end = endOfString(bytes, before.length);
  return end < 0 ? undefined : before + utf8.decode(bytes.subarray(end));
}

/** Index of the quote that ends the string which `start` is in; -1 when there is none. */
function endOfString(bytes: Uint8Array, start: number): number {
  for (let at = bytes.indexOf(QUOTE, start); at >= 0; at = bytes.indexOf(QUOTE, at + 1)) {
    let escapes = at;
    while (escapes > start && bytes[escapes - 1] === BACKSLASH) escapes -= 1;
    if ((at - escapes) % 2 === 0) return at;
  }
  return -1;
}
