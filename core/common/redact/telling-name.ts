/** What a name says its value is; passwords are redacted on less evidence, tokens (a word of parsers too) on more. */
export type Family = 'password' | 'token' | 'secret';

/** Group 1 of a match is a password's name, group 2 a token's; otherwise it is a secret's. */
const PASSWORD = 'passw(?:or)?d|passphrase|passcode|pwd|(?<![A-Za-z])pass';
const TOKEN = 'token|(?<![A-Za-z])_?auth';
const KEY_OF =
  'api|access|private|encryption|signing|master|account|service[_-]role|webhook|app|auth|deploy|license|shared';
const SECRET = `secret(?:[_-]?(?:key|value))?|(?:${KEY_OF})[_-]?key|credentials?`;

/** Source of a pattern for the end of a telling name (`DB_PASSWORD2`, `apiKey`); has two groups, see `familyOf`. */
export const TELLING_NAME = `(?:(${PASSWORD})|(${TOKEN})|(?:${SECRET}))(?:[_-]?\\d{1,2}|[_-]?confirm(?:ation)?)?`;

const HEADER = /^(?:proxy-)?authorization$|^(?:set-)?cookie$|^x-[a-z-]{0,30}(?:key|token|secret|auth)$/i;

/** The family of a match of `TELLING_NAME`. */
export function familyOf(match: RegExpExecArray): Family {
  return match[1] !== undefined ? 'password' : match[2] !== undefined ? 'token' : 'secret';
}

/** The family of a whole name, `header` for HTTP headers that carry a login, undefined for names that tell nothing. */
export function familyOfName(name: string): Family | 'header' | undefined {
  const match = new RegExp(`${TELLING_NAME}$`, 'i').exec(name);
  if (match) return familyOf(match);
  return HEADER.test(name) ? 'header' : undefined;
}
