import * as vscode from 'vscode';
import { formatCost } from '../../core/common/cost/cost.ts';
import { excerpt } from '../../core/common/view/excerpt.ts';
import { shortSessionId } from '../../core/common/view/short-session-id.ts';
import { readMeta } from '../../core/node/store/session-meta-file.ts';
import { sessionArgument } from '../control/session-argument.ts';
import type { ModelSession } from '../model/model-session.ts';
import type { TraceModel } from '../model/trace-model.ts';
import { localTime } from '../sessions/local-time.ts';
import { escapeIcons } from './escape-icons.ts';
import { sessionLabel } from './session-label.ts';

interface SessionItem extends vscode.QuickPickItem {
  /** Undefined: whichever did something last. */
  readonly id?: string;
}

/** Past sessions that are offered; the view of all sessions has the rest. */
const PAST_SESSIONS = 50;

/** The command `agentTrace.selectSession`: shows the session it is called with, or asks for one. */
export function registerSelectSession(model: TraceModel): vscode.Disposable {
  return vscode.commands.registerCommand('agentTrace.selectSession', async (argument: unknown) => {
    const id = sessionArgument(argument);
    if (id !== undefined) {
      model.select(id);
      return;
    }
    const chosen = await vscode.window.showQuickPick(items(model), {
      title: 'Agent Trace: Select Session',
      placeHolder: 'The session that status bar, event stream and commands are about',
      matchOnDescription: true,
    });
    if (chosen && chosen.kind !== vscode.QuickPickItemKind.Separator) model.select(chosen.id);
  });
}

function items(model: TraceModel): readonly SessionItem[] {
  const followed = model.sessions
    .filter((session) => session.parentId === undefined)
    .sort((a, b) => (b.state.lastEventAt ?? 0) - (a.state.lastEventAt ?? 0));
  const known = new Set(model.sessions.map((session) => session.id));
  const past = model.stored
    .filter(({ id }) => !known.has(id))
    .flatMap(({ id, store }) => readMeta(store.path, id) ?? [])
    .filter((meta) => meta.parent_session_id === undefined)
    .sort((a, b) => b.started_at - a.started_at)
    .slice(0, PAST_SESSIONS);
  return [
    { label: '$(pulse) Follow the Newest', description: 'whichever session did something last' },
    ...followed.map(followedItem),
    ...(past.length > 0 ? [{ label: 'Past', kind: vscode.QuickPickItemKind.Separator }] : []),
    ...past.map(({ session_id, agent_name, started_at }) => ({
      label: escapeIcons(`${excerpt(agent_name ?? 'agent')} ${shortSessionId(session_id)}`),
      description: localTime(started_at),
      id: session_id,
    })),
  ];
}

function followedItem(session: ModelSession): SessionItem {
  const { state, summary, folder, id } = session;
  const calls = state.toolCalls === 1 ? '1 call' : `${state.toolCalls} calls`;
  const started = state.startedAt === undefined ? '' : `, since ${localTime(state.startedAt)}`;
  return {
    label: escapeIcons(sessionLabel(session)),
    description: `${summary.state}, ${formatCost(state.cost)}, ${calls}`,
    detail: `${folder.name}${started}`,
    id,
  };
}
