import * as vscode from 'vscode';
import { ASK_ANSWERS } from '../../core/common/protocol/control.ts';
import { noticeText } from '../notifications/notice-text.ts';
import { ANSWER_NAMES, type Answers, type WaitingCall } from './answers.ts';

/** Calls come here before their event is recorded; a notice that names the call is worth waiting for. Milliseconds. */
const RECORDED_MS = 300;

/** Tells the user of each call that waits, once in a window, and takes the answer. */
export class AskNotices implements vscode.Disposable {
  private readonly answers: Answers;
  private readonly told = new Set<string>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly listening: vscode.Disposable;

  constructor(answers: Answers) {
    this.answers = answers;
    this.listening = answers.onDidChange(() => this.tellNew());
  }

  dispose(): void {
    this.listening.dispose();
    for (const timer of this.timers) clearTimeout(timer);
  }

  private tellNew(): void {
    if (vscode.workspace.getConfiguration('agentTrace').get<string>('notifications') === 'off') return;
    for (const { id } of this.answers.waiting) {
      if (this.told.has(id)) continue;
      this.told.add(id);
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        void this.tell(id);
      }, RECORDED_MS);
      this.timers.add(timer);
    }
  }

  private async tell(id: string): Promise<void> {
    const call = this.find(id);
    if (!call) return;
    const names = ASK_ANSWERS.map((answer) => ANSWER_NAMES[answer].give);
    const what = call.call === '' ? '' : `${call.call}. `;
    const text = noticeText(`Agent Trace: an agent waits for you. ${what}Rule ${call.rule} asks: ${call.reason}`);
    const buttons = vscode.workspace.isTrusted ? names : ['Show'];
    const chosen = await vscode.window.showWarningMessage(text, ...buttons);
    if (chosen === 'Show')
      await vscode.commands.executeCommand('agentTrace.openEventStream', { sessionId: call.sessionId });
    const answer = ASK_ANSWERS.find((each) => ANSWER_NAMES[each].give === chosen);
    // What the watcher says to a call that waits no longer is told as it is.
    if (answer) await this.answers.give(this.find(id) ?? call, answer);
  }

  private find(id: string): WaitingCall | undefined {
    return this.answers.waiting.find((call) => call.id === id);
  }
}
