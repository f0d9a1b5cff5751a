/**
 * Cheap looks that come before the patterns. A pattern is compiled when it is first used, and in a process as short as
 * a hook that takes longer than all it does; most texts mention nothing of the kind. All take text in lower case.
 */
const STEMS = ['pass', 'pwd', 'token', 'auth', 'secret', 'key', 'credential', 'cookie'];

/** False when no telling name can be in the text (see `telling-name.ts`). */
export function mentionsTellingName(lowerCase: string): boolean {
  return mentionsAny(lowerCase, STEMS);
}

const FORMS = ['authorization', 'bearer', 'cookie', 'curl', 'sshpass', 'mysql', 'mariadb', 'login', 'identified'];

/** False when none of the forms of `known-forms.ts` can be in the text. */
export function mentionsKnownForm(lowerCase: string): boolean {
  return mentionsAny(lowerCase, FORMS) || (lowerCase.includes('-') && mentionsTellingName(lowerCase));
}

export function mentionsAny(text: string, words: readonly string[]): boolean {
  for (const word of words) if (text.includes(word)) return true;
  return false;
}
