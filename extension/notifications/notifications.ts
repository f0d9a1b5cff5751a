import * as vscode from 'vscode';
import type { Outcome } from '../../core/common/protocol/alert.ts';
import { shortSessionId } from '../../core/common/view/short-session-id.ts';
import type { SessionControl } from '../control/session-control.ts';
import type { StoreModel } from '../model/store-model.ts';
import type { TraceModel } from '../model/trace-model.ts';
import { sessionLabel } from '../status/session-label.ts';
import type { StoreFailure, Watchers } from '../watcher/watchers.ts';
import { noticeText } from './notice-text.ts';
import type { NoticeButton, RuleNotice } from './rule-notice.ts';
import { RuleNotices } from './rule-notices.ts';
import { ToldDecisions } from './told-decisions.ts';

export interface NotificationsOptions {
  readonly model: TraceModel;
  readonly watchers: Watchers;
  readonly control: SessionControl;
  /** Of this workspace. */
  readonly workspaceState: vscode.Memento;
  /** Of this user. */
  readonly globalState: vscode.Memento;
}

const NO_RULES_TOLD = 'agentTrace.noRulesTold';
const NO_RULES_NEVER = 'agentTrace.noRulesNever';

/** Tells the user when a rule was broken, and when nothing is guarded. */
export class Notifications implements vscode.Disposable {
  private readonly options: NotificationsOptions;
  private readonly notices: RuleNotices;
  private readonly toldFailures = new Set<string>();
  private readonly disposables: readonly vscode.Disposable[];

  constructor(options: NotificationsOptions) {
    const { model, watchers, workspaceState } = options;
    this.options = options;
    this.notices = new RuleNotices({
      told: new ToldDecisions(workspaceState),
      since: Date.now() / 1000,
      labelOf: (id) => this.labelOf(id),
      show: (notice, outcome) => this.show(notice, outcome),
    });
    this.disposables = [
      model.onDidAlert(({ store, alert }) => this.notices.accept(store.path, alert)),
      model.onDidChangeRules((store) => this.adviseRules(store)),
      watchers.onDidChange((store) => this.adviseRules(store)),
      watchers.onDidFail((failure) => this.tellFailure(failure)),
    ];
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  private labelOf(id: string): string {
    const session = this.options.model.sessions.find((each) => each.id === id);
    return session ? sessionLabel(session) : shortSessionId(id);
  }

  private async show({ severity, text, buttons }: RuleNotice, outcome: Outcome): Promise<void> {
    if (!isWanted(outcome)) return;
    const offered = vscode.workspace.isTrusted
      ? buttons
      : buttons.filter((each) => each !== 'Resume' && each !== 'Kill');
    await this.carryOut(await SHOW[severity](text, ...offered), outcome);
  }

  private async carryOut(button: string | undefined, outcome: Outcome): Promise<void> {
    const { model, control } = this.options;
    const chosen = button as NoticeButton | undefined;
    switch (chosen) {
      case 'Resume':
      case 'Kill': {
        const session = model.find(outcome.session_id);
        if (session) await control.run(chosen === 'Kill' ? 'kill' : 'resume', session);
        return;
      }
      case 'Show':
        await vscode.commands.executeCommand('agentTrace.openEventStream', {
          sessionId: outcome.session_id,
          eventId: outcome.event_id,
        });
        return;
      case 'Edit Rule': {
        const folder = model.find(outcome.session_id)?.folder.uri.fsPath;
        await vscode.commands.executeCommand('agentTrace.editRules', { folder, rule: outcome.rule });
        return;
      }
      case 'Show Postmortem':
        await vscode.commands.executeCommand('agentTrace.openPostmortem', outcome.session_id);
        return;
      case undefined:
        return;
      default:
        chosen satisfies never;
    }
  }

  /** Once in a workspace. */
  private async adviseRules(store: StoreModel): Promise<void> {
    const { watchers, workspaceState, globalState } = this.options;
    const policy = store.rules?.policy;
    if (policy?.rules.length !== 0 || watchers.presence(store.path) !== 'running') return;
    if (workspaceState.get(NO_RULES_TOLD) || globalState.get(NO_RULES_NEVER)) return;
    await workspaceState.update(NO_RULES_TOLD, true);
    const never = "Don't Show Again";
    const text = noticeText(
      `Agent Trace: ${store.folder.name} has no rules, so no agent is stopped, whatever it does.`,
    );
    const button = await vscode.window.showInformationMessage(text, 'Edit Rules', never);
    if (button === never) await globalState.update(NO_RULES_NEVER, true);
    if (button === 'Edit Rules') await vscode.commands.executeCommand('agentTrace.editRules');
  }

  private async tellFailure({ store, failure }: StoreFailure): Promise<void> {
    const { kind, message } = failure;
    const key = `${store.path} ${message}`;
    if (this.toldFailures.has(key)) return;
    this.toldFailures.add(key);
    const [first = ''] = message.split('\n');
    const name = store.folder.name;
    const text =
      kind === 'bad-rules'
        ? `Agent Trace: ${name} is not guarded, its rules have a mistake. ${first}`
        : `Agent Trace: ${name} is not guarded, its watcher ended again and again. ${first}`;
    const mend = kind === 'bad-rules' ? 'Edit Rules' : 'Start Watcher';
    const button = await vscode.window.showErrorMessage(noticeText(text), mend, 'Show Log');
    if (button === 'Edit Rules') await vscode.commands.executeCommand('agentTrace.editRules');
    if (button === 'Start Watcher') this.options.watchers.startIn(store);
    if (button === 'Show Log') await vscode.commands.executeCommand('agentTrace.showLog');
  }
}

const SHOW: Readonly<
  Record<RuleNotice['severity'], (text: string, ...buttons: readonly string[]) => Thenable<string | undefined>>
> = {
  info: (text, ...buttons) => vscode.window.showInformationMessage(text, ...buttons),
  warning: (text, ...buttons) => vscode.window.showWarningMessage(text, ...buttons),
  error: (text, ...buttons) => vscode.window.showErrorMessage(text, ...buttons),
};

function isWanted({ action }: Outcome): boolean {
  const wanted = vscode.workspace.getConfiguration('agentTrace').get('notifications', 'all');
  return wanted === 'all' || (wanted === 'stops' && action !== 'alert');
}
