import { realpathSync } from 'node:fs';
import type { GuardState, ListedSession } from '../../core/common/session/listed-session.ts';
import { isLivePhase } from '../../core/common/session/session-phase.ts';
import type { SessionSummary } from '../../core/common/session/session-summary.ts';
import { type GuardFacts, guardState } from '../../core/common/view/guard-state.ts';
import { readRegistration } from '../../core/node/process/registration.ts';
import { rootSession } from '../../core/node/sessions/root-session.ts';
import type { CliContext } from './cli-context.ts';
import { findWorkspace } from './find-workspace.ts';

/** How long a list waits for a watcher that hangs. Milliseconds. */
const DEADLINE_MS = 2000;

/** Says of each session whether it is guarded, by the word of the watcher where one runs: it knows its rules. */
export async function withGuards(
  context: CliContext,
  sessions: readonly SessionSummary[],
): Promise<readonly ListedSession[]> {
  const over = sessions.map((session): ListedSession => ({ ...session, guard: null }));
  if (!sessions.some(({ state }) => isLivePhase(state))) return over;
  const runtimeDir = context.runtimeDir();
  const store = realpathSync(findWorkspace(context.cwd, context.env).store);
  const told = await watcherGuards(runtimeDir, store);
  const facts = await factsBeside(context, told);
  return over.map((session) => {
    const { session_id: id, state } = session;
    if (!isLivePhase(state)) return session;
    const asks = readRegistration(runtimeDir, store, rootSession(store, id))?.asks === true;
    const known = typeof told === 'string' ? undefined : told.get(id);
    return { ...session, guard: known ?? guardState({ ...facts, asks }) };
  });
}

/** What the watcher says of its sessions; or that there is none, or none that answers. */
async function watcherGuards(
  runtimeDir: string,
  store: string,
): Promise<ReadonlyMap<string, GuardState | null> | 'none' | 'silent'> {
  // Sockets and rules are loaded here because most lists have no session that lives.
  const { connectWatcher } = await import('../../core/node/control/client.ts');
  try {
    const client = await connectWatcher({ runtimeDir, store, deadlineMs: DEADLINE_MS });
    if (!client) return 'none';
    try {
      return new Map((await client.list()).map(({ session_id, guard }) => [session_id, guard]));
    } finally {
      client.close();
    }
  } catch {
    return 'silent';
  }
}

/** What holds for sessions of which no watcher has told. */
async function factsBeside(
  context: CliContext,
  told: Awaited<ReturnType<typeof watcherGuards>>,
): Promise<Omit<GuardFacts, 'asks'>> {
  if (told !== 'none') return { rules: undefined, watcher: told === 'silent' ? 'silent' : 'elsewhere' };
  const { loadPolicy } = await import('../../core/node/rules/load-policy.ts');
  const { ruleLocation } = await import('../rules/rule-location.ts');
  const loaded = await loadPolicy(ruleLocation(context));
  return 'issues' in loaded
    ? { rules: undefined, watcher: 'bad-rules' }
    : { rules: loaded.policy.rules, watcher: 'none' };
}
