import { isPlaceholder } from './placeholder.ts';
import type { Family } from './telling-name.ts';

/**
 * How a value stands after its name: in quotes; bare after `NAME=` as in shells; bare after `name=`; bare after
 * `name: ` or `name = `.
 */
export type ValueStyle = 'quoted' | 'env' | 'tight' | 'spaced';

/** Letters and joints only: a label, a variable, a type. */
const WORDS = /^[A-Za-z_$@?-][A-Za-z_$@.:!?-]*$/;
const NAMES_A_SECRET = /pass|secret|token|key|cred|auth/i;
const PATH = /^(?:~?\/|\.{1,2}\/|[A-Za-z]:\\)/;
const NUMBER = /^(?:[\d.,_:]+|0x[\da-f]{1,8})$/i;

export function isWords(value: string): boolean {
  return WORDS.test(value);
}

export function isPath(value: string): boolean {
  return PATH.test(value);
}

export function isNumber(value: string): boolean {
  return NUMBER.test(value);
}

/**
 * Whether the value after a telling name is a secret, rather than code or prose about one. `next` is the character
 * after it, empty at the end of the text.
 */
export function looksSecret(family: Family, value: string, style: ValueStyle, next: string): boolean {
  if (value.length < 3 || isPlaceholder(value)) return false;
  const words = isWords(value);
  if (words && value.length < 64 && NAMES_A_SECRET.test(value) && !/[!@$]/.test(value)) return false;
  if (family !== 'password' && (isNumber(value) || isPath(value))) return false;
  // PWD=/work/directory
  if (family === 'password' && isPath(value) && !/\d.*[^\w/.-]/.test(value)) return false;
  if (style === 'quoted') return quotedLooksSecret(family, value, words, next);
  // A call, or an element of something.
  if (next === '(' || next === '[') return false;
  if (style === 'env') return family === 'password' || value.length >= 6;
  return style === 'tight'
    ? tightLooksSecret(family, value, words, next)
    : spacedLooksSecret(family, value, words, next);
}

function quotedLooksSecret(family: Family, value: string, words: boolean, next: string): boolean {
  // The quote was the closing one of text that ends in "password:".
  if ((next === '\n' || next === '') && /^\s*[,;)+\]]/.test(value)) return false;
  if (family === 'password') return true;
  if (/\s/.test(value)) return false;
  if (family === 'secret') return value.length >= 4 && !(words && value.length < 8);
  return value.length >= 8 && (!words || (value.length >= 32 && /[A-Z]/.test(value) && /[a-z]/.test(value)));
}

function tightLooksSecret(family: Family, value: string, words: boolean, next: string): boolean {
  if (family === 'password') return !words || (!value.includes('.') && next !== ',' && next !== ')');
  return value.length >= 8 && (/\d/.test(value) || (!words && value.length >= 16));
}

/** YAML and INI files are written so, but code and prose too. */
function spacedLooksSecret(family: Family, value: string, words: boolean, next: string): boolean {
  const digit = /\d/.test(value);
  if (family !== 'password') {
    return value.length >= 10 && digit && /[A-Za-z]/.test(value) && next !== '.' && !/^[a-z]\w*\.\w+$/i.test(value);
  }
  if (!words) return (next !== ';' && next !== ',') || (digit && !isNumber(value));
  const endsLine = next === '' || next === '\n' || next === '\r' || next === '\\';
  return endsLine && !/^[A-Z]|[.:]/.test(value);
}
