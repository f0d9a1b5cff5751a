import * as vscode from 'vscode';

const MODES = ['all', 'firstLine', 'off'] as const;
/** What is shown in editors: the label in the first line and the marked lines, the label alone, or nothing. */
export type GutterMode = (typeof MODES)[number];

const TITLES: Readonly<Record<GutterMode, string>> = {
  all: 'on all lines',
  firstLine: 'in the first line only',
  off: 'off',
};

/** The setting `agentTrace.gutter`. */
export const GUTTER_SETTING = 'agentTrace.gutter';

export function gutterMode(): GutterMode {
  const value = vscode.workspace.getConfiguration().get<unknown>(GUTTER_SETTING);
  return MODES.find((mode) => mode === value) ?? 'all';
}

/** Sets the next mode, where the present one is set. */
export async function cycleGutterMode(): Promise<void> {
  const next = MODES[(MODES.indexOf(gutterMode()) + 1) % MODES.length] ?? 'all';
  const configuration = vscode.workspace.getConfiguration();
  const isWorkspaces = configuration.inspect(GUTTER_SETTING)?.workspaceValue !== undefined;
  const target = isWorkspaces ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await configuration.update(GUTTER_SETTING, next, target);
  vscode.window.setStatusBarMessage(`Agent Trace: gutter marks ${TITLES[next]}`, 3000);
}
