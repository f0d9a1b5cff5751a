/** What ends the program, told apart by `code`; nobody matches on the text. Exit codes are documented in docs/cli.md. */
export class AgentTraceError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = 'AgentTraceError';
    this.code = code;
  }
}

export const EXIT_CODES = {
  internal: 1,
  usage: 2,
  'bad-rules': 3,
  'no-such-session': 4,
  refused: 5,
  'already-watched': 6,
  'bad-settings': 7,
  unauthorized: 8,
  'no-answer': 9,
  failed: 10,
} as const;

export type ErrorCode = keyof typeof EXIT_CODES;
