import type { RuleFormat } from '../reading/read-rules.ts';
import { choicesOf, FILE_FIELDS, OLDER_FIELDS, RULE_FIELDS, type RuleField } from '../reading/rule-fields.ts';
import { ACTIONS } from '../rule.ts';
import { completeCondition } from './complete-condition.ts';
import { completeWhen } from './complete-when.ts';
import { joinCondition } from './join-condition.ts';
import type { CompletionPlace, RuleCompletion } from './rule-completion.ts';

/**
 * Offers at a place of a rule file, which may be unfinished: within conditions and, in YAML, fields and actions, which in
 * JSON are its schema's to offer. Looks at the lines only, since what is being typed is no JSON or YAML yet.
 */
export function completeRules(place: CompletionPlace, format: RuleFormat): readonly RuleCompletion[] {
  const line = place.lines[place.line] ?? '';
  const inCondition = completeWhen(line, place.column) ?? completeCondition(line, place.column);
  if (inCondition) return inCondition;
  if (format === 'json') return [];
  const joined = joinCondition(place);
  const inJoined = joined && completeWhen(joined.line, joined.column);
  if (inJoined) return inJoined.map((offer) => moved(offer, place.column - joined.column));
  return completeChoice(line, place.column) ?? completeField(place);
}

function moved(offer: RuleCompletion, by: number): RuleCompletion {
  return { ...offer, from: offer.from + by, to: offer.to + by };
}

const ACTION_CHOICE = `|${ACTIONS.join(',')}|`;

const FIELD_SNIPPETS: Readonly<Record<RuleField, string>> = {
  when: 'when: ',
  condition: 'condition: ',
  threshold: 'threshold: ',
  glob: 'glob: ["$1"]',
  action: 'action: ',
  mode: 'mode: ',
  repeat: 'repeat: ',
  warn_at: 'warn_at: ',
  match: 'match: ["$1"]',
  no_match: 'no_match: ["$1"]',
  name: 'name: ',
  notify: 'notify: ',
};

function completeChoice(line: string, column: number): readonly RuleCompletion[] | undefined {
  const before = line.slice(0, column);
  const [, , field = '', word = ''] = /(?:^|[\s{,-])(["']?)(\w+)\1\s*:\s*["']?(\w*)$/.exec(before) ?? [];
  const choices = choicesOf(field);
  if (!choices) return undefined;
  const range = { from: column - word.length, to: column + wordLength(line.slice(column)) };
  return Object.entries(choices).map(([choice, documentation]) => ({
    label: choice,
    kind: 'value',
    documentation,
    snippet: choice,
    ...range,
    goesOn: false,
  }));
}

/** The beginning of a line: its indentation, and the sign of a list's item. */
const BEGINNING = /^(\s*)(-\s+)?/;

function completeField({ lines, line, column }: CompletionPlace): readonly RuleCompletion[] {
  const text = lines[line] ?? '';
  const typed = /^(\s*)(-\s+)?(\w*)$/.exec(text.slice(0, column));
  if (!typed || !/^\w*\s*$/.test(text.slice(column))) return [];
  const [, indent = '', dash = '', word = ''] = typed;
  const range = { from: column - word.length, to: column + wordLength(text.slice(column)) };
  const offer = (label: string, kind: 'field' | 'rule', documentation: string, snippet: string): RuleCompletion => ({
    label,
    kind,
    documentation,
    snippet,
    ...range,
    goesOn: snippet.endsWith(' '),
  });
  const present = fieldsBeside(lines, line, indent.length + dash.length, dash !== '');
  if (present)
    return (Object.keys(RULE_FIELDS) as RuleField[])
      .filter((field) => !present.includes(field) && !excludedBy(present, field))
      .map((field) => offer(field, 'field', RULE_FIELDS[field], FIELD_SNIPPETS[field]));
  const rule = `- when: $1\n  action: \${2${ACTION_CHOICE}}`;
  const offers = [offer('- when, action', 'rule', 'a rule', rule)];
  const isAlone = lines.every((each, index) => index === line || /^\s*(?:#.*)?$/.test(each));
  if (isAlone && indent === '')
    offers.unshift(offer('rules', 'rule', 'the list of rules', `rules:\n  ${rule.replace('\n', '\n  ')}`));
  const ofFile = indent === '' && dash === '' ? fieldsOfFile(lines, line) : [];
  return [...offers, ...ofFile.map((field) => offer(field, 'field', FILE_FIELDS[field], `${field}: `))];
}

type FileField = Exclude<keyof typeof FILE_FIELDS, 'rules'>;

/** What a file that is an object may say beside its rules, and does not say in another line; nothing where it is a list. */
function fieldsOfFile(lines: readonly string[], line: number): readonly FileField[] {
  const others = lines.filter((_, index) => index !== line);
  if (others.some((each) => each.startsWith('-') && !others.includes('rules:'))) return [];
  const { rules: _, ...fields } = FILE_FIELDS;
  return (Object.keys(fields) as FileField[]).filter((field) => !others.some((each) => each.startsWith(`${field}:`)));
}

/** A rule says in `when`, or in the older fields, what breaks it; not in both. */
function excludedBy(present: readonly string[], field: RuleField): boolean {
  if (field === 'when') return OLDER_FIELDS.some((each) => present.includes(each));
  return OLDER_FIELDS.includes(field) && present.includes('when');
}

/** Names of the fields in the other lines of the rule whose fields stand in this column; undefined when it is no rule. */
function fieldsBeside(
  lines: readonly string[],
  line: number,
  column: number,
  isFirst: boolean,
): readonly string[] | undefined {
  const names: string[] = [];
  let found = isFirst;
  for (let above = line - 1; above >= 0 && !found; above -= 1) {
    const [indent, start, name] = beginningOf(lines[above] ?? '');
    if (name === undefined || indent > column) continue;
    if (start !== column) return undefined;
    names.push(name);
    found = indent < start;
  }
  if (!found) return undefined;
  for (let below = line + 1; below < lines.length; below += 1) {
    const [indent, , name] = beginningOf(lines[below] ?? '');
    if (name === undefined || indent > column) continue;
    if (indent < column) break;
    names.push(name);
  }
  return names;
}

/** Column of the line's first sign, column behind the sign of an item, and the word there; no word in an empty line. */
function beginningOf(line: string): readonly [number, number, string | undefined] {
  const [all = '', indent = ''] = BEGINNING.exec(line) ?? [];
  const rest = line.slice(all.length);
  const isEmpty = rest === '' || rest.startsWith('#');
  return [indent.length, all.length, isEmpty ? undefined : (/^\w*/.exec(rest)?.[0] ?? '')];
}

function wordLength(text: string): number {
  return /^\w*/.exec(text)?.[0].length ?? 0;
}
