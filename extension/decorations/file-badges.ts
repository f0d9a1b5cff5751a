import * as vscode from 'vscode';
import { markCounts, markLabel } from '../../core/common/view/mark-counts.ts';
import { MODIFIED_COLOR, READ_COLOR } from './mark-colors.ts';
import type { SessionMarks } from './session-marks.ts';

/** `R` and `M` beside files that the agent read or modified, and a dot beside their folders. */
export class FileBadges implements vscode.FileDecorationProvider, vscode.Disposable {
  private readonly marks: SessionMarks;
  private readonly emitter = new vscode.EventEmitter<vscode.Uri[]>();
  private readonly disposables: readonly vscode.Disposable[];

  /** Files are told as soon as they are known: the editor asks for none in a folder that is closed. */
  readonly onDidChangeFileDecorations = this.emitter.event;

  constructor(marks: SessionMarks) {
    this.marks = marks;
    this.disposables = [
      this.emitter,
      marks.onDidChange((uris) => this.emitter.fire([...uris])),
      vscode.window.registerFileDecorationProvider(this),
    ];
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    if (uri.scheme !== 'file') return undefined;
    const counts = markCounts(this.marks.of(uri));
    const label = markLabel(counts);
    if (label === '') return undefined;
    const isModified = counts.writes > 0;
    const color = isModified ? MODIFIED_COLOR : READ_COLOR;
    const tooltip = label.charAt(0).toUpperCase() + label.slice(1);
    return { badge: isModified ? 'M' : 'R', tooltip, color, propagate: true };
  }
}
