import * as vscode from 'vscode';
import type { TraceModel } from '../model/trace-model.ts';
import { EditorMarks } from './editor-marks.ts';
import { FileBadges } from './file-badges.ts';
import { cycleGutterMode } from './gutter-mode.ts';
import { SessionMarks } from './session-marks.ts';

/** What the agent read and wrote, shown in editors and in the Explorer, and the commands for it. */
export class Decorations implements vscode.Disposable {
  private readonly disposables: readonly vscode.Disposable[];

  /** To be made before the model is started. */
  constructor(model: TraceModel) {
    const marks = new SessionMarks(model);
    this.disposables = [
      marks,
      new EditorMarks(marks),
      new FileBadges(marks),
      vscode.commands.registerCommand('agentTrace.toggleGutter', () => cycleGutterMode()),
      vscode.commands.registerCommand('agentTrace.clearDecorations', () => marks.clear()),
    ];
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }
}
