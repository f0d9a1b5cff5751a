import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { build as bundle } from 'esbuild';
import { genaiPriceBook } from '../../core/common/cost/genai-price-book.ts';
import { compilePolicy } from '../../core/common/rules/evaluate.ts';
import { linearPattern } from '../../core/common/rules/language/linear-pattern.ts';
import { readRules } from '../../core/common/rules/reading/read-rules.ts';
import { RuleMemory } from '../../core/common/rules/rule-memory.ts';
import { SessionGuard } from '../../core/common/rules/session-guard.ts';
import { SessionFold } from '../../core/common/session/session-fold.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';
import { root } from '../steps.ts';
import { median, percentile } from './percentile.ts';

/** Milliseconds. */
export interface Times {
  readonly median: number;
  /** 99 of a hundred take no longer. */
  readonly p99: number;
}

/** What a hook waits for the watcher's word, and how much of that the rules themselves take. */
export interface AnswerTimes {
  /** From the question of a hook's process, which has just started, to the answer. */
  readonly answered: Times;
  /** The same rules held against the same call, with nothing around it. */
  readonly evaluated: Times;
}

export interface Question {
  /** The Node that asks, as hooks are run by. */
  readonly node: string;
  /** An empty folder. */
  readonly folder: string;
  readonly runtimeDir: string;
  /** Real path of a store that is watched. */
  readonly store: string;
  readonly session: string;
  /** Text of its rule file. */
  readonly rules: string;
  readonly times: number;
}

/** Each question comes from a process of its own and is about another call. */
export async function answerTimes({
  node,
  folder,
  runtimeDir,
  store,
  session,
  rules,
  times,
}: Question): Promise<AnswerTimes> {
  await bundle({
    absWorkingDir: root,
    entryPoints: ['scripts/ask-watcher.ts', 'watcher-cli/hook/watcher-line.ts', 'core/node/control/endpoint-file.ts'],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    minify: true,
    outdir: folder,
    entryNames: '[name]',
    outExtension: { '.js': '.cjs' },
  });
  const script = path.join(folder, 'ask-watcher.cjs');
  const ask = (at: number) =>
    Number(
      execFileSync(node, [script, runtimeDir, store, JSON.stringify({ event: callOf(session, at) })], {
        encoding: 'utf8',
      }),
    );
  // The first keeps its compiled code, as a hook's first does.
  const answered = Array.from({ length: times + 1 }, (_, at) => ask(at)).slice(1);
  return { answered: timesOf(answered), evaluated: timesOf(evaluations(session, rules, times)) };
}

function evaluations(session: string, rules: string, times: number): readonly number[] {
  const read = readRules(rules, 'json');
  if ('issues' in read) throw new Error(JSON.stringify(read.issues));
  const policy = compilePolicy(
    { source: undefined, rules: read.value },
    { nocase: false, home: '/home/user' },
    linearPattern,
  );
  const fold = new SessionFold(session, genaiPriceBook());
  const guard = new SessionGuard(new RuleMemory());
  return Array.from({ length: times }, (_, at) => {
    const event = callOf(session, at);
    fold.apply(event);
    const context = { policy, now: event.timestamp, day: '2026-11-27', shared: {} };
    const started = performance.now();
    guard.judge(fold.state, event, context, undefined);
    return performance.now() - started;
  });
}

function callOf(session_id: string, at: number): TraceEvent {
  return {
    event_type: 'tool_call',
    timestamp: Date.now() / 1000,
    event_id: `call-${at}`,
    session_id,
    data: { tool_name: 'Bash', arguments: { command: `npm test -- part-${at}` } },
  };
}

function timesOf(values: readonly number[]): Times {
  return { median: median(values), p99: percentile(values, 0.99) };
}
