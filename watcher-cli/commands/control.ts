import { realpathSync } from 'node:fs';
import { errorText } from '../../core/common/error-text.ts';
import { visibleJson } from '../../core/common/json.ts';
import type { Alert, Outcome } from '../../core/common/protocol/alert.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import { AlertLog } from '../../core/node/alerts/alert-log.ts';
import { connectWatcher } from '../../core/node/control/client.ts';
import { type CommandAction, Enforcer } from '../../core/node/enforce/enforcer.ts';
import { findTarget } from '../../core/node/enforce/find-target.ts';
import { systemProcessControl } from '../../core/node/process/system-process-control.ts';
import type { CliContext } from './cli-context.ts';
import { confirmProcess } from './confirm-process.ts';
import { findWorkspace } from './find-workspace.ts';
import { summaries } from './list.ts';
import { offerProcesses } from './offer-processes.ts';
import { pickSession } from './pick-session.ts';
import { refuseOwnTree } from './refuse-own-tree.ts';

export interface ControlOptions {
  readonly json?: boolean;
  /** The user says that this process is the session's agent. */
  readonly pid?: number;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly graceMs?: number;
}

/**
 * Pauses, resumes or kills one session: by the watcher where one runs, else directly. Throws AgentTraceError `refused`
 * when nothing was done on purpose, `failed` when it did not work.
 */
export async function controlSession(
  context: CliContext,
  action: CommandAction,
  name: string | undefined,
  options: ControlOptions,
): Promise<void> {
  const session = pickSession(await summaries(context), name);
  const store = realpathSync(findWorkspace(context.cwd, context.env).store);
  if (options.pid !== undefined) {
    confirmProcess(context, { store, sessionId: session.session_id, agent: session.agent, pid: options.pid });
  }
  const search = findTarget(context.runtimeDir(), store, session.session_id, context.table);
  if ('target' in search) refuseOwnTree(context.table, search.target);
  const outcome =
    (await askWatcher(context, store, action, session.session_id, options)) ??
    (await actDirectly(context, store, action, session.session_id, options));
  if (options.json) context.stdout.write(`${visibleJson(outcome)}\n`);
  if (outcome.result === 'refused' || outcome.result === 'failed') {
    const offered = 'target' in search ? '' : offerProcesses(context.table, store, session.session_id);
    throw new AgentTraceError(outcome.result, `${action} ${session.session_id}: ${outcome.reason}${offered}`);
  }
  if (!options.json) context.stdout.write(`${sanitize(`${session.session_id}: ${outcome.reason}`)}\n`);
}

async function askWatcher(
  context: CliContext,
  store: string,
  action: CommandAction,
  session: string,
  options: ControlOptions,
): Promise<Outcome | undefined> {
  const client = await connectWatcher({ runtimeDir: context.runtimeDir(), store });
  if (!client) return undefined;
  try {
    if (action === 'pause') return await client.pause(session);
    if (action === 'resume') return await client.resume(session);
    return await client.kill(session, options.graceMs);
  } catch (error) {
    // A watcher of other sessions only.
    if (error instanceof AgentTraceError && error.code === 'no-such-session') return undefined;
    throw error;
  } finally {
    client.close();
  }
}

function actDirectly(
  context: CliContext,
  store: string,
  action: CommandAction,
  session: string,
  options: ControlOptions,
): Promise<Outcome> {
  const runtimeDir = context.runtimeDir();
  const alerts = new AlertLog(store);
  const enforcer = new Enforcer({
    control: systemProcessControl(runtimeDir),
    findTarget: (sessionId) => findTarget(runtimeDir, store, sessionId, context.table),
    announce: (alert) => record(context, alerts, alert),
    now: context.now,
  });
  return enforcer.command(action, session, options.graceMs);
}

/** What was done stays done when it cannot be written down. */
function record({ stderr }: CliContext, alerts: AlertLog, alert: Alert): void {
  try {
    alerts.append(alert);
  } catch (error) {
    const reason = errorText(error);
    stderr.write(`${sanitize(`agent-trace: ${alerts.path} cannot be written: ${reason}`)}\n`);
  }
}
