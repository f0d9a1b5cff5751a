import type { FileAccess } from './session-state.ts';
import { workspacePath } from './workspace-path.ts';

/** Changed in place: a file may be touched thousands of times. */
type Access = { -readonly [Name in keyof FileAccess]: FileAccess[Name] };

/** The files that a session has read and written. The fields are those of `SessionState`. */
export class SessionFiles {
  private readonly accesses = new Map<string, Access>();
  filesRead = 0;
  filesModified = 0;

  get files(): ReadonlyMap<string, FileAccess> {
    return this.accesses;
  }

  /** `workspace`: directory the agent works in, as far as it is known; `at`: Unix seconds. */
  touch(path: string, workspace: string | undefined, kind: 'read' | 'write', at: number): void {
    const file = this.access(workspacePath(path, workspace), at);
    if (kind === 'read') {
      if (file.reads === 0) this.filesRead += 1;
      file.reads += 1;
    } else {
      if (file.writes === 0) this.filesModified += 1;
      file.writes += 1;
    }
    file.lastAt = Math.max(file.lastAt, at);
  }

  private access(path: string, at: number): Access {
    const known = this.accesses.get(path);
    if (known) return known;
    const file = { path, reads: 0, writes: 0, lastAt: at };
    this.accesses.set(path, file);
    return file;
  }
}
