import { join } from 'node:path';
import * as vscode from 'vscode';

/**
 * The command `agentTrace.setUpHooks`: runs the bundled `agent-trace setup` for a folder in a terminal, where the user
 * sees what it changes. It needs `node` on the terminal's PATH, which also runs the hooks.
 */
export function registerSetUpHooks(extensionPath: string): vscode.Disposable {
  return vscode.commands.registerCommand('agentTrace.setUpHooks', async () => {
    if (!vscode.workspace.isTrusted) {
      void vscode.window.showInformationMessage(
        'Agent Trace: the workspace is not trusted, so nothing is set up in it.',
      );
      return;
    }
    const folders = vscode.workspace.workspaceFolders ?? [];
    const placeHolder = 'In which folder does the agent work?';
    const folder = folders.length > 1 ? await vscode.window.showWorkspaceFolderPick({ placeHolder }) : folders[0];
    if (!folder) {
      void vscode.window.showInformationMessage('Agent Trace: open the folder first that the agent works in.');
      return;
    }
    const terminal = vscode.window.createTerminal({
      name: 'Agent Trace: Set Up Hooks',
      cwd: folder.uri,
      shellPath: 'node',
      shellArgs: [join(extensionPath, 'dist', 'agent-trace.cjs'), 'setup'],
    });
    terminal.show();
  });
}
