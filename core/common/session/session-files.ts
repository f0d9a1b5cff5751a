import type { FileAccess } from './session-state.ts';
import { workspacePath } from './workspace-path.ts';

/** The files that a session has read and written. The fields are those of `SessionState`. */
export class SessionFiles {
  readonly files = new Map<string, FileAccess>();
  filesRead = 0;
  filesModified = 0;

  /** `workspace`: directory the agent works in, as far as it is known; `at`: Unix seconds. */
  touch(path: string, workspace: string | undefined, kind: 'read' | 'write', at: number): void {
    const key = workspacePath(path, workspace);
    const before = this.files.get(key) ?? { path: key, reads: 0, writes: 0, lastAt: at };
    if (kind === 'read' && before.reads === 0) this.filesRead += 1;
    if (kind === 'write' && before.writes === 0) this.filesModified += 1;
    this.files.set(key, {
      path: key,
      reads: before.reads + (kind === 'read' ? 1 : 0),
      writes: before.writes + (kind === 'write' ? 1 : 0),
      lastAt: Math.max(before.lastAt, at),
    });
  }
}
