import { describeBreach } from '../describe-breach.ts';
import { closestWord, didYouMean } from '../did-you-mean.ts';
import { CallTexts } from '../language/call-texts.ts';
import { type CompileContext, compileExpression } from '../language/compile-expression.ts';
import { type Expression, type Value, variablesOf } from '../language/expression.ts';
import { formatExpression } from '../language/format-expression.ts';
import { linearPattern } from '../language/linear-pattern.ts';
import { VARIABLE_INDEX, VARIABLE_NAMES, VARIABLES } from '../language/variables.ts';
import { type CheckContext, head, wrongType } from './check-fields.ts';
import { EXAMPLE_PATHS, type Example, exampleFacts, operationsOf, variableOfText, WINDOW_NAMES } from './example.ts';
import type { PositionedMap, PositionedValue } from './positioned.ts';
import { shorten } from './rule-issue.ts';

/** More do not make a rule clearer; and they are tried each time the file is read. */
const MAX_EXAMPLES = 20;
const MAX_TEXT_CHARACTERS = 500;
const KNOWN: readonly string[] = [...VARIABLE_NAMES, ...WINDOW_NAMES];

/** Tries the examples of a rule. `when`: its condition, undefined when that has a mistake. Mistakes go to the context. */
export function checkExamples(
  name: string,
  fields: ReadonlyMap<string, PositionedValue>,
  when: Expression | undefined,
  context: CheckContext,
): void {
  const ready: CompileContext = { texts: new CallTexts(EXAMPLE_PATHS), pattern: linearPattern };
  let holds: ReturnType<typeof compileExpression> | undefined;
  for (const field of ['match', 'no_match'] as const) {
    const given = fields.get(field);
    for (const value of given ? itemsOf(given, field, context) : []) {
      const example = readExample(value, when, context);
      if (!example || !when) continue;
      holds ??= compileExpression(when, ready);
      const facts = exampleFacts(example, ready.texts);
      const found = holds(facts);
      const who = `rule "${shorten(name, 60)}"`;
      const what = shorten(context.source.slice(value.offset, value.offset + value.length), 80);
      const mistake = (message: string, hint: string) => context.mistakes.push({ span: head(value), message, hint });
      if (field === 'match' && found !== true) {
        mistake(`${who} does not match its example ${what}`, whyNot(when, facts, ready));
      }
      if (field === 'no_match' && found === true) {
        const { message } = describeBreach({ when }, facts, ready);
        mistake(`${who} matches its example ${what} of what it leaves alone`, message);
      }
    }
  }
}

function itemsOf(value: PositionedValue, field: string, context: CheckContext): readonly PositionedValue[] {
  const items = value.kind === 'list' ? value.items : [value];
  const extra = items[MAX_EXAMPLES];
  if (extra) {
    const message = `more than ${MAX_EXAMPLES} examples in "${field}"`;
    context.mistakes.push({ span: head(extra), message, hint: 'keep those that tell what the rule is about' });
  }
  return items.slice(0, MAX_EXAMPLES);
}

/** Undefined when it has a mistake. */
function readExample(value: PositionedValue, when: Expression | undefined, context: CheckContext): Example | undefined {
  if (value.kind === 'map') return readMap(value, context);
  if (value.kind !== 'scalar' || typeof value.value !== 'string') {
    wrongType(context, value, 'an example', 'a text, or an object such as { "tool": "Bash", "command": "rm -rf /" }');
    return undefined;
  }
  if (!isShort(value.value, value, context) || !when) return undefined;
  const variable = variableOfText(when);
  if (variable) return { [variable]: value.value };
  const asked = variablesOf(when).join(', ') || 'no variable';
  const hint = `write an object with what the condition asks for: ${asked}`;
  context.mistakes.push({ span: value, message: 'it is not clear what this text is an example of', hint });
  return undefined;
}

function readMap(map: PositionedMap, context: CheckContext): Example | undefined {
  const before = context.mistakes.length;
  const example: Record<string, Value> = {};
  for (const { key, value } of map.entries) {
    const given = value.kind === 'scalar' ? value.value : null;
    const type = typeOf(key.name);
    if (type === undefined) {
      const hint = `${didYouMean(key.name, KNOWN)}Known: ${KNOWN.join(', ')}`;
      const message = `unknown variable "${shorten(key.name, 40)}"`;
      context.mistakes.push({ span: key, message, hint, replacement: closestWord(key.name, KNOWN) });
    } else if (Object.hasOwn(example, key.name)) {
      context.mistakes.push({ span: key, message: `"${key.name}" stands twice`, hint: 'leave one of the two out' });
    } else if (given === null || typeof given !== type.name) wrongType(context, value, `"${key.name}"`, type.right);
    else if (typeof given !== 'string' || isShort(given, value, context)) example[key.name] = given;
  }
  if (operationsOf(example).length > 1) {
    const hint = 'give one of command, url and file_path';
    context.mistakes.push({ span: head(map), message: 'an example is one call, and these are two', hint });
  }
  return context.mistakes.length > before ? undefined : example;
}

const TYPES = {
  string: { name: 'string', right: 'a text in quotes' },
  double: { name: 'number', right: 'a number' },
  bool: { name: 'boolean', right: 'true or false' },
} as const;

function typeOf(name: string): (typeof TYPES)[keyof typeof TYPES] | undefined {
  if (WINDOW_NAMES.some((each) => each === name)) return TYPES.double;
  const variable = VARIABLE_NAMES.find((each) => each === name);
  return variable && TYPES[VARIABLES[variable].type];
}

function isShort(text: string, value: PositionedValue, context: CheckContext): boolean {
  if (text.length <= MAX_TEXT_CHARACTERS) return true;
  const message = `an example of more than ${MAX_TEXT_CHARACTERS} characters`;
  context.mistakes.push({ span: head(value), message, hint: 'write a shorter one' });
  return false;
}

/** Which part of the condition does not hold, and what is not known there. */
function whyNot(when: Expression, facts: Parameters<ReturnType<typeof compileExpression>>[0], ready: CompileContext) {
  let part = when;
  while (part.op === 'and') {
    const next: Expression | undefined = part.args.find((arg) => compileExpression(arg, ready)(facts) !== true);
    if (!next) break;
    part = next;
  }
  const text = shorten(formatExpression(part), 120);
  if (compileExpression(part, ready)(facts) === false) return `${text} is false`;
  const unknown = variablesOf(part).filter((name) => facts.values[VARIABLE_INDEX[name]] === undefined);
  return unknown.length > 0
    ? `${text} is not known: the example does not say ${unknown.join(', ')}`
    : `${text} is not known`;
}
