import { genaiPriceBook } from '../../core/common/cost/genai-price-book.ts';
import type { SessionSummary } from '../../core/common/session/session-summary.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import { loadSessions } from '../../core/node/sessions/stored-sessions.ts';
import type { CliContext } from './cli-context.ts';
import { findWorkspace } from './find-workspace.ts';
import { costText, duration, formatSessions, localTime } from './format-sessions.ts';
import { pickSession } from './pick-session.ts';

/** Every session of the store, oldest first. Throws AgentTraceError `failed` when the store cannot be read. */
export async function summaries(context: CliContext): Promise<readonly SessionSummary[]> {
  const { store } = findWorkspace(context.cwd, context.env);
  const { table, now } = context;
  const options = { store, runtimeDir: context.runtimeDir(), table, prices: genaiPriceBook(), now };
  try {
    return (await loadSessions(options)).map((session) => session.summary);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AgentTraceError(
      'failed',
      `the store ${store} cannot be read: ${reason}; repair it, or name another one in AGENT_TRACE_DIR`,
    );
  }
}

export async function listSessions(context: CliContext, options: { readonly json?: boolean }): Promise<void> {
  const sessions = await summaries(context);
  if (options.json) context.stdout.write(`${JSON.stringify(sessions, null, 2)}\n`);
  else if (sessions.length > 0) context.stdout.write(formatSessions(sessions, context.now()));
  else context.stdout.write(`no sessions in ${findWorkspace(context.cwd, context.env).store}\n`);
}

/** One session at length; without a name the one that is alive. */
export async function showStatus(
  context: CliContext,
  name: string | undefined,
  options: { readonly json?: boolean },
): Promise<void> {
  const session = pickSession(await summaries(context), name);
  context.stdout.write(options.json ? `${JSON.stringify(session, null, 2)}\n` : describe(session, context.now()));
}

function describe(session: SessionSummary, now: number): string {
  const { tokens, process } = session;
  const rows: readonly (readonly [string, string])[] = [
    ['session', session.session_id],
    ...(session.parent_session_id === null ? [] : [['part of', session.parent_session_id] as const]),
    ['agent', session.agent || 'unknown'],
    ['state', session.state],
    ['process', process === null ? 'unknown' : `${process.pid} (${process.alive ? 'alive' : 'gone'})`],
    ...(session.started_at === null ? [] : ([['started', localTime(session.started_at)]] as const)),
    ...(session.started_at === null
      ? []
      : ([['duration', duration((session.ended_at ?? now) - session.started_at)]] as const)),
    ['cost', costText(session)],
    ['tokens', `${tokens.input} in, ${tokens.output} out, ${tokens.cache_read} read from cache`],
    ['', `${tokens.cache_write_5m} cached for 5 minutes, ${tokens.cache_write_1h} for an hour`],
    ['calls', `${session.tool_calls} (${session.errors} errors)`],
    ['files', `${session.files_read} read, ${session.files_modified} modified`],
  ];
  return rows.map(([name, value]) => `${name.padEnd(10)}${sanitize(value)}\n`).join('');
}
