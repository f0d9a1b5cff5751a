import { commandTexts } from '../matching/command-glob.ts';
import { type FilePath, type PathOptions, pathText, splitAbsolute, toFilePath } from '../matching/file-path.ts';

/** A path as a call gives it, and as rules see it. */
export interface CallPath {
  readonly text: string;
  readonly workspace: string | undefined;
  /** Undefined for what is too long to name a file. */
  readonly path: FilePath | undefined;
  /** Relative to the workspace where it lies inside. */
  readonly shown: string;
  /** Undefined where nobody knows what it is relative to. */
  readonly absolute: string | undefined;
}

/** Paths and command lines in comparable form. Remembers the last of each, which all rules ask for at one event. */
export class CallTexts {
  readonly options: PathOptions;
  private folder: { readonly text: string; readonly parts: readonly string[] | undefined } | undefined;
  private call: CallPath | undefined;
  private command: { readonly text: string; readonly texts: readonly string[] } | undefined;

  constructor(options: PathOptions) {
    this.options = options;
  }

  callPath(text: string, workspace: string | undefined): CallPath {
    if (this.call?.text === text && this.call.workspace === workspace) return this.call;
    const root = workspace === undefined ? undefined : this.absolute(workspace);
    const path = toFilePath(text, root, this.options);
    const shown = path ? pathText(path) : text;
    this.call = { text, workspace, path, shown, absolute: path?.absolute?.join('/') };
    return this.call;
  }

  /** Of a path in any of the forms that it has in a call. */
  filePath(text: string, workspace: string | undefined): FilePath | undefined {
    const { call } = this;
    if (call && call.workspace === workspace && (text === call.shown || text === call.absolute)) return call.path;
    return this.callPath(text, workspace).path;
  }

  /** Parts of an absolute path, see `splitAbsolute`. */
  absolute(text: string): readonly string[] | undefined {
    if (this.folder?.text !== text) this.folder = { text, parts: splitAbsolute(text, this.options.home) };
    return this.folder.parts;
  }

  /** See `commandTexts`. */
  commandTexts(text: string): readonly string[] {
    if (this.command?.text !== text) this.command = { text, texts: commandTexts(text) };
    return this.command.texts;
  }
}
