import { errorText } from '../../core/common/error-text.ts';
import { visibleJson } from '../../core/common/json.ts';
import type { ListedSession } from '../../core/common/session/listed-session.ts';
import { isLivePhase } from '../../core/common/session/session-phase.ts';
import type { SessionSummary } from '../../core/common/session/session-summary.ts';
import { excerpt } from '../../core/common/view/excerpt.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import { noSessionsText } from '../../core/node/sessions/no-sessions.ts';
import { loadSessions } from '../../core/node/sessions/stored-sessions.ts';
import type { CliContext } from './cli-context.ts';
import { findWorkspace } from './find-workspace.ts';
import { costText, duration, formatSessions, localTime } from './format-sessions.ts';
import { withGuards } from './guard-states.ts';
import { pickSession } from './pick-session.ts';

/** Every session of the store, oldest first. Throws AgentTraceError `failed` when the store cannot be read. */
export async function summaries(context: CliContext): Promise<readonly SessionSummary[]> {
  const { store } = findWorkspace(context.cwd, context.env);
  const { table, prices, now } = context;
  const options = { store, runtimeDir: context.runtimeDir(), table, prices, now };
  try {
    return (await loadSessions(options)).map((session) => session.summary);
  } catch (error) {
    const reason = errorText(error);
    throw new AgentTraceError(
      'failed',
      `the store ${store} cannot be read: ${reason}; repair it, or name another one in AGENT_TRACE_DIR`,
    );
  }
}

export async function listSessions(context: CliContext, options: { readonly json?: boolean }): Promise<void> {
  const sessions = await withGuards(context, await summaries(context));
  if (options.json) context.stdout.write(`${visibleJson(sessions, 2)}\n`);
  else if (sessions.length > 0) context.stdout.write(formatSessions(sessions, context.now(), terminalColumns(context)));
  else context.stdout.write(`${noSessionsText(findWorkspace(context.cwd, context.env).store)}\n`);
}

/** Undefined for files and pipes, where no line is too long. */
function terminalColumns({ stdout }: CliContext): number | undefined {
  return stdout.isTTY === true ? stdout.columns : undefined;
}

/** One session at length; without a name the one that is alive. */
export async function showStatus(
  context: CliContext,
  name: string | undefined,
  options: { readonly json?: boolean },
): Promise<void> {
  const [session] = await withGuards(context, [pickSession(await summaries(context), name)]);
  if (!session) return;
  context.stdout.write(options.json ? `${visibleJson(session, 2)}\n` : describe(session, context.now()));
}

function describe(session: ListedSession, now: number): string {
  const { tokens, process, guard } = session;
  const rows: readonly (readonly [string, string])[] = [
    ['session', session.session_id],
    ...(session.parent_session_id === null ? [] : [['part of', session.parent_session_id] as const]),
    ['agent', session.agent || 'unknown'],
    ['state', stateText(session)],
    ['process', process === null ? 'unknown' : `${process.pid} (${process.alive ? 'alive' : 'gone'})`],
    ...(guard === null ? [] : ([[guard.mode, guard.reason]] as const)),
    ...(session.started_at === null ? [] : ([['started', localTime(session.started_at)]] as const)),
    ...(session.started_at === null
      ? []
      : ([['duration', duration((session.ended_at ?? now) - session.started_at)]] as const)),
    ['cost', costText(session)],
    ...(session.cost.kind === 'estimated'
      ? ([['', 'an estimate: no usage was reported, tokens were counted in texts']] as const)
      : []),
    ...(session.cost.unpriced_models
      ? ([['', `no price for ${session.cost.unpriced_models.join(', ')}`]] as const)
      : []),
    ['tokens', `${tokens.input} in, ${tokens.output} out, ${tokens.cache_read} read from cache`],
    ['', `${tokens.cache_write_5m} cached for 5 minutes, ${tokens.cache_write_1h} for an hour`],
    ['calls', `${session.tool_calls} (${session.errors} errors)`],
    ['files', `${session.files_read} read, ${session.files_modified} modified`],
  ];
  return rows.map(([name, value]) => `${name.padEnd(10)}${excerpt(value)}\n`).join('');
}

function stateText({ state, reactivated_at }: SessionSummary): string {
  if (reactivated_at === null || !isLivePhase(state)) return state;
  return `${state}, again since ${localTime(reactivated_at)}: it had ended`;
}
