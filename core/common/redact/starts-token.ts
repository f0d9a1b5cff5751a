/** Whether a token can begin at a place: not in the middle of a word. */
export function startsToken(text: string, at: number): boolean {
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
