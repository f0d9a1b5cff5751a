import { scopeSchema } from '../core/common/audit/scope-schema.ts';
import { ruleSchemas } from '../core/common/rules/editing/rule-schema.ts';

/** Every JSON schema that the packages carry, by the name of its file in `dist/schemas`. */
export function schemas(): Readonly<Record<string, object>> {
  return { ...ruleSchemas(), 'agent-scope.schema.json': scopeSchema() };
}
