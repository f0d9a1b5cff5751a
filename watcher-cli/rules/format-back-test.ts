import { formatUsd } from '../../core/common/cost/cost.ts';
import type { BackTestHit, BackTestReport, RuleResult } from '../../core/common/rules/back-test/report.ts';
import { counted, spentText, togetherText } from '../../core/common/view/back-test-text.ts';
import { formatCount } from '../../core/common/view/quantity.ts';
import { shortSessionId } from '../../core/common/view/short-session-id.ts';
import { localTime } from '../commands/format-sessions.ts';
import { clip, type Row, span, widthOf } from '../view/row.ts';

const NAME = 33;
/** Sessions listed of one rule. */
const MOST_HITS = 10;

/** A table for people: each rule, all together, and where each was broken. `shown`: a path as it is shown. */
export function formatBackTest(report: BackTestReport, shown: (file: string) => string): readonly Row[] {
  const { rules, hits, files, sessions, events } = report;
  const broken = rules.filter((rule) => rule.sessions > 0);
  return [
    [
      span(`${counted(rules.length, 'rule')} on ${counted(sessions, 'session')}`, 'strong'),
      span(`  ${formatCount(events)} events, ${formatUsd(report)}, ${files.map(shown).join(' and ')}`, 'quiet'),
    ],
    [],
    line('RULE', 'ACTION', 'SESSIONS', 'TIMES', 'STOPPED', 'SAVED', 'quiet'),
    ...rules.map(ruleRow),
    [],
    [span('All together  ', 'quiet'), span(togetherText(report))],
    ...remarks(report),
    ...broken.flatMap((rule) =>
      hitRows(
        rule,
        hits.filter((hit) => hit.rule === rule.rule),
      ),
    ),
  ];
}

function ruleRow({ rule, action, mode, sessions, times, stopped }: RuleResult): Row {
  return line(
    rule,
    mode === 'monitor' ? `(${action})` : action,
    sessions === 0 ? '-' : String(sessions),
    times === 0 ? '-' : String(times),
    stopped && stopped.sessions > 0 ? String(stopped.sessions) : '-',
    stopped && stopped.sessions > 0 ? formatUsd({ usd: stopped.saved_usd, kind: stopped.kind }) : '-',
    sessions === 0 ? 'quiet' : 'plain',
  );
}

function line(
  name: string,
  action: string,
  sessions: string,
  times: string,
  stopped: string,
  saved: string,
  tone: 'quiet' | 'plain',
): Row {
  return [
    span(padded(name, NAME), tone),
    span(action.padEnd(8), tone),
    span(sessions.padStart(9), tone),
    span(times.padStart(7), tone),
    span(stopped.padStart(9), tone),
    span(saved.padStart(10), tone === 'plain' ? 'strong' : tone),
  ];
}

/** What the signs before an amount mean, where there are any. */
function remarks({ kind }: BackTestReport): readonly Row[] {
  if (kind === 'estimated')
    return [[span('              ~ an estimate: part of the usage was counted in texts', 'quiet')]];
  if (kind === 'unpriced') return [[span('              ≥ part of what was spent has no price', 'quiet')]];
  return [];
}

function hitRows({ rule, action, mode, when }: RuleResult, hits: readonly BackTestHit[]): readonly Row[] {
  const more = hits.length - MOST_HITS;
  return [
    [],
    [
      span(rule, 'strong'),
      span(`  ${action}${mode === 'monitor' ? ', only said' : ''}`),
      span(rule === when ? '' : `  ${when}`, 'quiet'),
    ],
    ...hits
      .slice(0, MOST_HITS)
      .flatMap((hit) => [
        [
          span(`  ${localTime(hit.at)}  `, 'quiet'),
          span(`${shortSessionId(hit.session_id)}  `),
          span(`${hit.agent}, event ${hit.event}${hit.times > 1 ? `, ${hit.times} times` : ''}: `, 'quiet'),
          span(spentText(hit)),
        ],
        [span(`      ${hit.message}`)],
      ]),
    ...(more > 0 ? [[span(`  and ${counted(more, 'session')} more, see --json`, 'quiet')]] : []),
  ];
}

function padded(text: string, columns: number): string {
  const cut = clip(span(text).text, columns - 1);
  return cut + ' '.repeat(Math.max(0, columns - widthOf(cut)));
}
