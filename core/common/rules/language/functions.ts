/** What a rule may call. One table: the checker, completion and the docs read it. */
export interface FunctionDefinition {
  /** Signatures of CEL; `string.f(...)` is called on a text, `f(...)` by itself. */
  readonly signatures: readonly [string, ...string[]];
  /** Places of arguments that must be written out, because they are made ready before the first event. */
  readonly literal: readonly number[];
  /** Markdown. */
  readonly meaning: string;
  readonly example: string;
}

export const FUNCTIONS = {
  glob: {
    signatures: ['glob(string, string): bool', 'glob(string, list<string>): bool'],
    literal: [1],
    meaning:
      'whether a glob matches: `command` is compared as a command line with all commands in it, `file_path` and `path` as a path, any other text with plain `*` and `?`',
    example: 'glob(file_path, ["**/.env*", "secrets/"])',
  },
  within: {
    signatures: ['within(string, string): bool'],
    literal: [],
    meaning: 'whether a path lies in a directory, or is it; relative paths are relative to the workspace',
    example: 'within(path, "~/.ssh")',
  },
  matches: {
    signatures: ['string.matches(string): bool'],
    literal: [1],
    meaning: 'whether a regular expression (RE2 syntax) matches somewhere in a text',
    example: 'command.matches("curl .*\\\\| *sh")',
  },
  hostOf: {
    signatures: ['hostOf(string): string'],
    literal: [],
    meaning: 'host of an address, in lower case, without port; unknown for a text that is none',
    example: 'hostOf(url) == "example.com"',
  },
  calls_last: {
    signatures: ['calls_last(int): double'],
    literal: [0],
    meaning: 'tool calls made in the last so many seconds, at most a day',
    example: 'calls_last(60) > 100',
  },
  cost_last: {
    signatures: ['cost_last(int): double'],
    literal: [0],
    meaning: 'US dollars spent in the last so many seconds, at most a day',
    example: 'cost_last(3600) > 10',
  },
  startsWith: {
    signatures: ['string.startsWith(string): bool'],
    literal: [],
    meaning: 'whether a text begins with another',
    example: 'url.startsWith("http:")',
  },
  endsWith: {
    signatures: ['string.endsWith(string): bool'],
    literal: [],
    meaning: 'whether a text ends with another',
    example: 'host.endsWith(".internal")',
  },
  contains: {
    signatures: ['string.contains(string): bool'],
    literal: [],
    meaning: 'whether a text holds another',
    example: 'model.contains("opus")',
  },
  lowerAscii: {
    signatures: ['string.lowerAscii(): string'],
    literal: [],
    meaning: 'a text with its letters A to Z in lower case',
    example: 'command.lowerAscii().contains("drop table")',
  },
  size: {
    signatures: ['size(string): int', 'string.size(): int'],
    literal: [],
    meaning: 'how many characters a text has',
    example: 'size(command) > 2000',
  },
} as const satisfies Readonly<Record<string, FunctionDefinition>>;

export type FunctionName = keyof typeof FUNCTIONS;

export function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(FUNCTIONS, name);
}
