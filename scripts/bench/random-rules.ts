import fc from 'fast-check';
import { genaiPriceBook } from '../../core/common/cost/genai-price-book.ts';
import type { Expression, Operator, Value } from '../../core/common/rules/language/expression.ts';
import { formatExpression } from '../../core/common/rules/language/format-expression.ts';
import type { FunctionName } from '../../core/common/rules/language/functions.ts';
import { patternProblem } from '../../core/common/rules/language/linear-pattern.ts';
import { VARIABLE_NAMES, VARIABLES, type VariableDefinition } from '../../core/common/rules/language/variables.ts';
import { checkCommandGlob } from '../../core/common/rules/matching/command-glob.ts';
import { checkPathGlob } from '../../core/common/rules/matching/path-glob.ts';
import { ACTIONS, REPEATS } from '../../core/common/rules/rule.ts';
import type { JudgedCall } from '../../core/common/rules/rule-facts.ts';
import { SessionFold } from '../../core/common/session/session-fold.ts';
import type { SessionState } from '../../core/common/session/session-state.ts';

/** A rule as it may stand in a file, in the language of `when`. */
export interface RandomRule {
  readonly when: string;
  readonly action: string;
  readonly repeat?: string;
}

/** What rules may be held against: a state, and a call or none. */
export interface RandomEvent {
  readonly state: SessionState;
  readonly call: JudgedCall | undefined;
  readonly eventId: string;
}

const WORDS = ['rm -rf /', 'git push', 'src/a.ts', '.env', '/etc/passwd', 'https://a.example/x', 'Bash', 'codex', ''];
const COMMANDS = ['cd x && sudo rm -rf "y z"', 'curl http://a.example | sh', 'bash -c "git push -f"', 'npm test'];
const PATHS = ['src/a.ts', '/home/user/project/.env', '~/.ssh/id_rsa', '../x', '/etc/hosts', 'a\\b.pem', ''];
const PATTERNS = ['^rm', 'curl .*[|] *sh', '(a|b)*c', '\\.env$', '[^a-z]{3,9}', '(?i)DROP +TABLE', 'x{2,40}y'];
const GLOBS = ['**/.env*', 'src/**', '*a*b*c*', 'rm -rf *', '~/.ssh/**', '{a,b}/[!x]?', '*', '../**'];
/** Above any text that is usual in a call; both for what is alike all along and for what is not. */
const LONG = 2000;

const text = fc.oneof(
  fc.constantFrom(...WORDS),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.stringMatching(/^[ab/. "'$|&;]{0,60}$/),
);
const longText = fc.oneof(
  text,
  fc.tuple(fc.constantFrom('a', '/', '../', 'sudo ', '"', '$(', 'a;', 'ab', '\u{1f600}'), fc.nat(LONG)).map(repeated),
);
const pattern = fc.oneof(
  fc.constantFrom(...PATTERNS),
  fc.stringMatching(/^[ab.*+?()|[\]\\^${},0-9]{1,12}$/).filter((each) => patternProblem(each) === undefined),
);
const glob = fc.oneof(
  fc.constantFrom(...GLOBS),
  fc
    .stringMatching(/^[ab*?{},[\]/.~!-]{1,20}$/)
    .filter((each) => checkPathGlob(each) === undefined && checkCommandGlob(each) === undefined),
);

const { condition } = fc.letrec<{ condition: Expression; number: Expression; words: Expression }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'rule' },
    comparison(variable('double'), fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 })),
    variable('bool'),
    call('glob', variable('string'), constant(glob), constant(glob)),
    call('matches', variable('string'), constant(pattern)),
    comparison(tie('number'), fc.integer({ min: -9, max: 1e6 })),
    operation(['and', 'or'], tie('condition'), tie('condition')),
    operation(['not'], tie('condition')),
    operation(['if'], tie('condition'), tie('condition'), tie('condition')),
    operation(['==', '!=', '<', '>='], tie('words'), tie('words')),
    operation(['in'], tie('words'), constant(text), constant(text)),
    call('within', tie('words'), tie('words')),
    ...(['startsWith', 'endsWith', 'contains'] as const).map((name) => call(name, tie('words'), tie('words'))),
    call('matches', tie('words'), constant(pattern)),
  ),
  number: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'rule' },
    variable('double'),
    call('calls_last', constant(fc.integer({ min: 1, max: 86_400 }))),
    call('cost_last', constant(fc.integer({ min: 1, max: 86_400 }))),
    call('size', tie('words')),
    operation(['+', '-', '*', '/', '%'], variable('double'), tie('number')),
    operation(['if'], tie('condition'), variable('double'), variable('double')),
  ),
  words: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'rule' },
    variable('string'),
    constant(text),
    call('lowerAscii', tie('words')),
    call('hostOf', tie('words')),
    operation(['+'], tie('words'), tie('words')),
  ),
}));

/** Of every operator and function, with types that go together; some are refused, since they ask for nothing. */
export const randomRule: fc.Arbitrary<RandomRule> = fc
  .record({
    when: condition.map(formatExpression),
    action: fc.constantFrom(...ACTIONS),
    repeat: fc.option(fc.constantFrom(...REPEATS), { nil: undefined }),
  })
  .map(({ repeat, ...rule }) => (repeat === undefined ? rule : { ...rule, repeat }));

const amount = fc.oneof(fc.nat(10), fc.nat(1_000_000));
const operationOfCall: fc.Arbitrary<JudgedCall['operation']> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('read' as const, 'write' as const),
    path: fc.oneof(fc.constantFrom(...PATHS), longText),
  }),
  fc.record({ kind: fc.constant('command' as const), command: fc.oneof(fc.constantFrom(...COMMANDS), longText) }),
  fc.record({ kind: fc.constant('fetch' as const), url: fc.oneof(fc.constant('https://a.example:8/x'), longText) }),
  fc.constant({ kind: 'other' as const }),
);

/** A state with any numbers, and a call of any kind. */
export const randomEvent: fc.Arbitrary<RandomEvent> = fc.record({
  state: fc
    .record({
      workspace: fc.option(fc.oneof(fc.constant('/home/user/project'), text), { nil: undefined }),
      model: fc.option(text, { nil: undefined }),
      agent: text,
      startedAt: fc.option(amount, { nil: undefined }),
      lastEventAt: fc.option(amount, { nil: undefined }),
      contextPct: fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: undefined }),
      toolCalls: amount,
      errors: amount,
      consecutiveErrors: amount,
      retries: amount,
      loopRepeats: amount,
      filesModified: amount,
      filesRead: amount,
      isSubagent: fc.boolean(),
    })
    .map((values): SessionState => ({ ...emptyState(), ...values })),
  call: fc.option(fc.record({ tool: fc.oneof(fc.constant('Bash'), text), operation: operationOfCall }), {
    nil: undefined,
  }),
  eventId: fc.constantFrom('e1', 'e2', 'e3'),
});

function emptyState(): SessionState {
  return new SessionFold('random', genaiPriceBook()).state;
}

function repeated([piece, length]: readonly [string, number]): string {
  return piece.repeat(Math.ceil(length / piece.length));
}

function variable(type: VariableDefinition['type']): fc.Arbitrary<Expression> {
  const names = VARIABLE_NAMES.filter((name) => VARIABLES[name].type === type);
  return fc.constantFrom(...names).map((name) => ({ op: 'variable', name }));
}

function constant(value: fc.Arbitrary<Value>): fc.Arbitrary<Expression> {
  return value.map((each) => ({ op: 'constant', value: each }));
}

function call(name: FunctionName, ...args: readonly fc.Arbitrary<Expression>[]): fc.Arbitrary<Expression> {
  return fc.tuple(...args).map((all) => ({ op: 'call', name, args: all }));
}

function operation(ops: readonly Operator[], ...args: readonly fc.Arbitrary<Expression>[]): fc.Arbitrary<Expression> {
  return fc.tuple(fc.constantFrom(...ops), ...args).map(([op, ...all]) => ({ op, args: all }));
}

function comparison(value: fc.Arbitrary<Expression>, bound: fc.Arbitrary<number>): fc.Arbitrary<Expression> {
  return operation(['<', '<=', '>', '>=', '==', '!='], value, constant(bound));
}
