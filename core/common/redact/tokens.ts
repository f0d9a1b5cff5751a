import { marker } from './marker.ts';
import { SHORTEST_TOKEN, TOKEN_PREFIXES, TOKEN_RULES, type TokenRule } from './token-rules.ts';

/**
 * Replaces tokens known by how they begin. `places`: where one may begin, in order (see `mentionsIn`); only the rule of
 * the prefix that stands there is tried, there and nowhere else, so that rules which are not needed are never compiled.
 */
export function redactTokens(text: string, places: readonly number[]): string {
  if (text.length < SHORTEST_TOKEN) return text;
  let out = '';
  let from = 0;
  for (const at of places) {
    if (at < from) continue;
    const rule = ruleAt(text, at);
    const token = rule && matchAt(rule.regex, text, at);
    if (!rule || !token) continue;
    out += text.slice(from, at) + (token[1] ?? '') + marker(rule.name);
    from = at + token[0].length;
  }
  return from === 0 ? text : out + text.slice(from);
}

/** Of prefixes that begin alike the first one counts. */
function ruleAt(text: string, at: number): TokenRule | undefined {
  const prefix = TOKEN_PREFIXES.find((each) => text.startsWith(each, at));
  return prefix === undefined ? undefined : TOKEN_RULES.find((rule) => rule.prefixes.includes(prefix));
}

function matchAt(sticky: RegExp, text: string, at: number): RegExpExecArray | null {
  sticky.lastIndex = at;
  return sticky.exec(text);
}
