import { GLOB_VARIABLES, LIMIT_VARIABLES } from '../reading/condition.ts';
import { isGlobVariable, isLimitVariable } from '../reading/condition-text.ts';
import { operatorMarkdown, variableMarkdown } from './language-markdown.ts';
import { type OpenCondition, openCondition } from './open-condition.ts';
import { literal, placeholder, type RuleCompletion } from './rule-completion.ts';

/** Offers for the cursor within a `condition`, of JSON or YAML; undefined when it is not in one. */
export function completeCondition(line: string, column: number): readonly RuleCompletion[] | undefined {
  const condition = openCondition('condition', line, column);
  if (!condition) return undefined;
  const { quote, before, after } = condition;
  const typed = quote === '"' ? before.replace(/\\(.)/g, '$1') : before;
  const restOfWord = /^\w*/.exec(after)?.[0].length ?? 0;
  const isLast = after.slice(restOfWord).trim() === '';
  const replacing = (word: string) => ({ from: column - word.length, to: column + restOfWord });

  const name = /^\s*(\w*)$/.exec(typed)?.[1];
  if (name !== undefined) return variables(quote, isLast).map((offer) => ({ ...offer, ...replacing(name) }));

  const [, variable = '', word] = /^\s*(\w+)\s+([\w>]*)$/.exec(typed) ?? [];
  if (word !== undefined && word !== '>')
    return operators(variable, quote, isLast).map((offer) => ({ ...offer, ...replacing(word) }));

  const operand = /^\s*(\w+)\s*(>|matches)\s*(["']?)([^"']*)$/.exec(typed);
  if (!operand) return [];
  const [, compared = '', operator = '', openQuote = '', start = ''] = operand;
  // What stands in quotes ends with the closing one, which an editor may have put there already.
  const closing = openQuote === '' || /^[^"']*["']/.test(after) ? '' : inQuotes(quote, openQuote);
  const to = column + (/^[^"'\\,}\s]*/.exec(after)?.[0].length ?? 0);
  return operands(compared, operator, quote, openQuote !== '').map((offer) => ({
    ...offer,
    snippet: offer.snippet + (closing && literal(closing)),
    from: column - start.length,
    to,
  }));
}

type Offer = Omit<RuleCompletion, 'from' | 'to'>;

function variables(quote: OpenCondition['quote'], isLast: boolean): readonly Offer[] {
  const offer = (name: string, rest: string): Offer => ({
    label: name,
    kind: 'variable',
    documentation: variableMarkdown(name) ?? '',
    snippet: isLast ? `${name} ${rest}` : name,
    goesOn: false,
  });
  return [
    ...Object.entries(LIMIT_VARIABLES).map(([name, { examples }]) => offer(name, `> ${placeholder(1, examples[0])}`)),
    ...Object.entries(GLOB_VARIABLES).map(([name, { examples }]) =>
      offer(name, `matches ${quoted(quote, placeholder(1, examples[0]))}`),
    ),
  ];
}

function operators(variable: string, quote: OpenCondition['quote'], isLast: boolean): readonly Offer[] {
  const offer = (label: '>' | 'matches', rest: string): readonly Offer[] => [
    {
      label,
      kind: 'operator',
      documentation: operatorMarkdown(label),
      snippet: isLast ? `${label} ${rest}` : label,
      goesOn: false,
    },
  ];
  if (isLimitVariable(variable)) return offer('>', placeholder(1, LIMIT_VARIABLES[variable].examples[0]));
  if (!isGlobVariable(variable)) return [];
  return offer('matches', quoted(quote, placeholder(1, GLOB_VARIABLES[variable].examples[0])));
}

function operands(
  variable: string,
  operator: string,
  quote: OpenCondition['quote'],
  isQuoted: boolean,
): readonly Offer[] {
  const offer = (label: string, snippet: string): Offer => ({
    label,
    kind: 'value',
    documentation: variableMarkdown(variable) ?? '',
    snippet,
    goesOn: false,
  });
  if (operator === '>')
    return isLimitVariable(variable) && !isQuoted
      ? LIMIT_VARIABLES[variable].examples.map((example) => offer(example, example))
      : [];
  if (!isGlobVariable(variable)) return [];
  return GLOB_VARIABLES[variable].examples.map((example) =>
    offer(example, isQuoted ? literal(example) : quoted(quote, literal(example))),
  );
}

/** A snippet in the quotes of a glob, as they are written within the quotes of the condition. */
function quoted(quote: OpenCondition['quote'], snippet: string): string {
  const sign = literal(inQuotes(quote, '"'));
  return `${sign}${snippet}${sign}`;
}

function inQuotes(quote: OpenCondition['quote'], sign: string): string {
  return quote === '"' && sign === '"' ? '\\"' : sign;
}
