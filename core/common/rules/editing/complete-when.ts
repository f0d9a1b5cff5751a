import { FUNCTIONS, type FunctionName } from '../language/functions.ts';
import { VARIABLES, type VariableName } from '../language/variables.ts';
import { GLOB_VARIABLES } from '../reading/condition.ts';
import { AGENT_NAMES, TOOL_NAMES } from './known-words.ts';
import { functionMarkdown, whenVariableMarkdown } from './language-markdown.ts';
import { type OpenCondition, openCondition } from './open-condition.ts';
import { openText } from './open-text.ts';
import { literal, placeholder, type RuleCompletion } from './rule-completion.ts';

type Offer = Omit<RuleCompletion, 'from' | 'to'>;

/** Offers for the cursor within a `when`, of JSON or YAML; undefined when it is not in one. */
export function completeWhen(line: string, column: number): readonly RuleCompletion[] | undefined {
  const condition = openCondition('when', line, column);
  if (!condition) return undefined;
  const { quote, before, after } = condition;
  const typed = quote === '"' ? before.replace(/\\(.)/g, '$1') : before;
  const text = openText(typed);
  if (text) return textsFor(text.before).map((offer) => ({ ...offer, ...whole(text.typed, after, column) }));
  const word = /\w*$/.exec(typed)?.[0] ?? '';
  const restOfWord = /^\w*/.exec(after)?.[0].length ?? 0;
  const range = { from: column - word.length, to: column + restOfWord };
  const rest = after.slice(restOfWord);
  return offersAfter(typed.slice(0, typed.length - word.length), word, rest, quote).map((offer) => ({
    ...offer,
    ...range,
  }));
}

/** A text in quotes is replaced as a whole. */
function whole(typed: string, after: string, column: number): Pick<RuleCompletion, 'from' | 'to'> {
  return { from: column - typed.length, to: column + (/^[^"'\\\s]*(?=\\?["'])/.exec(after)?.[0].length ?? 0) };
}

/** What may stand in quotes there: tools, agents, globs. */
function textsFor(before: string): readonly Offer[] {
  const compared = /\b(tool|agent)\s*(?:[!=]=|in\s*\[[^\]]*)\s*$/.exec(before)?.[1];
  if (compared) {
    const names = compared === 'tool' ? TOOL_NAMES : AGENT_NAMES;
    return Object.entries(names).map(([name, meaning]) => value(name, meaning));
  }
  const globbed = /\bglob\s*\(\s*(file_path|path|command)\s*,\s*(?:\[[^\]]*)?$/.exec(before)?.[1];
  if (!globbed) return [];
  const { examples, meaning } = GLOB_VARIABLES[globbed === 'command' ? 'command' : 'file_path'];
  return examples.map((example) => value(example, meaning));
}

function value(label: string, documentation: string): Offer {
  return { label, kind: 'value', documentation, snippet: literal(label), goesOn: false };
}

function offersAfter(before: string, word: string, rest: string, quote: OpenCondition['quote']): readonly Offer[] {
  if (/\.\s*$/.test(before)) return methods(quote);
  if (before.trim() === '' || OPERATOR_AT_END.test(before))
    return [...variables(before.trim() === '' && rest.trim() === ''), ...functions(quote)];
  if (word !== '') return [];
  return operators(before);
}

/** Where an operand begins: behind an operator, a bracket, a comma, `in`. */
const OPERATOR_AT_END = /(?:[-=<>&|!(,[?:+*/%]|\bin)\s*$/;

/** `isAll`: nothing else stands in the condition, so a whole comparison is offered. */
function variables(isAll: boolean): readonly Offer[] {
  return (Object.keys(VARIABLES) as VariableName[]).map((name) => {
    const bound = isAll ? boundOf(name) : undefined;
    return {
      label: name,
      kind: 'variable',
      documentation: whenVariableMarkdown(name),
      snippet: bound === undefined ? name : `${name} > ${placeholder(1, bound)}`,
      goesOn: false,
    };
  });
}

/** The usual limit of a number. */
function boundOf(name: VariableName): string | undefined {
  const [, bound] = new RegExp(`^${name} > ([0-9.]+)$`).exec(VARIABLES[name].example) ?? [];
  return VARIABLES[name].type === 'double' ? bound : undefined;
}

/** Quotes of CEL that need no escape within those of the file. */
function quoted(quote: OpenCondition['quote'], snippet: string): string {
  const sign = quote === '"' ? "'" : '"';
  return `${sign}${snippet}${sign}`;
}

const CALLS: Readonly<Partial<Record<FunctionName, (quote: OpenCondition['quote']) => string>>> = {
  glob: (quote) => `glob(${placeholder(1, 'file_path')}, ${quoted(quote, placeholder(2, '**/.env*'))})`,
  within: () => `within(${placeholder(1, 'path')}, ${placeholder(2, 'workspace')})`,
  hostOf: () => `hostOf(${placeholder(1, 'url')})`,
  calls_last: () => `calls_last(${placeholder(1, '60')}) > ${placeholder(2, '100')}`,
  cost_last: () => `cost_last(${placeholder(1, '3600')}) > ${placeholder(2, '10')}`,
  size: () => `size(${placeholder(1, 'command')})`,
};

function functions(quote: OpenCondition['quote']): readonly Offer[] {
  return Object.entries(CALLS).map(([name, snippet]) => called(name as FunctionName, snippet(quote)));
}

function methods(quote: OpenCondition['quote']): readonly Offer[] {
  return (Object.keys(FUNCTIONS) as FunctionName[]).flatMap((name) => {
    const method = FUNCTIONS[name].signatures.find((signature) => signature.startsWith('string.'));
    if (!method) return [];
    return [called(name, /\(\)/.test(method) ? `${name}()` : `${name}(${quoted(quote, '$1')})`)];
  });
}

function called(name: FunctionName, snippet: string): Offer {
  return { label: name, kind: 'operator', documentation: functionMarkdown(name), snippet, goesOn: false };
}

const COMPARISONS = { double: ['>', '>=', '<', '<=', '=='], string: ['==', '!=', 'in'], bool: [] } as const;
const JOINS = [
  ['&&', 'both hold'],
  ['||', 'one of the two holds, or both'],
] as const;

/** What may follow a finished operand. */
function operators(before: string): readonly Offer[] {
  const name = /(?:^|[^\w.])(\w+)\s*$/.exec(before)?.[1];
  const type = name !== undefined && Object.hasOwn(VARIABLES, name) ? VARIABLES[name as VariableName].type : undefined;
  const isWindow = /\b(?:calls_last|cost_last|size)\(\w*\)\s*$/.test(before);
  const isCompared = /(?:[=<>]=?|!=|\bin)\s*[^&|()]*$/.test(before);
  const compared = isCompared ? [] : isWindow ? COMPARISONS.double : type ? COMPARISONS[type] : [];
  const joins = compared.length > 0 ? [] : JOINS;
  return [
    ...compared.map(
      (sign): Offer =>
        operator(sign, sign === 'in' ? 'one of a list' : 'compares', sign === 'in' ? 'in [$1]' : `${sign} `),
    ),
    ...joins.map(([sign, meaning]) => operator(sign, meaning, `${sign} `)),
  ];
}

function operator(label: string, documentation: string, snippet: string): Offer {
  return { label, kind: 'operator', documentation, snippet, goesOn: snippet.endsWith(' ') };
}
