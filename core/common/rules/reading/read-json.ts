import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { MAX_DEPTH, type Mistake, type PositionedValue, type ReadResult, type Span } from './positioned.ts';

/** Reads JSON; comments and trailing commas are fine. Never throws. */
export function readJson(source: string): ReadResult {
  const tooDeep = findTooDeep(source);
  if (tooDeep) return { mistakes: [tooDeep] };
  const errors: ParseError[] = [];
  const root = parseTree(source, errors, { allowTrailingComma: true, allowEmptyContent: true });
  if (errors.length > 0) return { mistakes: syntaxMistakes(source, errors) };
  if (!root) return { mistakes: [emptyMistake({ offset: 0, length: 0 })] };
  return { value: toPositioned(root) };
}

export function emptyMistake(span: Span): Mistake {
  return { span, message: 'the file is empty', hint: 'write [] when nothing is to be guarded' };
}

/** Nesting beyond the cap, found by the scanner alone: the parser is recursive. */
function findTooDeep(source: string): Mistake | undefined {
  const scanner = createScanner(source, true);
  let depth = 0;
  for (;;) {
    scanner.scan();
    const offset = scanner.getTokenOffset();
    // Not by the token's length: at the end, behind an open comment, it is 1.
    if (offset >= source.length) return undefined;
    const length = scanner.getTokenLength();
    const character = length === 1 ? source[offset] : undefined;
    if (character === '[' || character === '{') depth += 1;
    if (character === ']' || character === '}') depth -= 1;
    if (depth > MAX_DEPTH) return tooDeepMistake({ offset, length });
  }
}

export function tooDeepMistake(span: Span): Mistake {
  return {
    span,
    message: `nested more than ${MAX_DEPTH} levels deep`,
    hint: 'a rule file is a list of rules, or an object with a list called "rules"',
  };
}

function syntaxMistakes(source: string, errors: readonly ParseError[]): readonly Mistake[] {
  const end = source.trimEnd().length;
  return firstOfEachLine(source, errors).map(({ error, offset, length }) => {
    const [message, hint] = JSON_ERRORS[printParseErrorCode(error)] ?? OTHER_ERROR;
    return {
      span: { offset, length: Math.max(1, length) },
      message: `not JSON: ${message}`,
      hint: offset >= end ? `${hint}; the file ends here` : hint,
    };
  });
}

/** Errors come in the order of the text. Those behind the first of a line follow from it, as a rule. */
export function firstOfEachLine<T extends { readonly offset: number }>(
  source: string,
  errors: readonly T[],
): readonly T[] {
  const first: T[] = [];
  let lineEnd = -1;
  for (const error of errors) {
    if (error.offset <= lineEnd) continue;
    const toEnd = source.slice(error.offset).search(/[\r\n]/);
    lineEnd = toEnd < 0 ? Number.POSITIVE_INFINITY : error.offset + toEnd;
    first.push(error);
  }
  return first;
}

const OTHER_ERROR = ['this is not expected here', 'see the examples in docs/rules.md'] as const;

/** Message and hint by the parser's name for the error. */
const JSON_ERRORS: Readonly<Record<string, readonly [string, string]>> = {
  InvalidSymbol: ['unknown word or sign', 'text goes in double quotes; true, false and null do not'],
  InvalidNumberFormat: ['bad number', 'write a number such as 5 or 0.50'],
  PropertyNameExpected: ['a field name is missing', 'write "name": value, the name in double quotes'],
  ValueExpected: ['a value is missing', 'write a text in double quotes, a number, a list [...] or an object {...}'],
  ColonExpected: ['a colon is missing', 'write "name": value'],
  CommaExpected: ['a comma is missing', 'put a comma between two fields and between two rules'],
  CloseBraceExpected: ['a closing brace is missing', 'close the object with }'],
  CloseBracketExpected: ['a closing bracket is missing', 'close the list with ]'],
  EndOfFileExpected: ['there is more text after the end', 'a file holds one list or one object'],
  UnexpectedEndOfComment: ['a comment does not end', 'close the comment with */'],
  UnexpectedEndOfString: ['a text does not end', 'close it with a double quote on the same line'],
  UnexpectedEndOfNumber: ['bad number', 'write a number such as 5 or 0.50'],
  InvalidUnicode: ['bad \\u escape', 'write \\u and four hexadecimal digits'],
  InvalidEscapeCharacter: ['unknown escape in a text', 'write a backslash as \\\\ and a double quote as \\"'],
  InvalidCharacter: ['a control character in a text', 'write a tab as \\t and a line break as \\n'],
};

function toPositioned(node: Node): PositionedValue {
  const span = { offset: node.offset, length: node.length };
  if (node.type === 'array') return { kind: 'list', ...span, items: (node.children ?? []).map(toPositioned) };
  if (node.type !== 'object') return { kind: 'scalar', ...span, value: toScalar(node.value) };
  const entries = (node.children ?? []).flatMap(({ children }) => {
    const [key, value] = children ?? [];
    if (!key || !value) return [];
    return [{ key: { offset: key.offset, length: key.length, name: String(key.value) }, value: toPositioned(value) }];
  });
  return { kind: 'map', ...span, entries };
}

function toScalar(value: unknown): string | number | boolean | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
