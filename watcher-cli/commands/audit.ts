import path from 'node:path';
import { visibleJson } from '../../core/common/json.ts';
import { formatRuleIssue } from '../../core/common/rules/reading/rule-issue.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import { auditSession } from '../../core/node/audit/audit-session.ts';
import { readScopeFile } from '../../core/node/audit/read-scope-file.ts';
import { RealPathFinder } from '../../core/node/audit/real-path-finder.ts';
import { systemPaths } from '../../core/node/rules/system-paths.ts';
import { chooseSessions, type SessionChoice } from '../../core/node/sessions/chosen-sessions.ts';
import { painter, wantsColors } from '../view/colors.ts';
import { auditJson } from './audit-json.ts';
import type { CliContext } from './cli-context.ts';
import { findWorkspace } from './find-workspace.ts';
import { AuditTotals, auditRows, totalRows } from './format-audit.ts';

export interface AuditCommandOptions {
  /** Path of the policy file. */
  readonly policy?: string | undefined;
  readonly json?: boolean | undefined;
  /** What could not be checked fails the audit too. */
  readonly strict?: boolean | undefined;
  /** Seconds: the sessions with an event so lately. */
  readonly since?: number | undefined;
  /** Every session. */
  readonly all?: boolean | undefined;
}

/**
 * `agent-trace audit`: holds recorded sessions against `.agent-scope.json`. Gives the exit code: 0 when nothing was
 * found, else 1. Throws AgentTraceError: `usage`, `bad-rules`, `no-such-session`.
 */
export async function auditCommand(
  context: CliContext,
  name: string | undefined,
  options: AuditCommandOptions,
): Promise<number> {
  const { store: storePath, folder } = findWorkspace(context.cwd, context.env);
  const named = options.policy === undefined ? undefined : path.resolve(context.cwd, options.policy);
  const found = await readScopeFile(folder, named);
  const policy = found && relativeTo(context.cwd, found.file);
  if (found && 'issues' in found) {
    throw new AgentTraceError(
      'bad-rules',
      found.issues.map((issue) => formatRuleIssue(policy ?? '', issue)).join('\n'),
    );
  }
  const { store, sessions } = chooseSessions(storePath, choiceOf(context, name, options));
  const auditOptions = {
    scope: found?.scope,
    paths: systemPaths(),
    realPath: new RealPathFinder().find,
    workspace: folder,
  };
  const paint = painter(wantsColors(context.env, context.stdout.isTTY === true));
  const totals = new AuditTotals();
  for (const session of sessions) {
    const audited = await auditSession(store, session, auditOptions);
    totals.add(audited);
    if (options.json) context.stdout.write(`${visibleJson(auditJson(audited, policy))}\n`);
    else for (const row of auditRows(audited, policy)) context.stdout.write(`${paint(row).trimEnd()}\n`);
  }
  if (!options.json) for (const row of totalRows(totals, policy)) context.stdout.write(`${paint(row).trimEnd()}\n`);
  return totals.isClean && !(options.strict && totals.unchecked > 0) ? 0 : 1;
}

/** What the options say. Throws AgentTraceError `usage` when they contradict each other. */
function choiceOf({ now }: CliContext, name: string | undefined, { since, all }: AuditCommandOptions): SessionChoice {
  if ([name !== undefined, since !== undefined, all === true].filter(Boolean).length > 1) {
    throw new AgentTraceError('usage', 'name a session, or --since, or --all: one of them');
  }
  if (all) return { kind: 'since', time: Number.NEGATIVE_INFINITY };
  return since === undefined ? { kind: 'one', name } : { kind: 'since', time: now() - since };
}

function relativeTo(folder: string, file: string): string {
  const relative = path.relative(folder, file);
  return relative === '' || relative.startsWith('..') ? file : relative;
}
