const HARMLESS = /^[\x20-\x7e]*$/;
/** Controls, formats, lone surrogates, line and paragraph separators, and everything meant to be invisible. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const LINE_BREAK = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g;
const EACH_UNSAFE = new RegExp(UNSAFE.source, 'gu');
/** Overrides, embeddings and isolates: they show a text in another order than it has. */
const REORDERING = /[\u202a-\u202e\u2066-\u2069]/;
/** More marks on one letter than any script needs; they are drawn over the lines around. */
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu;

/**
 * One line that can be shown in a terminal whatever the text holds: nothing in it moves the cursor, changes colours or
 * hides or reorders what follows. Line breaks become `⏎`, controls their pictures (`␛`), what reorders text and broken
 * characters become `�`; invisible characters are left out. Applied again it changes nothing.
 */
export function sanitize(text: string): string {
  if (HARMLESS.test(text)) return text;
  const safe = UNSAFE.test(text)
    ? text.replace(LINE_BREAK, '⏎').replaceAll('\t', ' ').replace(EACH_UNSAFE, replacement)
    : text;
  return safe.replace(PILED_MARKS, '$1');
}

/** `sanitize` for texts of several lines: their line breaks stay. */
export function sanitizeLines(text: string): string {
  return text.split('\n').map(sanitize).join('\n');
}

function replacement(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  const isC1 = code < 0xa0;
  const isLoneSurrogate = character.length === 1 && code >= 0xd800 && code <= 0xdfff;
  return isC1 || isLoneSurrogate || REORDERING.test(character) ? '\ufffd' : '';
}
