import { isAlias, isMap, isScalar, isSeq, Lexer, parseDocument, type YAMLError } from 'yaml';
import {
  MAX_DEPTH,
  type Mistake,
  type PositionedEntry,
  type PositionedValue,
  type ReadResult,
  type Span,
} from './positioned.ts';
import { emptyMistake, firstOfEachLine, tooDeepMistake } from './read-json.ts';

/** More are not worth building: the report is capped anyway. */
const MAX_ERRORS = 200;

/**
 * Reads YAML 1.2 (core schema), which includes JSON without comments. Aliases, tags and several documents in one file
 * are mistakes: none is needed for rules, and each can make a file mean something else than it seems to. Never throws.
 */
export function readYaml(source: string): ReadResult {
  try {
    if (hasTooManyTokens(source)) return { mistakes: [tooMuchMistake()] };
    // `uniqueKeys` compares every pair of keys; the checker finds duplicates in linear time.
    const document = parseDocument(source, { uniqueKeys: false, prettyErrors: false, schema: 'core', merge: false });
    const errors = [...document.errors, ...document.warnings];
    if (errors.length > 0) return { mistakes: syntaxMistakes(source, errors) };
    const mistakes: Mistake[] = [];
    const root = document.contents;
    if (root === null || (isScalar(root) && root.value === null && !root.source))
      return { mistakes: [emptyMistake({ offset: 0, length: 0 })] };
    const value = toPositioned(root, mistakes, 1);
    return mistakes.length > 0 ? { mistakes } : { value };
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown error';
    return { mistakes: [{ span: NOWHERE, message: `not YAML: ${reason}`, hint: 'see the examples in docs/rules.md' }] };
  }
}

/** A thousand rules with every field have 46,000. The lexer is quick; what follows it takes 2 s for so many at worst. */
const MAX_TOKENS = 75_000;

function hasTooManyTokens(source: string): boolean {
  let tokens = 0;
  for (const _ of new Lexer().lex(source)) {
    tokens += 1;
    if (tokens > MAX_TOKENS) return true;
  }
  return false;
}

function tooMuchMistake(): Mistake {
  return { span: NOWHERE, message: 'too much for a rule file', hint: 'use fewer rules and wider globs' };
}

const NOWHERE: Span = { offset: 0, length: 0 };

function syntaxMistakes(source: string, errors: readonly YAMLError[]): readonly Mistake[] {
  const placed = errors
    .slice(0, MAX_ERRORS)
    .map(({ code, message, pos: [offset, end] }) => ({ code, message, offset, length: Math.max(1, end - offset) }))
    .sort((a, b) => a.offset - b.offset);
  return firstOfEachLine(source, placed).map(({ code, message, offset, length }) => {
    const [first = ''] = message.split('\n');
    return {
      span: { offset, length },
      message: code === 'MULTIPLE_DOCS' ? 'a second document in the file' : `not YAML: ${first.slice(0, 200)}`,
      hint: YAML_HINTS[code] ?? 'put quotes round a text that holds : # or begins with a sign',
    };
  });
}

const YAML_HINTS: Partial<Record<YAMLError['code'], string>> = {
  BAD_ALIAS: 'put quotes round a text that begins with *',
  BAD_DQ_ESCAPE: 'write a backslash as \\\\ in double quotes, or use single quotes',
  BAD_INDENT: 'fields of one rule stand in one column',
  BLOCK_AS_IMPLICIT_KEY: 'fields of one rule stand in one column; put quotes round a text that holds ": "',
  MULTILINE_IMPLICIT_KEY: 'fields of one rule stand in one column',
  MISSING_CHAR: 'close every quote, bracket and brace',
  MULTIPLE_DOCS: 'one file holds one list of rules; remove the line ---',
  RESOURCE_EXHAUSTION: 'a rule file is a list of rules, or an object with a list called "rules"',
  TAB_AS_INDENT: 'indent with spaces',
  TAG_RESOLVE_FAILED: 'put quotes round a text that begins with !',
};

function toPositioned(node: unknown, mistakes: Mistake[], depth: number): PositionedValue {
  const span = spanOf(node);
  const nothing: PositionedValue = { kind: 'scalar', ...span, value: null };
  if (depth > MAX_DEPTH) {
    mistakes.push(tooDeepMistake(span));
    return nothing;
  }
  if (isAlias(node)) {
    const hint = `put quotes round a text that begins with *: "*${node.source}"`;
    mistakes.push({ span, message: 'an alias, which a rule file must not have', hint });
    return nothing;
  }
  if ((isScalar(node) || isMap(node) || isSeq(node)) && node.tag !== undefined) {
    const hint = 'leave the tag out; put quotes round a text that begins with !';
    mistakes.push({ span, message: `a tag (${node.tag}), which a rule file must not have`, hint });
    return nothing;
  }
  if (isSeq(node))
    return { kind: 'list', ...span, items: node.items.map((item) => toPositioned(item, mistakes, depth + 1)) };
  if (isMap(node)) return { kind: 'map', ...span, entries: toEntries(node.items, mistakes, depth) };
  if (!isScalar(node)) return nothing;
  const { value } = node;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? { kind: 'scalar', ...span, value }
    : nothing;
}

function toEntries(
  pairs: readonly { readonly key: unknown; readonly value: unknown }[],
  mistakes: Mistake[],
  depth: number,
): readonly PositionedEntry[] {
  return pairs.flatMap(({ key, value }) => {
    const named = toPositioned(key, mistakes, depth + 1);
    if (named.kind !== 'scalar' || typeof named.value !== 'string') {
      mistakes.push({ span: spanOf(key), message: 'a field name that is not a text', hint: 'write name: value' });
      return [];
    }
    const span = { offset: named.offset, length: named.length };
    // A name without a colon has no value node at all.
    const positioned: PositionedValue =
      value === null ? { kind: 'scalar', ...span, value: null } : toPositioned(value, mistakes, depth + 1);
    return [{ key: { ...span, name: named.value }, value: positioned }];
  });
}

function spanOf(node: unknown): Span {
  if (!isAlias(node) && !isScalar(node) && !isMap(node) && !isSeq(node)) return NOWHERE;
  const [offset, end] = node.range ?? [0, 0];
  return { offset, length: Math.max(1, end - offset) };
}
