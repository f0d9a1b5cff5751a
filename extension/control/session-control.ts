import * as vscode from 'vscode';
import { errorText } from '../../core/common/error-text.ts';
import type { Outcome } from '../../core/common/protocol/alert.ts';
import type { PanelControls } from '../../core/common/protocol/panel.ts';
import { excerpt } from '../../core/common/view/excerpt.ts';
import { sessionControls } from '../../core/common/view/status-controls.ts';
import type { CommandAction } from '../../core/node/enforce/enforcer.ts';
import type { ModelSession } from '../model/model-session.ts';
import type { TraceModel } from '../model/trace-model.ts';
import { noticeText } from '../notifications/notice-text.ts';
import { sessionLabel } from '../status/session-label.ts';
import type { Watchers } from '../watcher/watchers.ts';
import { type ControlledSession, ControlService } from './control-service.ts';

export interface SessionControlOptions {
  readonly model: TraceModel;
  readonly watchers: Watchers;
  readonly runtimeDir: string;
  readonly log: vscode.LogOutputChannel;
}

const NAMES: Readonly<Record<CommandAction, string>> = { pause: 'Pause', resume: 'Resume', kill: 'Kill' };
const DONE: Readonly<Record<CommandAction, string>> = { pause: 'Paused', resume: 'Resumed', kill: 'Killed' };

/** Pause, Resume and Kill as the user meets them: asks before a kill, says what came of it. */
export class SessionControl implements vscode.Disposable {
  private readonly options: SessionControlOptions;
  private readonly service: ControlService;
  private readonly changeEmitter = new vscode.EventEmitter<ControlledSession>();

  /** Something was asked for a session, or has been answered: what can be done with it has changed. */
  readonly onDidChange = this.changeEmitter.event;

  constructor(options: SessionControlOptions) {
    const { model, watchers, runtimeDir, log } = options;
    this.options = options;
    this.service = new ControlService({
      runtimeDir,
      isTrusted: () => vscode.workspace.isTrusted,
      findWatcher: (store) => watchers.find(store),
      now: () => Date.now() / 1000,
      onChange: (session) => this.changeEmitter.fire(session),
      onAlert: (path, alert) => model.stores.find((store) => store.path === path)?.receive(alert),
      onIssue: (message) => log.warn(excerpt(message)),
    });
  }

  dispose(): void {
    this.changeEmitter.dispose();
  }

  /** What was asked for last and has not been answered yet. */
  pending(session: ControlledSession): CommandAction | null {
    return this.service.pending(session);
  }

  /** What can be done with a session now. Asks the process table. */
  controls(session: ModelSession): PanelControls {
    const { state, process } = session.summary;
    return sessionControls({
      phase: state,
      hasProcess: process !== null,
      trusted: vscode.workspace.isTrusted,
      pending: this.pending(session),
    });
  }

  /** Carries out what the user asked for and tells what came of it. Never rejects. */
  async run(action: CommandAction, session: ModelSession): Promise<void> {
    if (action === 'kill' && !(await confirmKill(session))) return;
    try {
      this.tell(action, session, await this.service.request(action, session));
    } catch (error) {
      const message = errorText(error);
      this.fail(`${NAMES[action]} ${sessionLabel(session)}: ${message}`);
    }
  }

  private tell(action: CommandAction, session: ModelSession, { result, reason }: Outcome): void {
    const label = sessionLabel(session);
    const { log } = this.options;
    switch (result) {
      case 'done':
      case 'partial': {
        const text = noticeText(`${DONE[action]} ${label}${result === 'partial' ? ' in part' : ''}: ${reason}`);
        log.info(text);
        if (result === 'done') void vscode.window.showInformationMessage(text);
        else void vscode.window.showWarningMessage(text);
        return;
      }
      case 'refused':
      case 'failed':
      case 'monitor':
      case 'superseded':
      case 'late':
        this.fail(`${NAMES[action]} ${label}: ${reason}`);
        return;
      default:
        result satisfies never;
    }
  }

  private fail(message: string): void {
    const text = noticeText(message);
    this.options.log.error(text);
    void vscode.window.showErrorMessage(text);
  }
}

async function confirmKill(session: ModelSession): Promise<boolean> {
  if (!vscode.workspace.getConfiguration('agentTrace', session.folder).get('confirmKill', true)) return true;
  const detail = 'The agent gets a moment to close its session. Then it and everything it started is ended.';
  const question = noticeText(`Kill ${sessionLabel(session)}?`);
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Kill')) === 'Kill';
}
