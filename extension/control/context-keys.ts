import * as vscode from 'vscode';
import { Refresher } from '../../core/node/refresher.ts';
import type { Answers } from '../asks/answers.ts';
import type { TraceModel } from '../model/trace-model.ts';
import type { Watchers } from '../watcher/watchers.ts';
import type { SessionControl } from './session-control.ts';

export interface ContextKeysOptions {
  readonly model: TraceModel;
  readonly watchers: Watchers;
  readonly control: SessionControl;
  readonly answers: Answers;
}

/** Keeps the context keys right that commands and menus depend on; the session is the shown one. */
export class ContextKeys implements vscode.Disposable {
  private readonly options: ContextKeysOptions;
  private readonly refresher = new Refresher(() => this.update());
  private readonly known = new Map<string, boolean>();
  private readonly disposables: readonly vscode.Disposable[];

  constructor(options: ContextKeysOptions) {
    const { model, watchers, control, answers } = options;
    this.options = options;
    const refresh = () => this.refresher.request();
    this.disposables = [
      this.refresher,
      model.onDidChangeSession(refresh),
      model.onDidChangeSessions(refresh),
      watchers.onDidChange(refresh),
      control.onDidChange(refresh),
      answers.onDidChange(refresh),
      model.onDidChangeRules(refresh),
      vscode.workspace.onDidGrantWorkspaceTrust(refresh),
    ];
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  private update(): void {
    const { model, watchers, control, answers } = this.options;
    const session = model.current;
    const controls = session && control.controls(session);
    this.set('hasSession', session !== undefined);
    this.set('canPause', controls?.pause ?? false);
    this.set('canResume', controls?.resume ?? false);
    this.set('canKill', controls?.kill ?? false);
    this.set('callsWait', answers.waiting.length > 0);
    this.set(
      'rulesChanged',
      model.stores.some(({ rules }) => rules?.isPinned),
    );
    this.set(
      'watcherRunning',
      model.stores.some(({ path }) => watchers.presence(path) === 'running'),
    );
  }

  private set(key: string, value: boolean): void {
    if (this.known.get(key) === value) return;
    this.known.set(key, value);
    void vscode.commands.executeCommand('setContext', `agentTrace.${key}`, value);
  }
}
