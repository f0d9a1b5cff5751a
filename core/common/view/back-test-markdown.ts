import { formatUsd } from '../cost/cost.ts';
import type { BackTestHit, BackTestReport, RuleResult } from '../rules/back-test/report.ts';
import { counted, spentText, togetherText } from './back-test-text.ts';
import { formatCount } from './quantity.ts';
import { sanitize } from './sanitize.ts';
import { shortSessionId } from './short-session-id.ts';

/** Sessions listed of one rule. */
const MOST_HITS = 50;

/** A document for people: each rule, all together, and where each was broken. `localTime`: of Unix seconds. */
export function backTestMarkdown(
  report: Omit<BackTestReport, 'version' | 'files'>,
  localTime: (at: number) => string,
): string {
  const { rules, sessions, events, hits } = report;
  const broken = rules.filter((rule) => rule.sessions > 0);
  return [
    `# Back-test of ${counted(rules.length, 'rule')}`,
    '',
    `On ${counted(sessions, 'session')} recorded here: ${formatCount(events)} events, ${formatUsd(report)}.`,
    `Together, ${togetherText(report)}.`,
    '',
    '| Rule | Action | Sessions | Times | Stopped | Saved |',
    '| --- | --- | ---: | ---: | ---: | ---: |',
    ...rules.map(ruleRow),
    '',
    ...broken.flatMap((rule) =>
      ruleLines(
        rule,
        hits.filter((hit) => hit.rule === rule.rule),
        localTime,
      ),
    ),
  ].join('\n');
}

function ruleRow({ rule, action, mode, sessions, times, stopped }: RuleResult): string {
  const saved = stopped && stopped.sessions > 0 ? formatUsd({ usd: stopped.saved_usd, kind: stopped.kind }) : '';
  const cells = [
    code(rule).replaceAll('|', '\\|'),
    mode === 'monitor' ? `(${action})` : action,
    sessions || '',
    times || '',
    stopped?.sessions || '',
    saved,
  ];
  return `| ${cells.join(' | ')} |`;
}

function ruleLines(
  { rule, action, when }: RuleResult,
  hits: readonly BackTestHit[],
  localTime: (at: number) => string,
): readonly string[] {
  const more = hits.length - MOST_HITS;
  return [
    `## ${code(rule)}`,
    '',
    `${action}, when ${code(when)}`,
    '',
    ...hits.slice(0, MOST_HITS).map((hit) => {
      const { at, agent, session_id, event, times, message } = hit;
      const often = times > 1 ? `, ${times} times` : '';
      const where = `${localTime(at)}, ${code(`${agent} ${shortSessionId(session_id)}`)}, event ${event}${often}`;
      return `- ${where}: ${spentText(hit)}. ${code(message)}`;
    }),
    ...(more > 0 ? [`- and ${counted(more, 'session')} more`] : []),
    '',
  ];
}

/** Texts of rules and traces are shown as they are, and are no Markdown of ours. */
function code(text: string): string {
  return `\`${sanitize(text).replaceAll('`', "'")}\``;
}
