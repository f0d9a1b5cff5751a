import * as vscode from 'vscode';
import { isLivePhase } from '../../core/common/session/session-phase.ts';
import { concerns } from '../../core/common/view/asked-call.ts';
import { type TooltipLink, tooltipMarkdown } from '../../core/common/view/status-markdown.ts';
import { type StatusModel, statusModel } from '../../core/common/view/status-model.ts';
import { lastStop } from '../../core/common/view/status-stop.ts';
import { statusTooltip } from '../../core/common/view/status-tooltip.ts';
import { Refresher } from '../../core/node/refresher.ts';
import type { Answers } from '../asks/answers.ts';
import type { SessionControl } from '../control/session-control.ts';
import type { ModelSession } from '../model/model-session.ts';
import type { TraceModel } from '../model/trace-model.ts';
import type { Watchers } from '../watcher/watchers.ts';
import { escapeIcons } from './escape-icons.ts';

export interface StatusBarOptions {
  readonly model: TraceModel;
  readonly watchers: Watchers;
  readonly control: SessionControl;
  readonly answers: Answers;
}

const BACKGROUNDS: Readonly<Record<StatusModel['tone'], vscode.ThemeColor | undefined>> = {
  plain: undefined,
  warning: new vscode.ThemeColor('statusBarItem.warningBackground'),
  error: new vscode.ThemeColor('statusBarItem.errorBackground'),
};

/** Shows the session that did something last, or the selected one; nothing while there is none. */
export class StatusBar implements vscode.Disposable {
  private readonly options: StatusBarOptions;
  private readonly item: vscode.StatusBarItem;
  private readonly refresher = new Refresher(() => this.show());
  private readonly disposables: readonly vscode.Disposable[];

  constructor(options: StatusBarOptions) {
    const { model, watchers, control, answers } = options;
    this.options = options;
    this.item = vscode.window.createStatusBarItem('agentTrace.status', vscode.StatusBarAlignment.Left);
    this.item.name = 'Agent Trace';
    const refresh = () => this.refresher.request();
    this.disposables = [
      this.item,
      this.refresher,
      model.onDidChangeSession(refresh),
      model.onDidChangeSessions(refresh),
      model.onDidChangeRules(refresh),
      watchers.onDidChange(refresh),
      control.onDidChange(refresh),
      answers.onDidChange(refresh),
      vscode.window.onDidChangeWindowState(refresh),
    ];
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  private show(): void {
    const { model, control } = this.options;
    const session = model.current;
    if (!session) {
      this.item.hide();
      return;
    }
    const { state } = session;
    const phase = session.summary.state;
    const stop = lastStop(this.storeOf(session)?.alerts ?? [], session.id);
    const others = this.others(session);
    const status = statusModel({ state, phase, stop, pending: control.pending(session), others });
    const more = status.othersWait ? ' $(bell-dot)' : '';
    this.item.text = `$(${status.icon}) ${status.parts.map(escapeIcons).join('  ')}${more}`;
    this.item.backgroundColor = BACKGROUNDS[status.tone];
    this.item.accessibilityInformation = { label: status.label };
    this.item.command =
      this.options.answers.waiting.length > 0 ? 'agentTrace.answerCalls' : 'agentTrace.openEventStream';
    this.item.tooltip = this.tooltip(session, status, stop);
    this.item.show();
  }

  /** Sessions beside this one that are not over, subagents aside. */
  private others(shown: ModelSession): { readonly live: number; readonly waiting: number } {
    const phases = this.options.model.sessions
      .filter((session) => session !== shown && session.parentId === undefined)
      .map((session) => session.summary.state);
    return {
      live: phases.filter(isLivePhase).length,
      waiting: phases.filter((phase) => phase === 'waiting').length,
    };
  }

  private tooltip(
    session: ModelSession,
    status: StatusModel,
    stop: ReturnType<typeof lastStop>,
  ): vscode.MarkdownString {
    const { watchers, control, answers } = this.options;
    const store = this.storeOf(session);
    const tooltip = statusTooltip({
      state: session.state,
      kind: status.kind,
      stop,
      asked: store ? answers.in(store).filter((call) => concerns({ session_id: call.sessionId }, session.id)) : [],
      nearness: store?.nearness(session),
      rules: store?.rules?.policy?.rules.length ?? 0,
      guard: watchers.guardOf(session),
      now: Date.now() / 1000,
    });
    const { pause, resume, kill } = control.controls(session);
    const links: readonly TooltipLink[] = [
      ...(answers.waiting.length > 0 ? [{ title: 'Answer', command: 'agentTrace.answerCalls' }] : []),
      ...(pause ? [{ title: 'Pause', command: 'agentTrace.pause', argument: session.id }] : []),
      ...(resume ? [{ title: 'Resume', command: 'agentTrace.resume', argument: session.id }] : []),
      ...(kill ? [{ title: 'Kill', command: 'agentTrace.kill', argument: session.id }] : []),
      { title: 'More', command: 'agentTrace.sessionMenu' },
    ];
    const markdown = new vscode.MarkdownString(tooltipMarkdown(status.icon, tooltip, links), true);
    markdown.isTrusted = { enabledCommands: links.map(({ command }) => command) };
    return markdown;
  }

  private storeOf(session: ModelSession) {
    return this.options.model.stores.find((store) => store.path === session.store);
  }
}
