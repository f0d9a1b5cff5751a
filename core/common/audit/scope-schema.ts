import { SCOPE_FIELDS, type ScopeField, scopeFieldsIn } from './scope.ts';

type Schema = Readonly<Record<string, unknown>>;

/** JSON schema of `.agent-scope.json`, from the fields that the checker knows. */
export function scopeSchema(): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'What a session of a coding agent may do',
    ...objectOf(undefined),
  };
}

function objectOf(parent: string | undefined): Schema {
  const properties = scopeFieldsIn(parent).map((name): [string, Schema] => {
    const field = (parent === undefined ? name : `${parent}.${name}`) as ScopeField;
    const text = SCOPE_FIELDS[field];
    return [name, { description: text.replaceAll('`', ''), markdownDescription: text, ...typeOf(field) }];
  });
  return { type: 'object', properties: Object.fromEntries(properties), additionalProperties: false };
}

function typeOf(field: ScopeField): Schema {
  if (field === '$schema') return { type: 'string' };
  if (field === 'observed') return { type: 'object' };
  if (field === 'network.deny_all') return { type: 'boolean' };
  return /\.(?:allow|deny)$/.test(field) ? { type: 'array', items: { type: 'string' } } : objectOf(field);
}
