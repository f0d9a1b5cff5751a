import * as vscode from 'vscode';
import type { SessionState } from '../../core/common/session/session-state.ts';
import { statusModel } from '../../core/common/view/status-model.ts';

/** Shows a session's cost, calls and running tool. */
export class StatusBar implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;

  constructor() {
    this.item = vscode.window.createStatusBarItem('agentTrace.status', vscode.StatusBarAlignment.Left);
    this.item.name = 'Agent Trace';
    this.item.command = 'agentTrace.showLog';
  }

  /** Shows one session, nothing when there is none. */
  show(state: SessionState | undefined): void {
    if (!state) {
      this.item.hide();
      return;
    }
    const { cost, calls, tool } = statusModel(state);
    this.item.text = ['$(pulse)', cost, calls, escapeIcons(tool)].filter(Boolean).join('  ');
    this.item.accessibilityInformation = { label: `Agent Trace: ${cost}, ${calls}${tool ? `, running ${tool}` : ''}` };
    this.item.show();
  }

  dispose(): void {
    this.item.dispose();
  }
}

/** `$(name)` in a status bar text becomes an icon; names of tools come from traces. */
function escapeIcons(text: string): string {
  return text.replaceAll('$(', '$\u200b(');
}
