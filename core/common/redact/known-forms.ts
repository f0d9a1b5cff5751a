import { isNumber, isPath, isWords } from './looks-secret.ts';
import { marker } from './marker.ts';
import { isPlaceholder } from './placeholder.ts';

/** Secrets told by what stands around them. */
interface TextRule {
  readonly name: string;
  /** Group 1 is kept, group 2 is the secret. */
  readonly regex: RegExp;
  readonly accept: (found: Found) => boolean;
}

interface Found {
  readonly value: string;
  readonly before: string;
  /** The character after the value, empty at the end. */
  readonly next: string;
  readonly text: string;
  readonly at: number;
}

const isReal = ({ value }: Found): boolean => !isPlaceholder(value);

const URL_PASSWORD: TextRule = {
  name: 'url-password',
  regex: /(:\/\/[^\s:@/"'`<>\\?#]{0,100}:)([^\s"'`<>/\\]{1,256})(?=@[\w[.$%*-])/g,
  // A port before a query that holds an `@` is no password.
  accept: (found) => isReal(found) && !/^\d{1,5}[?#]/.test(found.value),
};

const TEXT_RULES: readonly TextRule[] = [
  {
    name: 'authorization',
    regex:
      /(\bauthorization\\{0,4}["'`]?\]?[ \t]{0,4}[:=][ \t]{0,4}\\{0,4}["'`]?(?:(?:Bearer|Basic|Token|Digest|ApiKey|Api-Key|Negotiate)[ \t]{1,4})?)([^\s"'`\\,;(){}<>]{8,})/gi,
    accept: (found) => isReal(found) && found.next !== '(' && isCredential(found),
  },
  {
    name: 'bearer-token',
    regex: /(\bBearer(?:[ \t]{1,4}|%20|\+))([A-Za-z0-9._~+/=-]{16,})/gi,
    accept: (found) => isReal(found) && /\d/.test(found.value),
  },
  {
    // --password hunter2; the form with "=" is a telling name.
    name: 'cli-secret',
    regex:
      /(\s--?(?:[a-z]{1,20}-){0,3}(?:password|passwd|passphrase|pass|secret|token|api-?key|access-key|secret-key|private-key)[ \t]{1,4}\\{0,4}["'`]?)([^\s"'`\\]{4,})/gi,
    accept: (found) => isReal(found) && isOptionValue(found),
  },
  {
    // curl -u user:password
    name: 'cli-login',
    regex: /(\s(?:-u|--user)[ =]?\\{0,4}["']?[^\s:"'\\]{1,100}:)([^\s"'\\]{2,})/g,
    accept: (found) => isReal(found) && found.text.slice(Math.max(0, found.at - 400), found.at).includes('curl'),
  },
  {
    // sshpass -p hunter2, mysql -phunter2
    name: 'cli-password',
    regex:
      /(\b(?:sshpass[ \t]+-p[ \t]?|(?:mysql|mariadb)[a-z]{0,10}(?:[ \t]{1,4}(?!-p)[^\s|;&]{1,80}){0,6}[ \t]{1,4}-p)["']?)([^\s"'\\]{3,})/g,
    accept: isReal,
  },
  {
    name: 'sql-password',
    regex: /(\bidentified[ \t]by[ \t]{1,4}\\{0,4}["'])([^"'\n\\]{1,200})/gi,
    accept: isReal,
  },
  {
    name: 'cookie',
    regex: /(\bcookie\\{0,4}["']?[ \t]{0,4}:[ \t]{0,4}\\{0,4}["']?)([^\s=;:"'\\]{1,80}=[^\n\r"'\\]{8,})/gi,
    accept: ({ value }) => /\d/.test(value),
  },
  {
    name: 'netrc-password',
    regex: /(\blogin[ \t]+\S{1,100}\s{1,20}password[ \t]+)(\S+)/g,
    accept: isReal,
  },
];

/** A word of each of TEXT_RULES: one look tells whether they are worth trying. */
const HINT =
  /authorization|bearer|\s--?[a-z-]{0,60}(?:pass|secret|token|key)|sshpass|mysql|mariadb|\bcurl\s|\blogin[ \t]|\bcookie|\bidentified[ \t]by/i;

/** Replaces passwords in addresses: `scheme://user:password@host`. */
export function redactUrlPasswords(text: string): string {
  return applyRule(text, URL_PASSWORD);
}

/** Replaces secrets in headers, cookies, command lines and SQL. */
export function redactKnownForms(text: string): string {
  return HINT.test(text) ? TEXT_RULES.reduce(applyRule, text) : text;
}

function applyRule(text: string, rule: TextRule): string {
  return text.replace(rule.regex, (whole: string, before: string, value: string, at: number) =>
    rule.accept({ value, before, next: text.charAt(at + whole.length), text, at }) ? before + marker(rule.name) : whole,
  );
}

function isCredential({ value, before }: Found): boolean {
  if (/\d/.test(value) || /basic[ \t]+$/i.test(before)) return true;
  return /[ \t]$/.test(before) && /[A-Z=]/.test(value) && !isWords(value);
}

function isOptionValue({ value, before }: Found): boolean {
  if (value.startsWith('-') || isPath(value) || isNumber(value)) return false;
  return !isWords(value) || (/pass\w*[ =]/.test(before) && value.length > 5);
}
