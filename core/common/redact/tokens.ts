import { marker } from './marker.ts';
import { mentionsAny } from './mentions.ts';
import { TOKEN_RULES, type TokenRule } from './token-rules.ts';

const PREFIXES: readonly string[] = TOKEN_RULES.flatMap((rule) => rule.prefixes);
const SHORTEST_TOKEN = 15;
/** Up to this length, looking for each prefix by itself takes less time than to compile one search for all. */
const SEARCHED_ONE_BY_ONE = 4096;

/**
 * Replaces tokens known by how they begin. One scan finds the beginnings; only the rule of the one found is tried, there
 * and nowhere else, so that rules which are not needed are never compiled.
 */
export function redactTokens(text: string): string {
  if (text.length < SHORTEST_TOKEN || (text.length < SEARCHED_ONE_BY_ONE && !mentionsAny(text, PREFIXES))) return text;
  let out = '';
  let from = 0;
  const prefixes = searchForPrefixes();
  for (let found = prefixes.exec(text); found !== null; found = prefixes.exec(text)) {
    const rule = startsToken(text, found.index) ? ruleOf(found[0]) : undefined;
    const token = rule && matchAt(rule.regex, text, found.index);
    if (!rule || !token) {
      // A shorter prefix may begin inside the one that did not count.
      prefixes.lastIndex = found.index + 1;
      continue;
    }
    out += text.slice(from, found.index) + (token[1] ?? '') + marker(rule.name);
    from = found.index + token[0].length;
    prefixes.lastIndex = from;
  }
  return from === 0 ? text : out + text.slice(from);
}

/** Of prefixes that begin alike the first one counts; a dot is the only character in them that means something else. */
function searchForPrefixes(): RegExp {
  return new RegExp(PREFIXES.join('|').replaceAll('.', '\\.'), 'g');
}

function ruleOf(prefix: string): TokenRule | undefined {
  return TOKEN_RULES.find((rule) => rule.prefixes.includes(prefix));
}

function matchAt(sticky: RegExp, text: string, at: number): RegExpExecArray | null {
  sticky.lastIndex = at;
  return sticky.exec(text);
}

function startsToken(text: string, at: number): boolean {
  if (at === 0 || !isAlphanumeric(text.charCodeAt(at)) || !isAlphanumeric(text.charCodeAt(at - 1))) return true;
  return endsEscape(text, at);
}

function isAlphanumeric(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** A letter or digit may stand right before a token when it ends `\n`, `%3D`, `\x1b`, `\u0022` or a terminal colour. */
function endsEscape(text: string, at: number): boolean {
  const back = (steps: number): string => text.charAt(at - steps);
  return (
    back(2) === '\\' ||
    back(3) === '%' ||
    (back(4) === '\\' && back(3) === 'x') ||
    (back(6) === '\\' && back(5) === 'u') ||
    (back(1) === 'm' && /\[[0-9;]{0,12}m$/.test(text.slice(Math.max(0, at - 15), at)))
  );
}
