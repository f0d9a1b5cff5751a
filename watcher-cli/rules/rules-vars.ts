import { TYPE_WORDS } from '../../core/common/rules/editing/language-markdown.ts';
import { FUNCTIONS } from '../../core/common/rules/language/functions.ts';
import { VARIABLES } from '../../core/common/rules/language/variables.ts';
import type { CliContext } from '../commands/cli-context.ts';
import { painter, wantsColors } from '../view/colors.ts';
import { type Row, span } from '../view/row.ts';

/** `agent-trace rules vars`: all that a condition may ask for. */
export function showVariables(context: CliContext, { json }: { readonly json?: boolean }): void {
  const { stdout, env } = context;
  if (json) {
    stdout.write(`${JSON.stringify({ variables: variables(), functions: functions() }, null, 2)}\n`);
    return;
  }
  const paint = painter(wantsColors(env, stdout.isTTY === true));
  stdout.write(
    rows()
      .map((row) => `${paint(row).trimEnd()}\n`)
      .join(''),
  );
}

function variables(): readonly object[] {
  return Object.entries(VARIABLES).map(([name, { type, scope, meaning, example }]) => ({
    name,
    type: TYPE_WORDS[type],
    scope,
    meaning,
    example,
  }));
}

function functions(): readonly object[] {
  return Object.entries(FUNCTIONS).map(([name, { signatures, meaning, example }]) => ({
    name,
    signatures,
    meaning,
    example,
  }));
}

const SCOPES = [
  ['call', 'OF THE CALL, known while one is judged'],
  ['session', 'OF THE SESSION, known at any time'],
  ['day', 'OF THE DAY'],
] as const;

function rows(): readonly Row[] {
  const all = Object.entries(VARIABLES);
  return [
    ...SCOPES.flatMap(([scope, title]) => [
      [span(title, 'quiet')],
      ...all
        .filter(([, variable]) => variable.scope === scope)
        .flatMap(([name, { type, meaning, example }]) => entry(name, TYPE_WORDS[type], meaning, example)),
      [],
    ]),
    [span('FUNCTIONS', 'quiet')],
    ...Object.entries(FUNCTIONS).flatMap(([name, { signatures, meaning, example }]) =>
      entry(name, returns(signatures[0]), meaning, example),
    ),
  ];
}

function entry(name: string, type: string, meaning: string, example: string): readonly Row[] {
  return [
    [span(`  ${name.padEnd(27)}`, 'strong'), span(type.padEnd(8), 'quiet'), span(meaning.replaceAll('`', ''))],
    [span(' '.repeat(37)), span(example, 'quiet')],
  ];
}

/** What a function gives, by its signature. */
function returns(signature: string): string {
  const type = signature.slice(signature.lastIndexOf(': ') + 2);
  return type === 'int' ? 'number' : TYPE_WORDS[type as keyof typeof TYPE_WORDS];
}
