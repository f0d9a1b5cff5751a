import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { errorText } from '../../core/common/error-text.ts';
import type { NativePresence } from '../../core/node/adapters/native-presence.ts';
import type { ProcessTable } from '../../core/node/process/process-table.ts';
import { realPath } from '../../core/node/real-path.ts';

export interface NativeSessionsOptions {
  readonly table: ProcessTable;
  readonly onIssue: (message: string) => void;
}

/** Whether `agentTrace.followNative` is on for a folder. */
export function followsNative(folder: vscode.WorkspaceFolder): boolean {
  return vscode.workspace.getConfiguration('agentTrace', folder).get('followNative', true);
}

/**
 * Tells in which folders of the workspace an agent works that nothing was set up for: there a watcher is wanted, though
 * there is no store. Looks at nothing in a workspace that is not trusted, nor where the setting says not to.
 */
export class NativeSessions implements vscode.Disposable {
  private readonly options: NativeSessionsOptions;
  private readonly presences = new Map<string, NativePresence>();
  private readonly emitter = new vscode.EventEmitter<void>();
  private readonly disposables: readonly vscode.Disposable[];
  private closed = false;

  /** An agent has begun to work in a folder. */
  readonly onDidChange = this.emitter.event;

  constructor(options: NativeSessionsOptions) {
    this.options = options;
    const { workspace } = vscode;
    this.disposables = [
      this.emitter,
      workspace.onDidChangeWorkspaceFolders(() => this.refresh()),
      workspace.onDidGrantWorkspaceTrust(() => this.refresh()),
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('agentTrace.followNative')) this.refresh();
      }),
    ];
    this.refresh();
  }

  /** `folder`: path of a folder of the workspace. */
  isActive(folder: string): boolean {
    return this.presences.get(folder)?.isActive ?? false;
  }

  dispose(): void {
    this.closed = true;
    for (const presence of this.presences.values()) presence.close();
    this.presences.clear();
    for (const disposable of this.disposables) disposable.dispose();
  }

  private refresh(): void {
    this.watch().catch((error) => this.options.onIssue(`agents without hooks are not noticed: ${errorText(error)}`));
  }

  private async watch(): Promise<void> {
    // Parsers of agents' files: not part of what every window has to load at its start.
    const { NativePresence } = await import('../../core/node/adapters/native-presence.ts');
    if (this.closed) return;
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    const wanted = vscode.workspace.isTrusted ? folders.filter(followsNative).map(({ uri }) => uri.fsPath) : [];
    for (const [folder, presence] of this.presences) {
      if (wanted.includes(folder)) continue;
      presence.close();
      this.presences.delete(folder);
    }
    for (const folder of wanted) {
      if (this.presences.has(folder)) continue;
      const presence = new NativePresence({
        workspace: realPath(folder),
        env: { env: process.env, home: homedir() },
        table: this.options.table,
        now: () => Date.now() / 1000,
        onActive: () => this.emitter.fire(),
        onIssue: this.options.onIssue,
      });
      this.presences.set(folder, presence);
      if (presence.isActive) this.emitter.fire();
    }
  }
}
