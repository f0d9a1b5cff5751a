import { isFunction } from '../language/functions.ts';
import { VARIABLE_NAMES } from '../language/variables.ts';
import { isGlobVariable, isLimitVariable } from '../reading/condition-text.ts';
import type { PositionedEntry, PositionedMap, PositionedValue, Span } from '../reading/positioned.ts';
import { readJson } from '../reading/read-json.ts';
import type { RuleFormat } from '../reading/read-rules.ts';
import { readYaml } from '../reading/read-yaml.ts';
import { choicesOf, FILE_FIELDS, RULE_FIELDS } from '../reading/rule-fields.ts';
import { functionMarkdown, operatorMarkdown, variableMarkdown, whenVariableMarkdown } from './language-markdown.ts';
import { openText } from './open-text.ts';

/** What is said of a stretch of the text. */
export interface RuleHover extends Span {
  readonly markdown: string;
}

/**
 * Explains the word at `offset` of a rule file; undefined where there is nothing to explain, and while the text is not
 * JSON or YAML. Fields and actions of JSON are left to its schema. Never throws.
 */
export function ruleHover(source: string, format: RuleFormat, offset: number): RuleHover | undefined {
  const result = format === 'json' ? readJson(source) : readYaml(source);
  if (!('value' in result)) return undefined;
  const inRule = ruleEntryAt(result.value, offset);
  const entry = inRule ?? fileEntryAt(result.value, offset);
  if (!entry) return undefined;
  const { key, value } = entry;
  if (!inRule) return format === 'json' ? undefined : hoverInField(entry, offset, FILE_FIELDS);
  if (holds(value, offset) && value.kind === 'scalar' && key.name === 'condition')
    return hoverInCondition(source, value, offset);
  if (holds(value, offset) && value.kind === 'scalar' && key.name === 'when') return hoverInWhen(source, value, offset);
  if (format === 'json') return undefined;
  return hoverInField(entry, offset, RULE_FIELDS);
}

function hoverInField(
  { key, value }: PositionedEntry,
  offset: number,
  fields: Readonly<Record<string, string>>,
): RuleHover | undefined {
  const meaning = Object.hasOwn(fields, key.name) ? fields[key.name] : undefined;
  if (holds(key, offset)) return meaning === undefined ? undefined : { ...spanOf(key), markdown: meaning };
  const choices = choicesOf(key.name);
  if (!choices || !holds(value, offset) || value.kind !== 'scalar') return undefined;
  const word = String(value.value);
  return Object.hasOwn(choices, word) ? { ...spanOf(value), markdown: `\`${word}\`: ${choices[word]}` } : undefined;
}

/** The field of a file that is an object. */
function fileEntryAt(value: PositionedValue, offset: number): PositionedEntry | undefined {
  if (value.kind !== 'map') return undefined;
  return value.entries.find(({ key, value: of }) => holds(key, offset) || (of.kind === 'scalar' && holds(of, offset)));
}

/** The field of a rule that `offset` is in: of an object in a list. */
function ruleEntryAt(value: PositionedValue, offset: number): PositionedEntry | undefined {
  const list = value.kind === 'map' ? value.entries.find(({ key }) => key.name === 'rules')?.value : value;
  if (list?.kind !== 'list') return undefined;
  const rule = list.items.find((item): item is PositionedMap => item.kind === 'map' && holds(item, offset));
  return rule?.entries.find(({ key, value }) => holds(key, offset) || holds(value, offset));
}

function hoverInCondition(source: string, scalar: Span, offset: number): RuleHover | undefined {
  const text = source.slice(scalar.offset, scalar.offset + scalar.length);
  const words = [...text.matchAll(/\w+|>/g)].map((match) => ({
    word: match[0],
    offset: scalar.offset + match.index,
    length: match[0].length,
  }));
  const [variable, operator] = words;
  if (variable && holds(variable, offset)) {
    const markdown = variableMarkdown(variable.word);
    return markdown === undefined ? undefined : { ...spanOf(variable), markdown };
  }
  if (!variable || !operator || !holds(operator, offset)) return undefined;
  const expected = isLimitVariable(variable.word) ? '>' : isGlobVariable(variable.word) ? 'matches' : undefined;
  return expected === operator.word ? { ...spanOf(operator), markdown: operatorMarkdown(expected) } : undefined;
}

/** Of a word outside of quotes. */
function hoverInWhen(source: string, scalar: Span, offset: number): RuleHover | undefined {
  const text = source.slice(scalar.offset, scalar.offset + scalar.length);
  const word = [...text.matchAll(/\w+/g)]
    .map((match) => ({ word: match[0], offset: scalar.offset + match.index, length: match[0].length }))
    .find((each) => holds(each, offset));
  if (!word) return undefined;
  const quote = /^["']/.exec(text)?.[0] ?? '';
  const before = source.slice(scalar.offset + quote.length, word.offset);
  if (openText(quote === '"' ? before.replace(/\\(.)/g, '$1') : before)) return undefined;
  const name = VARIABLE_NAMES.find((each) => each === word.word);
  const isCalled = /^\s*\(/.test(source.slice(word.offset + word.length));
  const markdown = isCalled && isFunction(word.word) ? functionMarkdown(word.word) : name && whenVariableMarkdown(name);
  return markdown === undefined ? undefined : { ...spanOf(word), markdown };
}

function holds({ offset, length }: Span, at: number): boolean {
  return offset <= at && at < offset + length;
}

function spanOf({ offset, length }: Span): Span {
  return { offset, length };
}
