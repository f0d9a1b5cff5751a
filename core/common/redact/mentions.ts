import { startsToken } from './starts-token.ts';
import { SHORTEST_TOKEN, TOKEN_PREFIXES } from './token-rules.ts';
import { WordScan } from './word-scan.ts';

/** What a text mentions by which secrets are known: most texts nothing, and then no pattern has to be tried. */
export interface Mentions {
  /** Where a token may begin, in order; a text shorter than any token may have none. */
  readonly tokens: readonly number[];
  /**
   * Before this place there is no word without which no telling name can be (see `telling-name.ts`), but for the first
   * characters of one; -1 when there is none at all.
   */
  readonly tellingName: number;
  /** One of the forms of `known-forms.ts` may be in the text. */
  readonly knownForm: boolean;
  /** An address with a scheme is in the text. */
  readonly address: boolean;
}

const NAMES = ['pass', 'pwd', 'token', 'auth', 'secret', 'key', 'credential', 'cookie'];
const FORMS = ['authorization', 'bearer', 'cookie', 'curl', 'sshpass', 'mysql', 'mariadb', 'login', 'identified'];
const SCHEME_END = '://';

const TOKEN = 1;
const NAME = 2;
const FORM = 4;
const ADDRESS = 8;

/** Characters that are searched for each word by itself: about what a hook sees. */
const SEARCHED_ONE_BY_ONE = 256 * 1024;

/**
 * Looks for what texts mention. To prepare one scan for all words takes longer than all that a process as short as a
 * hook does; so words are searched one by one, until so much was searched that the scan pays.
 */
export class MentionSearch {
  private left: number;
  private scan: WordScan | undefined;

  /** `oneByOne`: how many characters are searched for each word by itself. */
  constructor(oneByOne: number = SEARCHED_ONE_BY_ONE) {
    this.left = oneByOne;
  }

  /** What the text mentions. */
  in(text: string): Mentions {
    if (this.scan) return scanned(this.scan, text);
    this.left -= text.length;
    if (this.left >= 0) return searched(text);
    this.scan = new WordScan()
      .add(TOKEN_PREFIXES, TOKEN)
      .add(NAMES, NAME, true)
      .add(FORMS, FORM, true)
      .add([SCHEME_END], ADDRESS);
    return scanned(this.scan, text);
  }

  /** Whether the name mentions a word without which it cannot be a telling one. */
  inName(name: string): boolean {
    if (this.scan) return scanned(this.scan, name).tellingName >= 0;
    const lowerCase = name.toLowerCase();
    return NAMES.some((word) => lowerCase.includes(word));
  }
}

const SEARCH = new MentionSearch();

/** Whether a name may be a telling one. */
export function mayTell(name: string): boolean {
  return SEARCH.inName(name);
}

/** What the text mentions. */
export function mentionsIn(text: string): Mentions {
  return SEARCH.in(text);
}

function searched(text: string): Mentions {
  const lowerCase = text.toLowerCase();
  const mentions = (word: string): boolean => lowerCase.includes(word);
  // Lower case may be longer, so places in it tell nothing.
  const tellingName = NAMES.some(mentions) ? 0 : -1;
  const tokens: number[] = [];
  // Most texts of a hook are short.
  for (const prefix of text.length < SHORTEST_TOKEN ? [] : TOKEN_PREFIXES) {
    for (let at = text.indexOf(prefix); at >= 0; at = text.indexOf(prefix, at + 1)) {
      if (startsToken(text, at)) tokens.push(at);
    }
  }
  return {
    tokens: inOrder(tokens),
    tellingName,
    knownForm: FORMS.some(mentions) || mayBeOption(text, tellingName),
    address: text.includes(SCHEME_END),
  };
}

const NOTHING: Mentions = { tokens: [], tellingName: -1, knownForm: false, address: false };

function scanned(scan: WordScan, text: string): Mentions {
  const tokens: number[] = [];
  let tellingName = -1;
  const present = scan.scan(text, (group, at) => {
    if (group !== TOKEN) {
      if (group === NAME) tellingName = at;
      return true;
    }
    if (!startsToken(text, at)) return false;
    tokens.push(at);
    return undefined;
  });
  if (present === 0) return NOTHING;
  return {
    tokens: inOrder(tokens),
    tellingName,
    knownForm: (present & FORM) !== 0 || mayBeOption(text, tellingName),
    address: (present & ADDRESS) !== 0,
  };
}

/** Of a command line: `--password`. */
function mayBeOption(text: string, tellingName: number): boolean {
  return tellingName >= 0 && text.includes('-');
}

/** Several prefixes may stand at one place. */
function inOrder(places: readonly number[]): readonly number[] {
  return places.length > 1 ? [...new Set(places)].sort((a, b) => a - b) : places;
}
