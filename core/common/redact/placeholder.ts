const TYPES_AND_BLANKS =
  'true|false|null|undefined|none|nil|string|str|number|int|boolean|bool|object|array|any|unknown|never|void|required|' +
  'optional|missing|invalid|empty|redacted|hidden|masked|read|write|type|text|bytes';
const SOURCES =
  'process\\.env|os\\.(?:environ|getenv)|import\\.meta|env|config|args?|opts?|options|props|params|self|this|req|' +
  'request|res|ctx|vars?|secrets|settings|data|event|user|input|body|await|new|typeof|require';

const PLACEHOLDER = `^(?:\\[REDACTED|[$<{]|%[A-Za-z_(]|(?:${TYPES_AND_BLANKS})\\W{0,2}$|(?:${SOURCES})\\b[.[(?]|([*.xX•…_#-])\\1+$)`;

/** Values that stand for a secret without being one: `${TOKEN}`, `<token>`, `null`, `process.env.X`, `****`. */
export function isPlaceholder(value: string): boolean {
  return new RegExp(PLACEHOLDER).test(value);
}
