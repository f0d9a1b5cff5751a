import { visibleJson } from '../../core/common/json.ts';
import type { BackTestReport } from '../../core/common/rules/back-test/report.ts';
import { formatRuleIssue } from '../../core/common/rules/reading/rule-issue.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import { backTest } from '../../core/node/back-test/back-test.ts';
import { localDay } from '../../core/node/local-day.ts';
import { checkPolicyTexts, readPolicyTexts } from '../../core/node/rules/load-policy.ts';
import type { CliContext } from '../commands/cli-context.ts';
import { findWorkspace } from '../commands/find-workspace.ts';
import { painter, wantsColors } from '../view/colors.ts';
import { clipRow } from '../view/row.ts';
import { onlySession } from '../watch/only-session.ts';
import { formatBackTest } from './format-back-test.ts';
import { ruleLocation, shownFile } from './rule-location.ts';
import { NO_RULES } from './rules-check.ts';

export interface RulesTestOptions {
  /** Id of one session, or a beginning of it. */
  readonly session?: string;
  /** Seconds back from now. */
  readonly since?: number;
  /** Path of a rule file instead of the workspace's own. */
  readonly rules?: string;
  readonly json?: boolean;
}

/** Where a line ends when nobody says how wide the terminal is. */
const DEFAULT_COLUMNS = 100;

/** `agent-trace rules test`: what the rules would have done. Throws AgentTraceError `bad-rules`, `no-such-session`. */
export async function testRules(context: CliContext, options: RulesTestOptions): Promise<void> {
  const { stdout, env, prices, now } = context;
  const location = ruleLocation(context, options.rules);
  const texts = await readPolicyTexts(location);
  const loaded = checkPolicyTexts(location, texts);
  if ('issues' in loaded) {
    throw new AgentTraceError('bad-rules', loaded.issues.map((issue) => formatRuleIssue(issue.file, issue)).join('\n'));
  }
  const { policy, hasUserConfig } = loaded;
  const { store } = findWorkspace(context.cwd, env);
  const report: BackTestReport = {
    version: 1,
    files: [
      ...(hasUserConfig ? [location.userConfig.file] : []),
      ...(policy.source === undefined ? [] : [policy.source]),
    ],
    ...(await backTest({
      store,
      policy,
      session: options.session === undefined ? undefined : onlySession(store, options.session),
      since: options.since === undefined ? undefined : now() - options.since,
      prices,
      dayOf: localDay,
    })),
  };
  if (options.json) {
    stdout.write(`${visibleJson(report, 2)}\n`);
    return;
  }
  if (policy.rules.length === 0) {
    stdout.write(`${NO_RULES}\n`);
    return;
  }
  const isTerminal = stdout.isTTY === true;
  const paint = painter(wantsColors(env, isTerminal));
  const columns = isTerminal ? Math.max(40, stdout.columns ?? DEFAULT_COLUMNS) : Number.MAX_SAFE_INTEGER;
  const rows = formatBackTest(report, (file) => shownFile(file, context.cwd));
  stdout.write(rows.map((row) => `${paint(clipRow(row, columns)).trimEnd()}\n`).join(''));
}
