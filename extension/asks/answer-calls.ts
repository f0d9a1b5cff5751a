import * as vscode from 'vscode';
import { ASK_ANSWERS, type AskAnswer } from '../../core/common/protocol/control.ts';
import { escapeIcons } from '../status/escape-icons.ts';
import { ANSWER_NAMES, type Answers, nameOf, type WaitingCall } from './answers.ts';

interface CallItem extends vscode.QuickPickItem {
  readonly call: WaitingCall;
}

interface AnswerItem extends vscode.QuickPickItem {
  /** Undefined: shows the call in the event stream instead. */
  readonly answer: AskAnswer | undefined;
}

const ICONS: Readonly<Record<AskAnswer, string>> = { once: 'check', deny: 'circle-slash', session: 'check-all' };

/** The command `agentTrace.answerCalls`: asks for an answer to the calls that wait, one after the other. */
export function registerAnswerCalls(answers: Answers): vscode.Disposable {
  return vscode.commands.registerCommand('agentTrace.answerCalls', async () => {
    if (answers.waiting.length === 0) {
      void vscode.window.showInformationMessage('Agent Trace: no call waits for an answer.');
      return;
    }
    for (let call = await pickCall(answers); call; call = await pickCall(answers)) {
      const chosen = await vscode.window.showQuickPick(answerItems(), {
        title: `Agent Trace: ${escapeIcons(nameOf(call))}`,
        placeHolder: escapeIcons(`Rule ${call.rule} asks: ${call.reason}`),
        ignoreFocusOut: true,
      });
      if (!chosen) return;
      if (chosen.answer === undefined) {
        await vscode.commands.executeCommand('agentTrace.openEventStream', { sessionId: call.sessionId });
        return;
      }
      await answers.give(call, chosen.answer);
    }
  });
}

/** The only call that is not answered yet, or the one that the user picks. */
async function pickCall(answers: Answers): Promise<WaitingCall | undefined> {
  const open = answers.waiting.filter(({ pending }) => pending === null);
  if (open.length <= 1) return open[0];
  const items = open.map((call): CallItem => {
    const label = `$(question) ${escapeIcons(nameOf(call))}`;
    return { label, description: escapeIcons(call.rule), detail: escapeIcons(call.reason), call };
  });
  const options = { title: 'Agent Trace: Answer Waiting Calls', placeHolder: 'The call to answer' };
  return (await vscode.window.showQuickPick(items, options))?.call;
}

function answerItems(): readonly AnswerItem[] {
  return [
    ...ASK_ANSWERS.map((answer) => ({ label: `$(${ICONS[answer]}) ${ANSWER_NAMES[answer].give}`, answer })),
    { label: '$(list-flat) Show in Event Stream', answer: undefined },
  ];
}
