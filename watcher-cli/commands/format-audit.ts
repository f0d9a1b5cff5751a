import type { Finding } from '../../core/common/audit/finding.ts';
import { SCOPE_FILE } from '../../core/common/audit/scope.ts';
import { excerpt } from '../../core/common/view/excerpt.ts';
import { shortSessionId } from '../../core/common/view/short-session-id.ts';
import type { AuditedSession } from '../../core/node/audit/audit-session.ts';
import { type Row, span } from '../view/row.ts';
import { localTime } from './format-sessions.ts';

/** Findings of one kind that are told one by one; `--json` tells all. */
const MAX_SHOWN = 50;
/** Characters of a command line or path that are shown. */
const SHOWN_CHARACTERS = 160;

const LABELS = { violation: 'VIOLATION', sensitive: 'SENSITIVE', unchecked: 'NOT CHECKED' } as const;
const TONES = { violation: 'bad', sensitive: 'bad', unchecked: 'warning' } as const;
const INDENT = '             ';

/** Whether nothing was found against a session; what could not be checked is no finding against it. */
export function isCleanAudit({ report }: AuditedSession): boolean {
  return report.leftOut === 0 && report.findings.every(({ kind }) => kind === 'unchecked');
}

/** Sums over the sessions of one audit. Counts calls, not findings. */
export class AuditTotals {
  sessions = 0;
  checked = 0;
  violations = 0;
  sensitive = 0;
  unchecked = 0;
  otherCalls = 0;
  readonly otherTools = new Map<string, number>();

  get isClean(): boolean {
    return this.violations + this.sensitive === 0;
  }

  add({ report, unreadable }: AuditedSession): void {
    const calls = (kind: Finding['kind']): number =>
      report.findings.reduce((sum, finding) => sum + (finding.kind === kind ? finding.calls : 0), 0);
    this.sessions += 1;
    this.checked += report.checked;
    this.violations += calls('violation') + report.leftOut;
    this.sensitive += calls('sensitive');
    this.unchecked += calls('unchecked') + unreadable.length;
    for (const [tool, count] of report.otherTools) {
      this.otherCalls += count;
      this.otherTools.set(tool, (this.otherTools.get(tool) ?? 0) + count);
    }
  }
}

/** What was found in one session; no line when that is nothing. */
export function auditRows({ report, unreadable }: AuditedSession, policy: string | undefined): readonly Row[] {
  const { findings, leftOut, sessionId, agent, startedAt } = report;
  if (findings.length === 0 && unreadable.length === 0) return [];
  const started = startedAt === undefined ? '' : localTime(startedAt);
  const rows: Row[] = [
    [span(`session ${sessionId}`, 'strong'), span(`  ${agent || 'unknown agent'}  ${started}`, 'quiet')],
  ];
  for (const kind of ['violation', 'sensitive', 'unchecked'] as const) {
    const ofKind = findings.filter((finding) => finding.kind === kind);
    rows.push(...ofKind.slice(0, MAX_SHOWN).flatMap((finding) => findingRows(finding, policy, sessionId)));
    const more = ofKind.length - MAX_SHOWN;
    if (more > 0) rows.push([span(`${INDENT}and ${more} more; --json lists them`, 'quiet')]);
  }
  if (leftOut > 0) rows.push([span(`${INDENT}and ${leftOut} calls more, too many to list`, 'quiet')]);
  for (const message of unreadable) rows.push([span(LABELS.unchecked.padEnd(13), 'warning'), span(message)]);
  return [...rows, []];
}

function findingRows(finding: Finding, policy: string | undefined, sessionId: string): readonly Row[] {
  const { kind, what, target, commandLine, denial, reason, tool, eventId, event, calls, failed } = finding;
  const rows: Row[] = [
    [span(LABELS[kind].padEnd(13), TONES[kind]), span(`${what.padEnd(8)}${brief(target)}`, 'plain')],
  ];
  const line = (text: string): void => void rows.push([span(`${INDENT}${text}`, 'quiet')]);
  if (commandLine !== undefined && brief(commandLine) !== brief(target)) line(`in ${brief(commandLine)}`);
  if (denial) {
    const rule =
      denial.pattern === undefined ? `not in ${denial.rule}` : `${denial.rule} ${JSON.stringify(denial.pattern)}`;
    line(`${denial.rule === 'network.deny_all' ? denial.rule : rule}  ${policy}:${denial.line}:${denial.column}`);
  }
  if (kind === 'sensitive') line('a file of a kind that holds secrets, which no allow list names');
  if (reason !== undefined) line(reason);
  const ran = failed === 0 ? '' : failed === calls ? ', failed' : `, ${failed} failed`;
  const times = calls === 1 ? '' : `, and ${calls - 1} more`;
  line(`event ${event} of ${shortSessionId(sessionId)}, ${tool} ${eventId}${times}${ran}`);
  return rows;
}

/** The last lines: what was checked, and what came of it. */
export function totalRows(totals: AuditTotals, policy: string | undefined): readonly Row[] {
  const { sessions, checked, violations, sensitive, unchecked, otherCalls, isClean } = totals;
  const against = policy === undefined ? `for sensitive files only: there is no ${SCOPE_FILE}` : `against ${policy}`;
  const rows: Row[] = [
    [span(`${count(checked, 'call')} of ${count(sessions, 'session')} checked ${against}`, 'plain')],
  ];
  if (otherCalls > 0) {
    const tools = [...totals.otherTools].sort((a, b) => b[1] - a[1]).slice(0, 5);
    const names = tools.map(([tool, calls]) => `${brief(tool)} ${calls}`).join(', ');
    const more = totals.otherTools.size > tools.length ? ', ...' : '';
    rows.push([span(`${count(otherCalls, 'call')} of tools that no policy speaks of: ${names}${more}`, 'quiet')]);
  }
  const found = [
    ...(violations > 0 ? [count(violations, 'violation')] : []),
    ...(sensitive > 0 ? [`${count(sensitive, 'access', 'accesses')} to sensitive files`] : []),
  ];
  const verdict = isClean ? span('nothing found', 'good') : span(found.join(', '), 'bad');
  const unread = unchecked > 0 ? [span(`; ${unchecked} not checked`, 'warning')] : [];
  return [...rows, [verdict, ...unread]];
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

function brief(text: string): string {
  const shown = [...excerpt(text)];
  return shown.length > SHOWN_CHARACTERS ? `${shown.slice(0, SHOWN_CHARACTERS - 1).join('')}…` : shown.join('');
}
