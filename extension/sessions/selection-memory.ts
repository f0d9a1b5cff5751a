import type * as vscode from 'vscode';
import type { TraceModel } from '../model/trace-model.ts';

const KEY = 'agentTrace.selectedSession';

/** Keeps the user's choice of a session when the window is loaded anew. */
export class SelectionMemory implements vscode.Disposable {
  private readonly listener: vscode.Disposable;
  private isRestored = false;

  constructor(model: TraceModel, workspaceState: vscode.Memento) {
    let kept: unknown = workspaceState.get(KEY);
    this.listener = model.onDidChangeSessions(() => {
      if (!this.isRestored) {
        this.isRestored = true;
        if (!model.selection && typeof kept === 'string') model.select(kept);
      }
      const chosen = model.selection?.id;
      if (chosen === kept) return;
      kept = chosen;
      void workspaceState.update(KEY, chosen);
    });
  }

  dispose(): void {
    this.listener.dispose();
  }
}
