import { describe, expect, it } from 'vitest';
import type { TextDocumentChangeEvent } from 'vscode';
import type { HoverMark } from '../../../core/common/view/mark-markdown.ts';
import { DocumentMarks } from '../../../extension/decorations/document-marks.ts';

function mark(kind: HoverMark['kind'], callId: string, startLine: number, endLine: number, startedAt = 1): HoverMark {
  return { kind, callId, startLine, endLine, startedAt, at: startedAt, tool: 'Tool', sessionId: 's' };
}

/** A document on disk with these marks, opened at this time. */
function opened(now: number, ...source: HoverMark[]) {
  const document = { isDirty: false };
  const marks = new DocumentMarks(document, now);
  marks.update(source);
  const tell = (contentChanges: readonly object[], at: number, reason?: number) =>
    marks.change({ document, contentChanges, reason } as unknown as TextDocumentChangeEvent, at);
  const added = (line: number, count: number) => {
    const start = { line: line - 1, character: 0 };
    return [{ range: { start, end: start }, text: '\n'.repeat(count) }];
  };
  const removed = (line: number, count: number) => [
    { range: { start: { line: line - 1, character: 0 }, end: { line: line - 1 + count, character: 0 } }, text: '' },
  ];
  /** As the editor does: the change first, then whether the document is dirty. */
  const become = (isDirty: boolean) => {
    if (document.isDirty === isDirty) return;
    document.isDirty = isDirty;
    tell([], now + 1);
  };
  return {
    marks,
    insert: (line: number, count: number) => {
      const moved = tell(added(line, count), now + 1);
      become(true);
      return moved;
    },
    remove: (line: number, count: number) => {
      tell(removed(line, count), now + 1);
      become(true);
    },
    /** Takes the lines out again; the text is as on disk then. */
    undo: (line: number, count: number) => {
      const moved = tell(removed(line, count), now + 1, UNDO);
      become(false);
      return moved;
    },
    revert: (line: number, count: number) => {
      tell(removed(line, count), now + 1);
      become(false);
    },
    save: () => become(false),
    /** The editor takes new lines from disk at this time. */
    reload: (line: number, count: number, at: number) => tell(added(line, count), at),
    places: () => marks.marks.map(({ callId, startLine, endLine }) => `${callId} ${startLine}-${endLine}`),
  };
}

/** `TextDocumentChangeReason.Undo`. */
const UNDO = 1;
const READ = mark('read', 'r', 5, 6);
const WRITE = mark('modified', 'w', 5, 6, 20);
const NEXT = mark('read', 'n', 1, 1, 20);

describe('marks of an open document', () => {
  it('move with the text, and back with an undo', () => {
    const { insert, undo, places } = opened(10, READ);
    expect(insert(1, 2)).toBe(true);
    expect(places()).toEqual(['r 7-8']);
    expect(undo(1, 2)).toBe(true);
    expect(places()).toEqual(['r 5-6']);
  });

  it('stay where the user moved them when the agent only reads on', () => {
    const { marks, insert, save, places } = opened(10, READ);
    insert(1, 2);
    save();
    marks.update([READ, NEXT]);
    expect(places()).toEqual(['r 7-8', 'n 1-1']);
  });

  it('are what the session says when the agent writes', () => {
    const { marks, insert, save, places } = opened(10, READ);
    insert(1, 2);
    save();
    marks.update([READ, WRITE]);
    expect(places()).toEqual(['r 5-6', 'w 5-6']);
  });

  it('are on the lines that the agent saw on disk while the user has not saved', () => {
    const { marks, insert, revert, places } = opened(10, READ);
    insert(1, 2);
    marks.update([READ, NEXT]);
    expect(places()).toEqual(['r 7-8', 'n 3-3']);
    revert(1, 2);
    expect(places()).toEqual(['r 5-6', 'n 1-1']);
    marks.update([READ, NEXT, mark('read', 'm', 2, 2, 30)]);
    expect(places()).toEqual(['r 5-6', 'n 1-1', 'm 2-2']);
  });

  it('do not move when the editor reads what the agent wrote, but with what others write', () => {
    const { marks, reload, places } = opened(10);
    marks.update([WRITE]);
    expect(reload(5, 2, 21)).toBe(true);
    expect(places()).toEqual(['w 5-6']);
    reload(1, 2, 22);
    expect(places()).toEqual(['w 7-8']);
  });

  it('await nothing from disk when the editor has read it before the trace tells', () => {
    const { marks, reload, places } = opened(10);
    reload(5, 2, 21);
    marks.update([WRITE]);
    reload(1, 2, 22);
    expect(places()).toEqual(['w 7-8']);
  });

  it('await nothing from disk for what was written before the document was opened', () => {
    const { reload, places } = opened(30, WRITE);
    reload(1, 2, 31);
    expect(places()).toEqual(['w 7-8']);
  });

  it('await the text of a write still while the user types and undoes it', () => {
    const { marks, insert, undo, reload, places } = opened(10);
    marks.update([WRITE]);
    insert(1, 1);
    undo(1, 1);
    reload(5, 2, 22);
    expect(places()).toEqual(['w 5-6']);
  });

  it('go when the session tells of none, and when their lines are taken out', () => {
    const { marks, places } = opened(10, READ);
    marks.update([]);
    expect(places()).toEqual([]);
    const other = opened(10, READ);
    other.remove(4, 4);
    expect(other.places()).toEqual([]);
  });
});
