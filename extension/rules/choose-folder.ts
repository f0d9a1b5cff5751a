import * as vscode from 'vscode';

/** The one folder of the workspace, or the one that the user picks; undefined when there is none. */
export async function chooseFolder(placeHolder: string): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) {
    void vscode.window.showInformationMessage('Agent Trace: rules belong to a folder; open one first.');
  }
  return folders.length > 1 ? vscode.window.showWorkspaceFolderPick({ placeHolder }) : folders[0];
}
