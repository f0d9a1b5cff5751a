import { formatUsd } from '../../core/common/cost/cost.ts';
import type { CostReport } from '../../core/common/cost/cost-report.ts';
import type { Spend } from '../../core/common/cost/spend.ts';
import type { StoreCost } from '../../core/common/cost/store-cost.ts';
import { excerpt } from '../../core/common/view/excerpt.ts';
import { formatCount } from '../../core/common/view/quantity.ts';
import { shortSessionId } from '../../core/common/view/short-session-id.ts';
import type { Tone } from '../../core/common/view/stream-line.ts';
import { clip, type Row, span, widthOf } from '../view/row.ts';
import { localTime } from './format-sessions.ts';

/** Everything fits into this many columns; names are cut, figures never. */
const NAME = 30;
const FIGURE = 7;
const MONEY = 10;

/** A table for people: totals, models, subagents, phases, cache, failures, the dearest requests. */
export function formatCostReport(report: CostReport, withSource: boolean): readonly Row[] {
  const began = report.phases[0]?.started_at;
  return [
    [span(formatUsd(report), 'strong'), span(`  ${report.session_id}`)],
    [
      span(
        [report.agent, began === undefined ? '' : localTime(began), tokensText(report)].filter(Boolean).join(', '),
        'quiet',
      ),
    ],
    ...remarks(report),
    ...(withSource ? sourceRows(report.usd, report.reported_usd) : []),
    ...table(
      'MODEL',
      report.models.map(({ model, ...spend }) => [model, spend]),
    ),
    ...(report.sessions.length === 0
      ? []
      : table('SESSION', [
          ['the session itself', ownSpend(report)],
          ...report.sessions.map(
            ({ session_id, agent, ...spend }) => [`${agent} ${shortEnd(session_id)}`, spend] as const,
          ),
        ])),
    ...phaseRows(report),
    [],
    ...factRows(report),
    ...largestRows(report),
  ];
}

/** A table for people: totals, models, days, sessions. */
export function formatStoreCost(cost: StoreCost, withSource: boolean): readonly Row[] {
  return [
    [
      span(formatUsd(cost), 'strong'),
      span(`  in ${cost.sessions.length === 1 ? '1 session' : `${cost.sessions.length} sessions`}`),
    ],
    [span(tokensText(cost), 'quiet')],
    ...remarks(cost),
    ...table(
      'MODEL',
      cost.models.map(({ model, ...spend }) => [model, spend]),
    ),
    ...table(
      'DAY',
      cost.days.flatMap(({ day, models, ...spend }) => [
        [day, spend] as const,
        ...(models.length < 2 ? [] : models.map(({ model, ...part }) => [`  ${model}`, part] as const)),
      ]),
    ),
    ...table(
      'SESSION',
      cost.sessions.map(({ session_id, started_at, ...spend }) => [
        `${started_at === null ? '' : `${localTime(started_at)} `}${shortSessionId(session_id)}`,
        spend,
      ]),
    ),
    ...(withSource ? agentRows(cost) : []),
  ];
}

function remarks({ unpriced_models, guessed }: Pick<CostReport, 'unpriced_models' | 'guessed'>): readonly Row[] {
  return [
    ...(unpriced_models.length === 0
      ? []
      : [
          [span(`no price for ${excerpt(unpriced_models.join(', '))}: not in the figure; see docs/cost.md`, 'warning')],
        ]),
    ...(guessed.length === 0 ? [] : [[span(`an estimate from texts; guessed: ${guessed.join(', ')}`, 'warning')]]),
  ];
}

const COLUMNS: readonly (readonly [string, (spend: Spend) => string, number])[] = [
  ['REQ', ({ requests }) => String(requests), 5],
  ['INPUT', ({ tokens }) => formatCount(tokens.input), FIGURE],
  ['READ', ({ tokens }) => formatCount(tokens.cache_read), FIGURE],
  ['WRITE', ({ tokens }) => formatCount(tokens.cache_write_5m + tokens.cache_write_1h), FIGURE],
  ['OUTPUT', ({ tokens }) => formatCount(tokens.output), FIGURE],
  ['COST', formatUsd, MONEY],
];

function table(title: string, rows: readonly (readonly [string, Spend])[]): readonly Row[] {
  if (rows.length === 0) return [];
  const line = (name: string, cells: readonly string[], tone: Tone): Row => [
    span(padded(name, NAME), tone),
    ...cells.map((cell, index) => {
      const last = index === COLUMNS.length - 1;
      return span(cell.padStart(COLUMNS[index]?.[2] ?? 0), last && tone === 'plain' ? 'strong' : tone);
    }),
  ];
  return [
    [],
    line(
      title,
      COLUMNS.map(([name]) => name),
      'quiet',
    ),
    ...rows.map(([name, spend]) =>
      line(
        name,
        COLUMNS.map(([, cell]) => cell(spend)),
        'plain',
      ),
    ),
  ];
}

function phaseRows({ phases }: CostReport): readonly Row[] {
  if (phases.length === 0) return [];
  const room = NAME + 5 + 4 * FIGURE - 7 - 5;
  return [
    [],
    [span(padded('PHASE', 7 + room), 'quiet'), span('REQ'.padStart(5), 'quiet'), span('COST'.padStart(MONEY), 'quiet')],
    ...phases.map((phase) => [
      span(`${localTime(phase.started_at).slice(11)}  `, 'quiet'),
      span(padded(phase.prompt || 'before the first prompt', room)),
      span(String(phase.requests).padStart(5)),
      span(formatUsd(phase).padStart(MONEY), 'strong'),
    ]),
  ];
}

function factRows({ cache, failed_calls }: CostReport): readonly Row[] {
  const saved = dollars(Math.abs(cache.saved_usd));
  const share = `${Math.round(cache.read_share * 100)}% of what was sent came from it`;
  return [
    [
      span(padded('Cache', 14), 'quiet'),
      span(`${cache.saved_usd < 0 ? `cost ${saved} more than it saved` : `saved ${saved}`}, ${share}`),
    ],
    [
      span(padded('Failed calls', 14), 'quiet'),
      span(
        failed_calls.calls === 0 ? 'none' : `${failed_calls.calls}; asking for them cost ${dollars(failed_calls.usd)}`,
      ),
    ],
  ];
}

function largestRows({ largest }: CostReport): readonly Row[] {
  if (largest.length === 0) return [];
  return [
    [],
    [span('DEAREST REQUESTS', 'quiet')],
    ...largest.map(({ at, model, usd, context, output, asked_for }) => [
      span(`${localTime(at).slice(11)}  `, 'quiet'),
      span(padded(asked_for || 'an answer', NAME - 5)),
      span(padded(model, 20), 'quiet'),
      span(formatCount(context).padStart(FIGURE)),
      span(formatCount(output).padStart(FIGURE)),
      span(dollars(usd).padStart(MONEY), 'strong'),
    ]),
  ];
}

function sourceRows(ours: number | null, theirs: number | null): readonly Row[] {
  if (theirs === null) return [[span('the agent gives no figure of its own', 'quiet')]];
  const difference =
    ours === null ? '' : `, ${dollars(Math.abs(ours - theirs))} ${ours < theirs ? 'more' : 'less'} than ours`;
  return [[span(`the agent's own figure: ${dollars(theirs)}${difference}`)]];
}

function agentRows({ sessions }: StoreCost): readonly Row[] {
  const figures = sessions.filter(({ reported_usd }) => reported_usd !== null);
  if (figures.length === 0) return [[], ...sourceRows(null, null)];
  return [
    [],
    [
      span(padded('BY THE AGENTS', NAME + 5 + 2 * FIGURE), 'quiet'),
      span('OURS'.padStart(FIGURE * 2), 'quiet'),
      span("AGENT'S".padStart(MONEY), 'quiet'),
    ],
    ...figures.map((session) => [
      span(padded(session.session_id, NAME + 5 + 2 * FIGURE)),
      span(formatUsd(session).padStart(FIGURE * 2), 'strong'),
      span(dollars(session.reported_usd ?? 0).padStart(MONEY)),
    ]),
  ];
}

/** What is left of the whole when the subagents are taken away. */
function ownSpend(report: CostReport): Spend {
  const less = (of: (spend: Spend) => number) => report.sessions.reduce((sum, part) => sum - of(part), of(report));
  return {
    usd: report.own_usd,
    kind: report.own_usd === null ? 'unpriced' : report.kind,
    requests: less(({ requests }) => requests),
    tokens: {
      input: less(({ tokens }) => tokens.input),
      output: less(({ tokens }) => tokens.output),
      cache_read: less(({ tokens }) => tokens.cache_read),
      cache_write_5m: less(({ tokens }) => tokens.cache_write_5m),
      cache_write_1h: less(({ tokens }) => tokens.cache_write_1h),
    },
  };
}

function tokensText({ tokens, requests }: Spend): string {
  const sent = tokens.input + tokens.cache_read + tokens.cache_write_5m + tokens.cache_write_1h;
  const asked = requests === 1 ? '1 request' : `${requests} requests`;
  return `${asked}, ${formatCount(sent)} tokens in, ${formatCount(tokens.output)} out`;
}

function dollars(usd: number): string {
  return formatUsd({ usd, kind: 'known' });
}

function shortEnd(sessionId: string): string {
  return sessionId.slice(sessionId.lastIndexOf('.') + 1);
}

function padded(text: string, columns: number): string {
  const cut = clip(span(text).text, columns - 1);
  return cut + ' '.repeat(columns - widthOf(cut));
}
