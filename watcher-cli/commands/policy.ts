import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Counted } from '../../core/common/audit/propose/counted.ts';
import type { Observed } from '../../core/common/audit/propose/observation.ts';
import { formatRules, proposeRules } from '../../core/common/audit/propose/propose-rules.ts';
import { proposeScope } from '../../core/common/audit/propose/propose-scope.ts';
import { SCOPE_FILE } from '../../core/common/audit/scope.ts';
import { visibleJson } from '../../core/common/json.ts';
import { excerpt } from '../../core/common/view/excerpt.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import { type ObservedSessions, observeSessions } from '../../core/node/audit/observe-sessions.ts';
import { RealPathFinder } from '../../core/node/audit/real-path-finder.ts';
import { systemPaths } from '../../core/node/rules/system-paths.ts';
import { chooseSessions } from '../../core/node/sessions/chosen-sessions.ts';
import type { CliContext } from './cli-context.ts';
import { findWorkspace } from './find-workspace.ts';

export interface PolicyCommandOptions {
  /** Id of one session, or the beginning of it. */
  readonly session?: string | undefined;
  /** Seconds: the sessions with an event so lately. */
  readonly since?: number | undefined;
  /** Where to write the policy, and the rules. */
  readonly output?: string | undefined;
  readonly outputRules?: string | undefined;
  /** Replace files that are there. */
  readonly force?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** Lines of what was left out that are told. */
const MAX_NOTES = 5;

/**
 * `agent-trace policy`: proposes an `.agent-scope.json` and rules from what sessions did. Throws AgentTraceError:
 * `usage`, `no-such-session`, `refused` when a file is there already.
 */
export async function policyCommand(context: CliContext, options: PolicyCommandOptions): Promise<void> {
  const { session: name, since, output, outputRules, json } = options;
  if (name !== undefined && since !== undefined) {
    throw new AgentTraceError('usage', 'give --session, or --since: one of them');
  }
  const { store, folder } = findWorkspace(context.cwd, context.env);
  const time = since === undefined ? Number.NEGATIVE_INFINITY : context.now() - since;
  const chosen = chooseSessions(store, name === undefined ? { kind: 'since', time } : { kind: 'one', name });
  const walk = { paths: systemPaths(), realPath: new RealPathFinder().find, workspace: folder };
  const seen = await observeSessions(chosen, context.prices, walk);
  const scope = proposeScope(seen.observed);
  const rules = proposeRules(seen.observed, seen.maxima);
  const policyText = `${visibleJson(scope, 2)}\n`;
  const rulesText = formatRules(rules);
  if (output !== undefined) write(context, output, policyText, options);
  if (outputRules !== undefined) write(context, outputRules, rulesText, options);
  if (json) context.stdout.write(`${visibleJson({ policy: scope, rules }, 2)}\n`);
  else {
    if (output === undefined)
      context.stdout.write(`// ${SCOPE_FILE}: agent-trace policy --output ${SCOPE_FILE}\n${policyText}`);
    if (outputRules === undefined) {
      context.stdout.write(`\n// .watch-rules.json: agent-trace policy --output-rules .watch-rules.json\n${rulesText}`);
    }
  }
  for (const note of notesOf(seen)) context.stderr.write(`agent-trace: ${note}\n`);
}

function write(context: CliContext, file: string, text: string, { force, json }: PolicyCommandOptions): void {
  try {
    writeFileSync(path.resolve(context.cwd, file), text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (!isThere) throw error;
    throw new AgentTraceError('refused', `${file} is there already; --force replaces it`);
  }
  if (!json) context.stdout.write(`wrote ${excerpt(file)}\n`);
}

/** What the proposal does not cover. */
function notesOf({ observed, unreadable }: ObservedSessions): readonly string[] {
  const { sessions, sensitive, untold, unwritable }: Observed = observed;
  const list = (all: readonly Counted[]): string => {
    const shown = all.slice(0, MAX_NOTES).map(({ text, count }) => `${excerpt(text)} (${count})`);
    return `${shown.join(', ')}${all.length > MAX_NOTES ? ', ...' : ''}`;
  };
  return [
    `from ${sessions} session${sessions === 1 ? '' : 's'}; read it before you use it: what was done is not always what should be`,
    ...(sensitive.length > 0 ? [`not allowed, although touched: sensitive files ${list(sensitive)}`] : []),
    ...(untold.length > 0 ? [`not covered, because it cannot be told: ${list(untold)}`] : []),
    ...(unwritable > 0
      ? [`not covered, because no pattern can be written for them: ${unwritable} commands, paths or hosts`]
      : []),
    ...(unreadable > 0 ? [`not covered, because they cannot be read: ${unreadable} lines of the traces`] : []),
  ];
}
