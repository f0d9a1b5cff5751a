import type { Finding } from '../../core/common/audit/finding.ts';
import type { AuditedSession } from '../../core/node/audit/audit-session.ts';
import { isCleanAudit } from './format-audit.ts';

/** The audit of one session as docs/audit.md describes it. `policy`: path of the file; undefined without one. */
export function auditJson(audited: AuditedSession, policy: string | undefined): object {
  const { report, unreadable } = audited;
  return {
    session_id: report.sessionId,
    agent: report.agent,
    started_at: report.startedAt ?? null,
    policy: policy ?? null,
    clean: isCleanAudit(audited),
    events: report.events,
    checked: report.checked,
    findings: report.findings.map((finding) => findingJson(finding, policy)),
    left_out: report.leftOut,
    other_tools: Object.fromEntries(report.otherTools),
    unreadable,
  };
}

function findingJson(finding: Finding, policy: string | undefined): object {
  const { kind, what, target, commandLine, denial, reason, tool, eventId, event, at, calls, failed } = finding;
  const rule = denial && {
    rule: denial.rule,
    ...(denial.pattern === undefined ? {} : { pattern: denial.pattern }),
    place: { file: policy, line: denial.line, column: denial.column },
  };
  return {
    kind,
    what,
    target,
    ...(commandLine === undefined ? {} : { command_line: commandLine }),
    ...rule,
    ...(reason === undefined ? {} : { reason }),
    tool,
    event_id: eventId,
    event,
    at,
    calls,
    failed,
  };
}
