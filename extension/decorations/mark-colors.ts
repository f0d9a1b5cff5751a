import * as vscode from 'vscode';

/** Lines and files that the agent read. */
export const READ_COLOR = new vscode.ThemeColor('agentTrace.readMark');
/** Lines and files that the agent wrote. */
export const MODIFIED_COLOR = new vscode.ThemeColor('agentTrace.modifiedMark');
