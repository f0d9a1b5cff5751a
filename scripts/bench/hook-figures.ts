import type { AnswerTimes } from './answer-time.ts';
import type { Figure } from './figures.ts';
import type { Row } from './take-turns.ts';

const CPU_LIMIT = 1.35;
/** Milliseconds that rules may add without a watcher, and an answer of one to what the rules themselves take, at the median. */
const RULES_LIMIT_MS = 3;
const ANSWER_LIMIT_MS = 5;

/** `rows`: a Node that does nothing, then the hooks (`HookWorkspaces.contestants`). */
export function hookFigures([bare, ...rows]: readonly Row[]): readonly Figure[] {
  const cpu = { name: bare?.name ?? '', value: bare?.cpu_ms ?? Number.NaN };
  const wall = { name: cpu.name, value: bare?.wall_ms ?? Number.NaN };
  const wallOf = (name: string) => rows.find((row) => row.name === name)?.wall_ms ?? Number.NaN;
  const ofRules = wallOf('hook guarded by itself') - wallOf('hook PreToolUse');
  const added = { name: 'rules without a watcher, added to that', value: ofRules, unit: 'ms', limit: RULES_LIMIT_MS };
  const each = rows.flatMap((row): readonly Figure[] => [
    {
      name: `${row.name}, CPU`,
      value: row.cpu_ms,
      unit: 'ms',
      ...(!row.name.includes('guard') && { limit: CPU_LIMIT * cpu.value }),
      beside: cpu,
    },
    { name: `${row.name}, wall`, value: row.wall_ms, unit: 'ms', beside: wall },
  ]);
  return [...each, added];
}

export function answerFigures({ answered, evaluated }: AnswerTimes): readonly Figure[] {
  return [
    {
      name: "a watcher's answer to a hook, median",
      value: answered.median,
      unit: 'ms',
      limit: evaluated.median + ANSWER_LIMIT_MS,
      beside: { name: 'its rules alone', value: evaluated.median },
    },
    {
      name: "a watcher's answer to a hook, 99th percentile",
      value: answered.p99,
      unit: 'ms',
      beside: { name: 'its rules alone', value: evaluated.p99 },
    },
  ];
}
