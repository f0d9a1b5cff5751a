import { matchesCommand } from '../matching/command-glob.ts';
import { samePart, splitAbsolute } from '../matching/file-path.ts';
import { matchWildcard } from '../matching/match-sequence.ts';
import { compilePathGlob, matchesPath } from '../matching/path-glob.ts';
import type { CompileContext, Evaluator } from './compile-expression.ts';
import type { Expression, Value } from './expression.ts';
import type { Facts } from './facts.ts';
import type { FunctionName } from './functions.ts';
import { hostOf } from './host-of.ts';
import { VARIABLE_INDEX } from './variables.ts';

/** `args` as they were written, `evaluators` the same made ready. */
export function compileCall(
  name: FunctionName,
  args: readonly Expression[],
  evaluators: readonly Evaluator[],
  context: CompileContext,
): Evaluator {
  const [first] = args;
  const text = textArgument(evaluators[0]);
  const second = textArgument(evaluators[1]);
  switch (name) {
    case 'glob':
      return glob(first, text, constantTexts(args.slice(1)), context);
    case 'within':
      return within(text, second, args[1], context);
    case 'matches': {
      const [pattern = ''] = constantTexts(args.slice(1));
      const test = context.pattern(pattern);
      return (facts) => onText(text(facts), test);
    }
    case 'hostOf':
      return (facts) => onText(text(facts), hostOf);
    case 'calls_last': {
      const seconds = constantNumber(first);
      return (facts) => facts.callsLast(seconds);
    }
    case 'cost_last': {
      const seconds = constantNumber(first);
      return (facts) => facts.costLast(seconds);
    }
    case 'startsWith':
      return onTexts(text, second, (a, b) => a.startsWith(b));
    case 'endsWith':
      return onTexts(text, second, (a, b) => a.endsWith(b));
    case 'contains':
      return onTexts(text, second, (a, b) => a.includes(b));
    case 'lowerAscii':
      return (facts) => onText(text(facts), lowerAscii);
    case 'size':
      return (facts) => onText(text(facts), countCharacters);
    default:
      return name satisfies never;
  }
}

type TextEvaluator = (facts: Facts) => string | undefined;

function textArgument(evaluate: Evaluator | undefined): TextEvaluator {
  if (!evaluate) return () => undefined;
  return (facts) => {
    const value = evaluate(facts);
    return typeof value === 'string' ? value : undefined;
  };
}

function onText(text: string | undefined, use: (text: string) => Value | undefined): Value | undefined {
  return text === undefined ? undefined : use(text);
}

function onTexts(a: TextEvaluator, b: TextEvaluator, use: (a: string, b: string) => boolean): Evaluator {
  return (facts) => {
    const left = a(facts);
    const right = left === undefined ? undefined : b(facts);
    return left === undefined || right === undefined ? undefined : use(left, right);
  };
}

/** How a glob is compared depends on what it is held against, see `FUNCTIONS.glob`. */
function glob(
  source: Expression | undefined,
  text: TextEvaluator,
  globs: readonly string[],
  { texts }: CompileContext,
): Evaluator {
  const variable = source?.op === 'variable' ? source.name : undefined;
  if (variable === 'command') {
    const mayMatch = literalFilter(globs);
    return (facts) =>
      onText(text(facts), (command) => {
        if (!mayMatch(command)) return false;
        const ready = texts.commandTexts(command);
        return globs.some((each) => matchesCommand(each, ready));
      });
  }
  if (variable === 'file_path' || variable === 'path') {
    const compiled = globs.map((each) => compilePathGlob(each, texts.options));
    return (facts) =>
      onText(text(facts), (path) => {
        const filePath = texts.filePath(path, workspaceOf(facts));
        return filePath !== undefined && compiled.some((each) => matchesPath(each, filePath));
      });
  }
  return (facts) => onText(text(facts), (value) => globs.some((each) => matchWildcard(each, value)));
}

/**
 * Tells cheaply that no glob can match a command line. What is compared are pieces of the line with their white space
 * made even, and without their quotes and escapes: a line that has none of those must hold each word of the glob.
 */
function literalFilter(globs: readonly string[]): (command: string) => boolean {
  const words = globs.map((each) => longest(each.split(/[\s*?]+/)));
  return (command) => /["'`\\$]/.test(command) || words.some((word) => command.includes(word));
}

function longest(words: readonly string[]): string {
  return words.reduce((best, word) => (word.length > best.length ? word : best), '');
}

function within(
  path: TextEvaluator,
  folder: TextEvaluator,
  folderSource: Expression | undefined,
  { texts }: CompileContext,
): Evaluator {
  const { home, nocase } = texts.options;
  const [constant] = folderSource ? constantTexts([folderSource]) : [];
  const constantFolder = constant === undefined ? undefined : splitAbsolute(constant, home);
  return (facts) => {
    const given = path(facts);
    const directory = given === undefined ? undefined : folder(facts);
    if (given === undefined || directory === undefined) return undefined;
    const workspace = workspaceOf(facts);
    const inner = texts.filePath(given, workspace)?.absolute;
    const outer =
      constantFolder ??
      texts.absolute(directory) ??
      (workspace === undefined ? undefined : splitAbsolute(`${workspace}/${directory}`, home));
    if (!inner || !outer) return undefined;
    return inner.length >= outer.length && outer.every((part, index) => samePart(part, inner[index] ?? '', nocase));
  };
}

function workspaceOf(facts: Facts): string | undefined {
  const workspace = facts.values[VARIABLE_INDEX.workspace];
  return typeof workspace === 'string' ? workspace : undefined;
}

function constantTexts(args: readonly Expression[]): readonly string[] {
  return args.flatMap((arg) => (arg.op === 'constant' && typeof arg.value === 'string' ? [arg.value] : []));
}

function constantNumber(expression: Expression | undefined): number {
  return expression?.op === 'constant' && typeof expression.value === 'number' ? expression.value : 0;
}

/** Code points. */
function countCharacters(text: string): number {
  let count = text.length;
  for (let index = 1; index < text.length; index += 1) {
    if (isHigh(text.charCodeAt(index - 1)) && (text.charCodeAt(index) & 0xfc00) === 0xdc00) count -= 1;
  }
  return count;
}

function isHigh(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
