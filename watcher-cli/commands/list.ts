import { genaiPriceBook } from '../../core/common/cost/genai-price-book.ts';
import type { SessionSummary } from '../../core/common/session/session-summary.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';
import { loadSessions } from '../../core/node/sessions/stored-sessions.ts';
import type { CliContext } from './cli-context.ts';
import { findWorkspace } from './find-workspace.ts';
import { costText, duration, formatSessions, localTime } from './format-sessions.ts';
import { pickSession } from './pick-session.ts';

/** Every session of the store, oldest first. */
export async function summaries(context: CliContext): Promise<readonly SessionSummary[]> {
  const { store } = findWorkspace(context.cwd, context.env);
  const sessions = await loadSessions({
    store,
    runtimeDir: context.runtimeDir(),
    table: context.table,
    prices: genaiPriceBook(),
    now: context.now,
  });
  return sessions.map((session) => session.summary);
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
