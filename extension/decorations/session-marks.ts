import { isAbsolute, join, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import type { HoverMark } from '../../core/common/view/mark-markdown.ts';
import { realPath } from '../../core/node/real-path.ts';
import type { ModelSession } from '../model/model-session.ts';
import type { TraceModel } from '../model/trace-model.ts';

/** Marks of one session in one file. */
interface Part {
  readonly session: ModelSession;
  readonly path: string;
  /** The marks from the first shown one to this number of them. */
  readonly from: number;
  readonly to: number;
}

interface MarkedFile {
  readonly uri: vscode.Uri;
  readonly parts: Part[];
}

/** What the current session and its subagents read and wrote, by file. */
export class SessionMarks implements vscode.Disposable {
  private readonly model: TraceModel;
  private files = new Map<string, MarkedFile>();
  /** How many marks of each file the user has put away. */
  private readonly cleared = new WeakMap<ModelSession, Map<string, number>>();
  private readonly uris = new WeakMap<ModelSession, { readonly base: string; readonly of: Map<string, vscode.Uri> }>();
  private readonly realFolders = new WeakMap<vscode.WorkspaceFolder, string>();
  private readonly emitter = new vscode.EventEmitter<readonly vscode.Uri[]>();
  private readonly disposables: readonly vscode.Disposable[];

  /** Files whose marks changed. */
  readonly onDidChange = this.emitter.event;

  constructor(model: TraceModel) {
    this.model = model;
    this.disposables = [
      this.emitter,
      model.onDidChangeSession(() => this.refresh()),
      model.onDidChangeSessions(() => this.refresh()),
    ];
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** Oldest first. */
  of(uri: vscode.Uri): readonly HoverMark[] {
    const parts = this.files.get(uri.toString())?.parts ?? [];
    const marks = parts.flatMap(({ session, path, from, to }) =>
      session.marks
        .of(path)
        .slice(from, to)
        .map((mark) => ({ ...mark, sessionId: session.id })),
    );
    return parts.length > 1 ? marks.sort((a, b) => a.at - b.at) : marks;
  }

  /** Puts away all marks made so far, those of sessions that are not shown now too. */
  clear(): void {
    for (const session of this.model.sessions) {
      const { marks } = session;
      this.cleared.set(session, new Map(marks.paths.map((path) => [path, marks.of(path).length])));
    }
    this.refresh();
  }

  private refresh(): void {
    const before = this.files;
    this.files = this.collect();
    const changed: vscode.Uri[] = [];
    for (const [key, file] of this.files) if (!isSame(before.get(key), file)) changed.push(file.uri);
    for (const [key, { uri }] of before) if (!this.files.has(key)) changed.push(uri);
    if (changed.length > 0) this.emitter.fire(changed);
  }

  private collect(): Map<string, MarkedFile> {
    const files = new Map<string, MarkedFile>();
    for (const session of currentTree(this.model)) {
      const cleared = this.cleared.get(session);
      for (const path of session.marks.paths) {
        const from = cleared?.get(path) ?? 0;
        const to = session.marks.of(path).length;
        if (from === to) continue;
        const uri = this.uriOf(session, path);
        const key = uri.toString();
        const file = files.get(key) ?? { uri, parts: [] };
        file.parts.push({ session, path, from, to });
        files.set(key, file);
      }
    }
    return files;
  }

  private uriOf(session: ModelSession, path: string): vscode.Uri {
    const base = session.state.workspace ?? session.folder.uri.fsPath;
    let known = this.uris.get(session);
    if (known?.base !== base) {
      known = { base, of: new Map() };
      this.uris.set(session, known);
    }
    let uri = known.of.get(path);
    if (!uri) {
      uri = vscode.Uri.file(this.asOpened(session.folder, isAbsolute(path) ? path : join(base, path)));
      known.of.set(path, uri);
    }
    return uri;
  }

  /** The editor names a folder as it was opened, which may be through a link; agents name it as it is. */
  private asOpened(folder: vscode.WorkspaceFolder, path: string): string {
    let real = this.realFolders.get(folder);
    if (real === undefined) {
      real = realPath(folder.uri.fsPath);
      this.realFolders.set(folder, real);
    }
    const inside = relative(real, path);
    const isOutside = inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside);
    return isOutside ? path : join(folder.uri.fsPath, inside);
  }
}

/** The current session and every one whose parents lead to it. */
function currentTree(model: TraceModel): readonly ModelSession[] {
  const { current, sessions } = model;
  if (!current) return [];
  const tree = new Set([current.id]);
  // A subagent may come before its parent.
  for (let size = 0; size !== tree.size; ) {
    size = tree.size;
    for (const { id, parentId } of sessions) if (parentId !== undefined && tree.has(parentId)) tree.add(id);
  }
  return sessions.filter(({ id, store }) => tree.has(id) && store === current.store);
}

function isSame(before: MarkedFile | undefined, now: MarkedFile): boolean {
  return (
    before?.parts.length === now.parts.length &&
    now.parts.every(({ session, from, to }, index) => {
      const part = before.parts[index];
      return part?.session === session && part.from === from && part.to === to;
    })
  );
}
