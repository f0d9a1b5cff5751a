import { PRICE_FIELDS } from '../../cost/user-prices.ts';
import { choicesOf, FILE_FIELDS, RULE_FIELDS, USER_CONFIG_FIELDS } from '../reading/rule-fields.ts';
import { ACTIONS } from '../rule.ts';

type Schema = Readonly<Record<string, unknown>>;

/**
 * Schemas by the name of their file, for editors that complete and explain JSON by a schema. Extensions of the editor's
 * JSON support (`defaultSnippets`, `markdownDescription`, ...) are used. They demand nothing: what is wrong is told by
 * the checker itself, in its own words and once.
 */
export function ruleSchemas(): Readonly<Record<string, Schema>> {
  return {
    'watch-rules.schema.json': {
      ...head('Rules of Agent Trace for one workspace'),
      ...ruleList(),
      properties: { ...describedFields(FILE_FIELDS), rules: { markdownDescription: FILE_FIELDS.rules, ...ruleList() } },
      defaultSnippets: [
        { label: '{ "rules": [ … ] }', description: 'a list of rules', body: { rules: [RULE_SNIPPET.body] } },
      ],
    },
    'user-config.schema.json': {
      ...head("The user's own configuration of Agent Trace"),
      properties: {
        ...describedFields(USER_CONFIG_FIELDS),
        prices: { markdownDescription: USER_CONFIG_FIELDS.prices, ...priceTable() },
        rules: { markdownDescription: USER_CONFIG_FIELDS.rules, ...ruleList() },
      },
    },
  };
}

/** The checker takes comments and trailing commas in any rule file of JSON. */
function head(title: string): Schema {
  const accepted = { allowComments: true, allowTrailingCommas: true };
  return { $schema: 'http://json-schema.org/draft-07/schema#', title, ...accepted, definitions: { rule: RULE } };
}

const RULE_SNIPPET = {
  label: '{ "when": …, "action": … }',
  description: 'a rule',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: in the editor's snippets it is a place to fill in
  body: { when: '${1:cost_usd > 5}', action: `\${2|${ACTIONS.join(',')}|}` },
};

function ruleList(): Schema {
  return { items: { $ref: '#/definitions/rule' } };
}

function priceTable(): Schema {
  const fields = Object.fromEntries(PRICE_FIELDS.map((field) => [field, {}]));
  return {
    patternProperties: { '': { properties: fields } },
    defaultSnippets: [
      {
        label: '"MODEL": { … }',
        description: 'a price',
        body: { $1: { input: 3, output: 15 } },
      },
    ],
  };
}

/** Each field with its meaning, and with its words where it has few. */
function describedFields(fields: Readonly<Record<string, string>>): Schema {
  return Object.fromEntries(
    Object.entries(fields).map(([name, meaning]) => [name, { markdownDescription: meaning, ...choice(name) }]),
  );
}

function choice(name: string): Schema {
  const choices = choicesOf(name);
  if (!choices) return {};
  // The second alternative takes everything.
  return { anyOf: [{ enum: Object.keys(choices), markdownEnumDescriptions: Object.values(choices) }, {}] };
}

const RULE: Schema = { defaultSnippets: [RULE_SNIPPET], properties: describedFields(RULE_FIELDS) };
