import * as vscode from 'vscode';
import { RULE_FILE_NAMES } from '../../core/node/rules/rule-file-names.ts';

/** What a new rule file holds: one rule that only speaks, to be changed. */
const STARTER = `{
  "rules": [
    { "name": "budget", "condition": "cost_usd > 5", "action": "alert" }
  ]
}
`;

/** The command `agentTrace.editRules`: opens the workspace's rule file, a new unsaved one when there is none. */
export function registerEditRules(): vscode.Disposable {
  return vscode.commands.registerCommand('agentTrace.editRules', async () => {
    const folder =
      (vscode.workspace.workspaceFolders?.length ?? 0) > 1
        ? await vscode.window.showWorkspaceFolderPick({ placeHolder: 'Whose rules?' })
        : vscode.workspace.workspaceFolders?.[0];
    if (!folder) return;
    const document = await vscode.workspace.openTextDocument((await existing(folder)) ?? untitled(folder));
    const editor = await vscode.window.showTextDocument(document);
    if (document.isUntitled && document.getText() === '') {
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), STARTER));
    }
  });
}

async function existing(folder: vscode.WorkspaceFolder): Promise<vscode.Uri | undefined> {
  for (const name of RULE_FILE_NAMES) {
    const uri = vscode.Uri.joinPath(folder.uri, name);
    try {
      await vscode.workspace.fs.stat(uri);
      return uri;
    } catch {
      // Not this one.
    }
  }
  return undefined;
}

function untitled(folder: vscode.WorkspaceFolder): vscode.Uri {
  return vscode.Uri.joinPath(folder.uri, RULE_FILE_NAMES[0]).with({ scheme: 'untitled' });
}
