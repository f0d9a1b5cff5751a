import * as vscode from 'vscode';
import { markCounts, markLabel } from '../../core/common/view/mark-counts.ts';
import { markedSegments } from '../../core/common/view/mark-lines.ts';
import { type HoverMark, marksMarkdown, REVEAL_COMMAND } from '../../core/common/view/mark-markdown.ts';
import { DocumentMarks } from './document-marks.ts';
import { GUTTER_SETTING, gutterMode } from './gutter-mode.ts';
import { MODIFIED_COLOR, READ_COLOR } from './mark-colors.ts';
import type { SessionMarks } from './session-marks.ts';

/** Marks lines in visible editors: a stripe before the text, which leaves the margin of the breakpoints free. */
export class EditorMarks implements vscode.Disposable {
  private readonly marks: SessionMarks;
  private readonly documents = new Map<vscode.TextDocument, DocumentMarks>();
  private readonly types = { read: stripe(READ_COLOR), modified: stripe(MODIFIED_COLOR) };
  private readonly label = vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor('editorCodeLens.foreground'), margin: '0 0 0 3em' },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedOpen,
  });
  private readonly disposables: readonly vscode.Disposable[];

  constructor(marks: SessionMarks) {
    this.marks = marks;
    const { window, workspace } = vscode;
    this.disposables = [
      this.types.read,
      this.types.modified,
      this.label,
      marks.onDidChange((uris) => this.update(uris)),
      workspace.onDidOpenTextDocument((document) => this.add(document)),
      workspace.onDidCloseTextDocument((document) => this.documents.delete(document)),
      workspace.onDidChangeTextDocument((event) => this.change(event)),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(GUTTER_SETTING)) this.showAll();
      }),
      window.onDidChangeVisibleTextEditors(() => this.showAll()),
    ];
    for (const document of workspace.textDocuments) this.add(document);
    this.showAll();
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
    this.documents.clear();
  }

  private add(document: vscode.TextDocument): void {
    if (document.uri.scheme !== 'file') return;
    const marks = new DocumentMarks(document, Date.now() / 1000);
    marks.update(this.marks.of(document.uri));
    this.documents.set(document, marks);
  }

  private update(uris: readonly vscode.Uri[]): void {
    const changed = new Set(uris.map(String));
    for (const [document, marks] of this.documents) {
      if (!changed.has(document.uri.toString())) continue;
      marks.update(this.marks.of(document.uri));
      this.show(document);
    }
  }

  private change(event: vscode.TextDocumentChangeEvent): void {
    if (this.documents.get(event.document)?.change(event, Date.now() / 1000)) this.show(event.document);
  }

  private showAll(): void {
    for (const document of new Set(vscode.window.visibleTextEditors.map((editor) => editor.document)))
      this.show(document);
  }

  private show(document: vscode.TextDocument): void {
    const marks = this.documents.get(document)?.marks;
    const editors = vscode.window.visibleTextEditors.filter((editor) => editor.document === document);
    if (!marks || editors.length === 0) return;
    const mode = gutterMode();
    const stripes: Record<'read' | 'modified', vscode.DecorationOptions[]> = { read: [], modified: [] };
    const segments = mode === 'all' ? markedSegments(marks, document.lineCount) : [];
    for (const segment of segments) {
      const range = new vscode.Range(segment.startLine - 1, 0, segment.endLine - 1, Number.MAX_SAFE_INTEGER);
      stripes[segment.kind].push({ range: document.validateRange(range), hoverMessage: hover(segment.marks) });
    }
    const hasFirstLine = segments[0]?.startLine === 1;
    const labels = mode === 'off' ? [] : this.labels(document, !hasFirstLine);
    for (const editor of editors) {
      editor.setDecorations(this.types.read, stripes.read);
      editor.setDecorations(this.types.modified, stripes.modified);
      editor.setDecorations(this.label, labels);
    }
  }

  /** Counts every call, whatever has become of its lines. A marked first line has a hover already. */
  private labels(document: vscode.TextDocument, withHover: boolean): readonly vscode.DecorationOptions[] {
    const marks = this.marks.of(document.uri);
    const contentText = markLabel(markCounts(marks));
    if (contentText === '') return [];
    const end = document.lineAt(0).range.end;
    const label = { range: new vscode.Range(end, end), renderOptions: { after: { contentText } } };
    return [withHover ? { ...label, hoverMessage: hover([...marks].reverse()) } : label];
  }
}

function stripe(color: vscode.ThemeColor): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    borderWidth: '0 0 0 3px',
    borderStyle: 'solid',
    borderColor: color,
    overviewRulerColor: color,
    overviewRulerLane: vscode.OverviewRulerLane.Left,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}

/** Of marks newest first. */
function hover(marks: readonly HoverMark[]): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString(marksMarkdown(marks, (at) => new Date(at * 1000).toLocaleString()));
  markdown.isTrusted = { enabledCommands: [REVEAL_COMMAND] };
  return markdown;
}
