import * as vscode from 'vscode';
import type { PanelControls } from '../../core/common/protocol/panel.ts';
import type { Answers } from '../asks/answers.ts';
import type { SessionControl } from '../control/session-control.ts';
import type { TraceModel } from '../model/trace-model.ts';
import { escapeIcons } from './escape-icons.ts';
import { sessionLabel } from './session-label.ts';

interface MenuItem extends vscode.QuickPickItem {
  readonly command: string;
  /** Set where the command is about the session of the menu, whichever is shown by then. */
  readonly session?: string;
}

/** The command `agentTrace.sessionMenu`: what can be done with the shown session. */
export function registerSessionMenu(model: TraceModel, control: SessionControl, answers: Answers): vscode.Disposable {
  return vscode.commands.registerCommand('agentTrace.sessionMenu', async () => {
    const session = model.current;
    const controls = session && control.controls(session);
    const reason = controls?.reason ? `: ${controls.reason}` : '';
    const chosen = await vscode.window.showQuickPick(
      [
        ...(answers.waiting.length > 0 ? [ANSWER_ITEM] : []),
        ...(session && controls ? controlItems(session.id, controls) : []),
        ...OTHER_ITEMS,
      ],
      {
        title: 'Agent Trace',
        placeHolder: session ? `${escapeIcons(sessionLabel(session))}${reason}` : 'There is no session',
      },
    );
    if (chosen) await vscode.commands.executeCommand(chosen.command, ...(chosen.session ? [chosen.session] : []));
  });
}

const ANSWER_ITEM: MenuItem = { label: '$(bell-dot) Answer Waiting Calls', command: 'agentTrace.answerCalls' };

const OTHER_ITEMS: readonly MenuItem[] = [
  { label: '$(list-selection) Select Session', command: 'agentTrace.selectSession' },
  { label: '$(list-flat) Open Event Stream', command: 'agentTrace.openEventStream' },
  { label: '$(output) Show Log', command: 'agentTrace.showLog' },
];

function controlItems(session: string, { pause, resume, kill }: PanelControls): readonly MenuItem[] {
  return [
    ...(pause ? [{ label: '$(debug-pause) Pause', command: 'agentTrace.pause', session }] : []),
    ...(resume ? [{ label: '$(debug-continue) Resume', command: 'agentTrace.resume', session }] : []),
    ...(kill ? [{ label: '$(circle-slash) Kill', command: 'agentTrace.kill', session }] : []),
  ];
}
