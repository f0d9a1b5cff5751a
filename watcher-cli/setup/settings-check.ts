import { type Node, type ParseError, parseTree, printParseErrorCode, visit } from 'jsonc-parser';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import type { HookShape } from './hook-settings.ts';
import { nodeAt } from './json-edit.ts';

/** What plain JSON does not know. Claude Code (2.1.197 and 2.1.329, tried) ignores such a settings file as a whole. */
export interface JsonExtension {
  readonly what: 'a comment' | 'a trailing comma';
  /** `file:line:column`, counted from 1. */
  readonly place: string;
}

/**
 * Checks that hooks can be read and edited in a settings file's text. Gives where its first comment or trailing comma
 * stands, if any. Throws AgentTraceError `bad-settings` with place, line and way out when the text is no JSON, or when its hooks do not
 * have the shape that the agent documents.
 */
export function checkSettings(file: string, text: string, shape: HookShape = 'grouped'): JsonExtension | undefined {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const first = errors.sort((a, b) => a.offset - b.offset)[0];
  if (first) throw badSettings(file, text, first.offset, describe(printParseErrorCode(first.error)));
  if (!root) throw badSettings(file, text, 0, 'a value is expected here');
  const issue = shapeIssue(root, shape);
  if (issue) throw badSettings(file, text, issue.node.offset, issue.message);
  return firstExtension(file, text);
}

interface ShapeIssue {
  readonly node: Node;
  readonly message: string;
}

function shapeIssue(root: Node, shape: HookShape): ShapeIssue | undefined {
  if (root.type !== 'object') return expected(root, 'the settings', 'an object');
  const hooks = nodeAt(root, ['hooks']);
  if (!hooks) return undefined;
  if (hooks.type !== 'object') return expected(hooks, '"hooks"', 'an object');
  for (const property of hooks.children ?? []) {
    const [key, groups] = property.children ?? [];
    if (!key || !groups) continue;
    const name = `"hooks.${String(key.value)}"`;
    if (groups.type !== 'array') return expected(groups, name, 'an array');
    for (const group of groups.children ?? []) {
      if (group.type !== 'object') return expected(group, `every item of ${name}`, 'an object');
      if (shape === 'flat') continue;
      const commands = nodeAt(group, ['hooks']);
      if (commands?.type !== 'array')
        return expected(commands ?? group, `every item of ${name}`, 'an object with an array "hooks"');
      const bad = commands.children?.find((command) => command.type !== 'object');
      if (bad) return expected(bad, `every hook of ${name}`, 'an object');
    }
  }
  return undefined;
}

function expected(node: Node, what: string, shape: string): ShapeIssue {
  return {
    node,
    message: `${what} must be ${shape}, this is ${node.type === 'null' ? 'null' : `of type ${node.type}`}`,
  };
}

function badSettings(file: string, text: string, offset: number, message: string): AgentTraceError {
  const before = text.slice(0, offset);
  const line = text.slice(before.lastIndexOf('\n') + 1).split(/\r?\n/, 1)[0] ?? '';
  const column = offset - before.lastIndexOf('\n') - 1;
  const from = Math.max(0, column - 60);
  const shown = line.slice(from, column + 40).replace(/\p{Cc}/gu, ' ');
  return new AgentTraceError(
    'bad-settings',
    `${placeOf(file, text, offset)}: ${message}\n  ${shown}\n  ${' '.repeat(column - from)}^\n` +
      'The file was left as it is. Correct it there and set up the hooks again.',
  );
}

function placeOf(file: string, text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `${file}:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
}

function firstExtension(file: string, text: string): JsonExtension | undefined {
  let found: JsonExtension | undefined;
  visit(
    text,
    {
      onComment: (offset) => {
        found ??= { what: 'a comment', place: placeOf(file, text, offset) };
      },
      onError: (_, offset) => {
        found ??= { what: 'a trailing comma', place: placeOf(file, text, offset) };
      },
    },
    { allowTrailingComma: false },
  );
  return found;
}

/** The parser's names of its errors, as sentences. */
function describe(code: string): string {
  switch (code) {
    case 'InvalidSymbol':
      return 'this is not JSON (a string lacks its quotes?)';
    case 'InvalidNumberFormat':
    case 'UnexpectedEndOfNumber':
      return 'this is not a number';
    case 'PropertyNameExpected':
      return 'a property name in double quotes is expected here';
    case 'ValueExpected':
      return 'a value is expected here';
    case 'ColonExpected':
      return 'a colon is expected here';
    case 'CommaExpected':
      return 'a comma is expected here';
    case 'CloseBraceExpected':
      return 'a closing brace } is missing here';
    case 'CloseBracketExpected':
      return 'a closing bracket ] is missing here';
    case 'EndOfFileExpected':
      return 'the file should end here';
    case 'UnexpectedEndOfComment':
      return 'this comment has no end';
    case 'UnexpectedEndOfString':
      return 'this string has no end';
    case 'InvalidUnicode':
    case 'InvalidEscapeCharacter':
      return 'this escape is not known in JSON';
    case 'InvalidCharacter':
      return 'a control character must be written as an escape';
    default:
      return 'this is not JSON';
  }
}
