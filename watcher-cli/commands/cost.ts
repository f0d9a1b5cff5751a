import { costReport } from '../../core/common/cost/cost-report.ts';
import { storeCost } from '../../core/common/cost/store-cost.ts';
import { visibleJson } from '../../core/common/json.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import { localDay } from '../../core/node/local-day.ts';
import { noSessionsText } from '../../core/node/sessions/no-sessions.ts';
import { rootSession } from '../../core/node/sessions/root-session.ts';
import { sessionNamed } from '../../core/node/sessions/session-named.ts';
import { readCosts } from '../../core/node/sessions/stored-costs.ts';
import { storedSessionIds } from '../../core/node/sessions/stored-sessions.ts';
import { painter, wantsColors } from '../view/colors.ts';
import { clipRow, type Row } from '../view/row.ts';
import type { CliContext } from './cli-context.ts';
import { findWorkspace } from './find-workspace.ts';
import { formatCostReport, formatStoreCost } from './format-cost.ts';

export interface CostOptions {
  readonly json?: boolean;
  /** Show the agents' own figures beside ours. */
  readonly source?: boolean;
}

/** Where a line of a table ends when nobody says how wide the terminal is. */
const DEFAULT_COLUMNS = 80;

/** `agent-trace cost`: one session with its subagents, or the whole store. Throws AgentTraceError `no-such-session`. */
export async function showCost(context: CliContext, name: string | undefined, options: CostOptions): Promise<void> {
  const { store } = findWorkspace(context.cwd, context.env);
  const rows =
    name === undefined ? await storeRows(context, store, options) : await sessionRows(context, store, name, options);
  if (typeof rows === 'string') {
    context.stdout.write(`${rows}\n`);
    return;
  }
  const isTerminal = context.stdout.isTTY === true;
  const columns = Math.max(40, context.stdout.columns ?? DEFAULT_COLUMNS);
  const paint = painter(wantsColors(context.env, isTerminal));
  // On paper and in pipes nothing is lost at the edge of a terminal.
  context.stdout.write(rows.map((row) => `${paint(clipRow(row, columns)).trimEnd()}\n`).join(''));
}

async function sessionRows(
  { prices }: CliContext,
  store: string,
  name: string,
  { json, source }: CostOptions,
): Promise<readonly Row[] | string> {
  const id = sessionNamed(storedSessionIds(store), (each) => each, name);
  const costs = await readCosts(store, prices, (each) => each === id || each.startsWith(`${id}.`));
  const root = costs.find((each) => each.id === id);
  if (!root)
    throw new AgentTraceError('no-such-session', `session ${id} has no events yet; agent-trace list shows all`);
  const report = costReport(
    root,
    costs.filter((each) => each !== root),
    prices,
  );
  return json ? visibleJson(report, 2) : formatCostReport(report, source ?? false);
}

async function storeRows(
  { prices }: CliContext,
  store: string,
  { json, source }: CostOptions,
): Promise<readonly Row[] | string> {
  const costs = await readCosts(store, prices);
  const known = new Set(costs.map(({ id }) => id));
  const whole = storeCost(costs, localDay, (id) => {
    const root = rootSession(store, id);
    return known.has(root) ? root : id;
  });
  if (json) return visibleJson(whole, 2);
  return costs.length === 0 ? noSessionsText(store) : formatStoreCost(whole, source ?? false);
}
