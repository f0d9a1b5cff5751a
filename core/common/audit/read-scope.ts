import { checkCommandGlob } from '../rules/matching/command-glob.ts';
import { checkPathGlob, MAX_GLOB_CHARACTERS } from '../rules/matching/path-glob.ts';
import type { Problem } from '../rules/problem.ts';
import { type CheckContext, checkFields, head, wrongType } from '../rules/reading/check-fields.ts';
import type { Mistake, PositionedMap, PositionedValue, Span } from '../rules/reading/positioned.ts';
import { readJson } from '../rules/reading/read-json.ts';
import type { Checked } from '../rules/reading/read-rules.ts';
import { placeOf, shorten, toIssues } from '../rules/reading/rule-issue.ts';
import type { NetworkScope, Place, Scope, ScopeAllow, ScopeLists, ScopePattern } from './scope.ts';
import { scopeFieldsIn } from './scope.ts';

/** More patterns than this are no policy of people, and each is held against every call. */
const MAX_PATTERNS = 5000;

type CheckPattern = (text: string) => Problem | undefined;

/** Reads an `.agent-scope.json`: the scope, or every mistake with its place. Never throws. */
export function readScope(source: string): Checked<Scope> {
  const result = readJson(source);
  if ('mistakes' in result) return { issues: toIssues(source, result.mistakes.map(inWordsOfScopes)) };
  const context: CheckContext = { source, mistakes: [], globs: 0 };
  const scope = checkScope(result.value, context);
  return context.mistakes.length > 0 ? { issues: toIssues(source, context.mistakes) } : { value: scope };
}

/** The reader of JSON speaks of rule files where nothing stands in a text. */
function inWordsOfScopes(mistake: Mistake): Mistake {
  const isEmpty = mistake.message === 'the file is empty';
  return isEmpty ? { ...mistake, hint: 'write {} when everything is allowed' } : mistake;
}

function checkScope(root: PositionedValue, context: CheckContext): Scope {
  const fields = fieldsOf(root, undefined, context);
  const files = fieldsOf(fields.get('files'), 'files', context);
  return {
    read: checkLists(files.get('read'), 'files.read', checkPathGlob, context),
    write: checkLists(files.get('write'), 'files.write', checkPathGlob, context),
    commands: checkLists(fields.get('commands'), 'commands', checkCommandGlob, context),
    network: checkNetwork(fields.get('network'), context),
  };
}

const NOTHING: ReadonlyMap<string, PositionedValue> = new Map();
const ELSEWHERE: Readonly<Record<string, string>> = {
  read: 'write "files": { "read": { ... } }',
  write: 'write "files": { "write": { ... } }',
  allow: 'it belongs into "read", "write", "commands" or "network"',
  deny: 'it belongs into "read", "write", "commands" or "network"',
};

/** The known fields of the object that a field holds. */
function fieldsOf(
  value: PositionedValue | undefined,
  field: string | undefined,
  context: CheckContext,
): ReadonlyMap<string, PositionedValue> {
  if (!value) return NOTHING;
  const known = scopeFieldsIn(field);
  if (value.kind === 'map') return checkFields(value, known, context, misplaced(value, known));
  const what = field === undefined ? 'a policy file' : `"${field}"`;
  const example = field === undefined ? '"files": ..., "commands": ..., "network": ...' : `"${known.at(-2)}": ...`;
  wrongType(context, value, what, `an object: { ${example} }`);
  return NOTHING;
}

function misplaced(map: PositionedMap, known: readonly string[]): Readonly<Record<string, Omit<Mistake, 'span'>>> {
  const names = map.entries.map(({ key }) => key.name).filter((name) => !known.includes(name));
  return Object.fromEntries(
    names.flatMap((name) => {
      const hint = Object.hasOwn(ELSEWHERE, name) ? ELSEWHERE[name] : undefined;
      return hint === undefined ? [] : [[name, { message: `the field "${name}" does not belong here`, hint }]];
    }),
  );
}

function checkLists(
  value: PositionedValue | undefined,
  field: string,
  check: CheckPattern,
  context: CheckContext,
): ScopeLists {
  const fields = fieldsOf(value, field, context);
  return {
    allow: checkAllow(fields.get('allow'), `${field}.allow`, check, context),
    deny: checkPatterns(fields.get('deny'), `${field}.deny`, check, context),
  };
}

function checkNetwork(value: PositionedValue | undefined, context: CheckContext): NetworkScope {
  const fields = fieldsOf(value, 'network', context);
  const denyAll = fields.get('deny_all');
  const isBoolean = denyAll?.kind === 'scalar' && typeof denyAll.value === 'boolean';
  if (denyAll && !isBoolean) wrongType(context, denyAll, '"network.deny_all"', 'true or false');
  const deniesAll = isBoolean ? denyAll.value === true : undefined;
  const allow = checkAllow(fields.get('allow'), 'network.allow', checkHost, context);
  return {
    allow: deniesAll === false ? undefined : allow,
    deny: checkPatterns(fields.get('deny'), 'network.deny', checkHost, context),
    denyAll: deniesAll && denyAll ? place(context, denyAll) : undefined,
  };
}

/** An empty list allows everything, as it does for agent-strace; `network.deny_all` is what denies. */
function checkAllow(
  value: PositionedValue | undefined,
  field: string,
  check: CheckPattern,
  context: CheckContext,
): ScopeAllow | undefined {
  const patterns = checkPatterns(value, field, check, context);
  return value && patterns.length > 0 ? { patterns, ...place(context, value) } : undefined;
}

function checkPatterns(
  value: PositionedValue | undefined,
  field: string,
  check: CheckPattern,
  context: CheckContext,
): readonly ScopePattern[] {
  if (!value) return [];
  if (value.kind !== 'list') {
    wrongType(context, value, `"${field}"`, 'a list of texts: [ "..." ]');
    return [];
  }
  return value.items.flatMap((item, index): readonly ScopePattern[] => {
    if (item.kind !== 'scalar' || typeof item.value !== 'string') {
      wrongType(context, item, `an entry of "${field}"`, 'a text in quotes');
      return [];
    }
    const problem = check(item.value) ?? tooMany(context);
    if (problem) context.mistakes.push({ span: item, ...problem });
    return problem ? [] : [{ field: `${field}[${index}]`, text: item.value, ...place(context, item) }];
  });
}

function tooMany(context: CheckContext): Problem | undefined {
  context.globs += 1;
  if (context.globs !== MAX_PATTERNS + 1) return undefined;
  return { message: `more than ${MAX_PATTERNS} patterns`, hint: 'write wider ones' };
}

/** Why a text is no pattern of `network`; undefined when it is one. */
export function checkHost(text: string): Problem | undefined {
  if (text.length > MAX_GLOB_CHARACTERS)
    return {
      message: `a host of more than ${MAX_GLOB_CHARACTERS} characters`,
      hint: 'write a host such as example.com',
    };
  if (/^(?:[^\s\p{C}/#@:[\]\\]+|[\da-fA-F:.*?]+)$/u.test(text)) return undefined;
  const host = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^@/]*@)?([\w.*-]+)/i.exec(text)?.[1];
  const hint = `write ${host ? `"${host}"` : 'a host such as "example.com" or "*.example.com"'}, without scheme, port and path`;
  return { message: `no host: "${shorten(text, 60)}"`, hint };
}

/** Where a value begins. */
function place({ source }: CheckContext, value: PositionedValue): Place {
  const span: Span = head(value);
  const { line, column } = placeOf(source, span.offset);
  return { line, column };
}
