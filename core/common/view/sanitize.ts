const HARMLESS = /^[\x20-\x7e]*$/;
const LINE_BREAK = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g;
/** Overrides, embeddings and isolates: they show a text in another order than it has. */
const REORDERING = /[\u202a-\u202e\u2066-\u2069]/;

/**
 * One line that can be shown in a terminal whatever the text holds: nothing in it moves the cursor, changes colours or
 * hides or reorders what follows. Line breaks become `⏎`, controls their pictures (`␛`), what reorders text and broken
 * characters become `�`; invisible characters are left out. Applied again it changes nothing.
 */
export function sanitize(text: string): string {
  return HARMLESS.test(text) ? text : replaceUnsafe(text);
}

/** `sanitize` for texts of several lines: their line breaks stay. */
export function sanitizeLines(text: string): string {
  return text.split('\n').map(sanitize).join('\n');
}

/** Its expressions are made here, which takes every program half a millisecond, because many never need them. */
function replaceUnsafe(text: string): string {
  // Controls, formats, lone surrogates, line and paragraph separators, and everything meant to be invisible.
  const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
  const safe = unsafe.test(text)
    ? text.replace(LINE_BREAK, '⏎').replaceAll('\t', ' ').replace(unsafe, replacement)
    : text;
  // More marks on one letter than any script needs; they are drawn over the lines around.
  return safe.replace(/(\p{M}{4})\p{M}+/gu, '$1');
}

function replacement(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  const isC1 = code < 0xa0;
  const isLoneSurrogate = character.length === 1 && code >= 0xd800 && code <= 0xdfff;
  return isC1 || isLoneSurrogate || REORDERING.test(character) ? '\ufffd' : '';
}
