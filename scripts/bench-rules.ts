/**
 * `npm run bench:rules`: 20 rules of every kind held against the events of a made-up session, folded beforehand. An event
 * counts from the session's state to the decision: the facts are made anew for each, as the watcher does. Beside it, in
 * the same run, the parser's own evaluator over the same rules and facts, and the longest that a random rule took on a
 * random event. `--events N`.
 */
import { Environment } from '@marcbachmann/cel-js';
import fc from 'fast-check';
import { genaiPriceBook } from '../core/common/cost/genai-price-book.ts';
import { compilePolicy, evaluate } from '../core/common/rules/evaluate.ts';
import { formatExpression } from '../core/common/rules/language/format-expression.ts';
import { linearPattern } from '../core/common/rules/language/linear-pattern.ts';
import { VARIABLE_NAMES, VARIABLES } from '../core/common/rules/language/variables.ts';
import { readRules } from '../core/common/rules/reading/read-rules.ts';
import { FactSheet, type JudgedCall } from '../core/common/rules/rule-facts.ts';
import { RuleMemory } from '../core/common/rules/rule-memory.ts';
import { SessionFold } from '../core/common/session/session-fold.ts';
import type { SessionState } from '../core/common/session/session-state.ts';
import type { EventType, TraceEvent } from '../core/common/trace/trace-event.ts';
import type { Figure } from './bench/figures.ts';
import { benchOptions } from './bench/options.ts';
import { median } from './bench/percentile.ts';
import { randomEvent, randomRule } from './bench/random-rules.ts';
import { report } from './bench/report.ts';

const { events, random, ...mode } = benchOptions({ events: [1_000_000, 1000], random: [10_000, 100] });

/** Events a second on one core. */
const LIMIT = 1_000_000;
/** Microseconds that one rule may take on one event. */
const LONGEST_LIMIT = 1000;
const ROUNDS = 5;
const PATHS = { nocase: false, home: '/home/user' };

const RULES = [
  'cost_usd > 5000',
  'cost_usd_session_tree > 10000',
  'tool_calls > 1000000',
  'errors > 100000',
  'files_modified > 3000',
  'duration_minutes > 600000',
  'context_pct > 100',
  'consecutive_test_failures > 500',
  'loop_repeats > 100000',
  'calls_last(60) > 1000000',
  'cost_last(3600) > 1000',
  'spend_per_hour > 100000 && !is_subagent',
  'glob(file_path, ["**/.env*", "secrets/"])',
  'glob(command, ["rm -rf *", "git push*"])',
  'tool == "Bash" && command.matches("curl .*[|] *sh")',
  'writes && !within(path, workspace)',
  'sensitive',
  'tool in ["WebFetch", "WebSearch"] && !(host in ["docs.example.com"])',
  'outside_workspace && writes && !within(path, "/tmp")',
  'tokens > 2000000000 || (agent == "codex" && retries > 50000)',
];

const read = readRules(JSON.stringify({ rules: RULES.map((when) => ({ when, action: 'alert' })) }), 'json');
if ('issues' in read) throw new Error(JSON.stringify(read.issues));
const policy = { source: undefined, rules: read.value };
const compiled = compilePolicy(policy, PATHS, linearPattern);

interface Occasion {
  readonly state: SessionState;
  readonly call: JudgedCall | undefined;
  readonly id: string;
}

const occasions = madeUpSession(2000);
const now = 1_800_010_000;
const sheet = new FactSheet();

const ours = () => {
  const memory = new RuleMemory();
  let broken = 0;
  for (let index = 0; index < events; index += 1) {
    const { state, call, id } = occasions[index % occasions.length] as Occasion;
    const facts = factsOf(state, call);
    broken += evaluate(compiled, { facts, eventId: id, isCall: call !== undefined }, memory).length;
  }
  return broken;
};

const rate = median(Array.from({ length: ROUNDS }, () => rateOf(events, ours)));
const parser = { name: "the parser's own evaluator", value: parserRate() };
const longest = longestEvaluation();
const figures: readonly Figure[] = [
  {
    name: `events held against ${RULES.length} rules on one core`,
    value: rate,
    unit: '/s',
    limit: LIMIT,
    at_least: true,
    beside: parser,
  },
  {
    name: `longest of ${random} random rules on random events`,
    value: longest.microseconds,
    unit: 'µs',
    limit: LONGEST_LIMIT,
  },
];
report({ figures, longest: longest.when }, mode);

function factsOf(state: SessionState, call: JudgedCall | undefined) {
  sheet.fill(state, now);
  return call ? sheet.fillCall(call, compiled.context.texts) : sheet;
}

/** By processor time: on a machine that does other things too, the clock tells of those. */
function rateOf(count: number, run: () => unknown): number {
  const started = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(started);
  return (count * 1_000_000) / (user + system);
}

/** Rules that ask for what only we have (globs, windows) are left out; so the comparison is in its favour. */
function parserRate(): number {
  const environment = new Environment();
  for (const name of VARIABLE_NAMES) environment.registerVariable(name, VARIABLES[name].type);
  const conditions = policy.rules
    .map(({ when }) => formatExpression(when))
    .filter((text) => environment.check(text).valid);
  const parsed = conditions.map((text) => environment.parse(text));
  const count = Math.min(events, 10_000);
  return rateOf(count, () => {
    for (let index = 0; index < count; index += 1) {
      const { state, call } = occasions[index % occasions.length] as Occasion;
      const facts = factsOf(state, call);
      const known = VARIABLE_NAMES.flatMap((name, place) => {
        const value = facts.values[place];
        return value === undefined ? [] : [[name, value] as const];
      });
      const context = Object.fromEntries(known);
      for (const holds of parsed) {
        try {
          holds(context);
        } catch {
          // A variable that is not known.
        }
      }
    }
  });
}

/** Of each rule and event the shortest of some tries: what else the machine does, and what is compiled first, is not meant. */
function longestEvaluation(): { readonly microseconds: number; readonly when: string } {
  const samples = fc.sample(fc.tuple(randomRule, randomEvent), { numRuns: random, seed: 1 });
  let longest = { microseconds: 0, when: '' };
  for (const [rule, { state, call, eventId }] of samples) {
    const source = readRules(JSON.stringify([rule]), 'json');
    if ('issues' in source) continue;
    let shortest = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < 5; tries += 1) {
      // Anew each time: nothing of the call is remembered from the last.
      const one = compilePolicy({ source: undefined, rules: source.value }, PATHS, linearPattern);
      const started = performance.now();
      sheet.fill(state, 1000);
      if (call) sheet.fillCall(call, one.context.texts);
      evaluate(one, { facts: sheet, eventId, isCall: call !== undefined }, new RuleMemory());
      shortest = Math.min(shortest, performance.now() - started);
    }
    if (shortest * 1000 > longest.microseconds) longest = { microseconds: shortest * 1000, when: rule.when };
  }
  return longest;
}

/** States of a session along its way, with the call where the event is one. */
function madeUpSession(count: number): readonly Occasion[] {
  const fold = new SessionFold('bench', genaiPriceBook());
  const made: Occasion[] = [];
  const usage = { input: 900, output: 350, cache_read: 18_000, cache_write_5m: 2500, cache_write_1h: 0 };
  const add = (event_type: EventType, data: TraceEvent['data'], more: Partial<TraceEvent> = {}) => {
    const id = `e${made.length}`;
    const event = {
      event_type,
      timestamp: 1_800_000_000 + made.length,
      event_id: id,
      session_id: 'bench',
      ...more,
      data,
    };
    fold.apply(event);
    const { state } = fold;
    made.push({ state, call: event_type === 'tool_call' ? state.running.get(id) : undefined, id });
    return id;
  };
  add('session_start', { agent: 'claude-code', model: 'claude-sonnet-4-6', cwd: '/home/user/project' });
  while (made.length < count) {
    const turn = made.length;
    add('llm_response', { model: 'claude-sonnet-4-6', usage });
    const [tool, args] = [
      ['Read', { file_path: `/home/user/project/src/module-${turn}/index.ts` }],
      ['Bash', { command: `cd src && npm test -- module-${turn} && git status` }],
      ['Edit', { file_path: `src/module-${turn}/index.ts`, old_string: 'a', new_string: 'b' }],
      ['Grep', { pattern: 'TODO' }],
    ][turn % 4] as [string, Record<string, unknown>];
    const parent_id = add('tool_call', { tool_name: tool, arguments: args });
    add('tool_result', { tool_name: tool, result: 'ok' }, { parent_id });
  }
  return made;
}
