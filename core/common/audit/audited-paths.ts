import { type FilePath, type PathOptions, splitAbsolute, toFilePath } from '../rules/matching/file-path.ts';

/** Where links lead: the real path of an absolute one; undefined when it is the same, or is not known here. */
export type RealPath = (path: string) => string | undefined;

/** Paths of one session in comparable form: as they were named and, where links lead elsewhere, as they are. */
export class AuditedPaths {
  private readonly options: PathOptions;
  private readonly realPath: RealPath;
  private workspace: string | undefined;
  private root: readonly string[] | undefined;
  private realRoot: readonly string[] | undefined;

  constructor(options: PathOptions, realPath: RealPath) {
    this.options = options;
    this.realPath = realPath;
  }

  /** Of a file that is named from the workspace; empty when the path is too long to be one. */
  of(path: string, workspace: string | undefined): readonly FilePath[] {
    this.enter(workspace);
    const named = toFilePath(path, this.root, this.options);
    if (!named) return [];
    const isRelative = splitAbsolute(path, this.options.home) === undefined;
    // Not the resolved parts: behind a link `..` leads elsewhere.
    const asked = isRelative ? `${workspace}/${path}` : path.startsWith('~') ? named.absolute?.join('/') : path;
    const real = this.root && asked !== undefined ? this.realPath(asked) : undefined;
    const linked = real === undefined ? undefined : toFilePath(real, this.realRoot, this.options);
    return linked && linked.absolute?.join('/') !== named.absolute?.join('/') ? [named, linked] : [named];
  }

  private enter(workspace: string | undefined): void {
    if (workspace === this.workspace) return;
    this.workspace = workspace;
    this.root = workspace === undefined ? undefined : splitAbsolute(workspace, this.options.home);
    const real = workspace === undefined ? undefined : this.realPath(workspace);
    this.realRoot = real === undefined ? this.root : splitAbsolute(real, this.options.home);
  }
}
