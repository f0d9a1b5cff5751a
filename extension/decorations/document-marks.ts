import type * as vscode from 'vscode';
import { type LineChange, type LineRange, lineChange, shiftLines } from '../../core/common/view/line-shift.ts';
import { placeMarks } from '../../core/common/view/mark-lines.ts';
import type { HoverMark } from '../../core/common/view/mark-markdown.ts';

interface TakenFromDisk {
  readonly placed: readonly HoverMark[];
  readonly awaitsDisk: boolean;
  readonly loadedAt: number;
  readonly changes: readonly LineChange[];
}

/** Marks of one open document, kept on their lines while its text changes. The session tells them in lines on disk. */
export class DocumentMarks {
  private readonly document: Pick<vscode.TextDocument, 'isDirty'>;
  private source: readonly HoverMark[] = [];
  private placed: readonly HoverMark[] = [];
  /** What the user has changed since the text was as on disk. */
  private unsaved: LineChange[] = [];
  /** Unix seconds, when the text was last taken from disk. */
  private loadedAt: number;
  /** The agent has written the file, and the document does not have it yet. */
  private awaitsDisk = false;
  /** What was there before the last change, when that seemed to come from disk. */
  private taken: TakenFromDisk | undefined;

  constructor(document: Pick<vscode.TextDocument, 'isDirty'>, now: number) {
    this.document = document;
    this.loadedAt = now;
  }

  /** Oldest first. */
  get marks(): readonly HoverMark[] {
    return this.placed;
  }

  /** Takes what the session says now. When the agent has written, all marks are where the session says. */
  update(source: readonly HoverMark[]): void {
    const known = new Set(this.source.map(callOf));
    const added = source.filter((mark) => !known.has(callOf(mark)));
    const writes = added.filter(({ kind }) => kind === 'modified');
    const onlyReads = writes.length === 0 && source.length === this.source.length + added.length;
    this.source = source;
    this.taken = undefined;
    this.placed = onlyReads
      ? [...this.placed, ...shifted(added, this.unsaved)]
      : shifted(placeMarks(source), this.unsaved);
    if (writes.some(({ startedAt }) => startedAt > this.loadedAt)) this.awaitsDisk = true;
  }

  /** Moves the marks with the text; true when they may have moved. */
  change({ contentChanges, reason }: vscode.TextDocumentChangeEvent, now: number): boolean {
    const { isDirty } = this.document;
    if (contentChanges.length === 0) return this.becomes(isDirty);
    const changes = contentChanges
      .map(({ range, text }) => lineChange({ start: range.start, end: range.end, text }))
      .filter(({ startLine, endLine, addedLines }) => addedLines !== endLine - startLine + 1);
    // Text from disk leaves the document clean. So does an edit that undoes others, and the first edit for a moment.
    const isFromDisk = !isDirty && reason === undefined;
    const { placed, awaitsDisk, loadedAt } = this;
    this.taken = isFromDisk ? { placed, awaitsDisk, loadedAt, changes } : undefined;
    this.unsaved = isFromDisk ? [] : [...this.unsaved, ...changes];
    if (isFromDisk) {
      this.loadedAt = now;
      this.awaitsDisk = false;
    }
    const isAwaited = isFromDisk && awaitsDisk;
    this.placed = isAwaited ? placeMarks(this.source) : shifted(placed, changes);
    return isAwaited || changes.length > 0;
  }

  /** The editor tells after a change, and after a save, when the document has become dirty or clean. */
  private becomes(isDirty: boolean): boolean {
    const { taken } = this;
    this.taken = undefined;
    if (!isDirty) this.unsaved = [];
    if (!isDirty || !taken) return false;
    // What was taken for text from disk was the user's first edit.
    this.loadedAt = taken.loadedAt;
    this.awaitsDisk = taken.awaitsDisk;
    this.unsaved = [...taken.changes];
    this.placed = shifted(taken.placed, taken.changes);
    return true;
  }
}

function shifted(marks: readonly HoverMark[], changes: readonly LineChange[]): readonly HoverMark[] {
  if (changes.length === 0) return marks;
  return marks.flatMap((mark) => {
    let lines: LineRange | undefined = mark;
    for (const change of changes) lines = lines && shiftLines(lines, change);
    return lines ? [{ ...mark, startLine: lines.startLine, endLine: lines.endLine }] : [];
  });
}

function callOf({ sessionId, callId }: HoverMark): string {
  return `${sessionId} ${callId}`;
}
