import type { NativeFacts } from '../../common/adapters/native-parser.ts';
import type { TraceEvent } from '../../common/trace/trace-event.ts';
import type { Checkpoint } from '../tail/checkpoint.ts';

/** Where agents keep their things for this user. */
export interface NativeEnv {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Home folder of the user. */
  readonly home: string;
}

/** One session as its agent keeps it. A file or a database may hold several. */
export interface NativeFile {
  /** Name of the agent: `claude-code`, `codex`, ... */
  readonly agent: string;
  /** Absolute. */
  readonly path: string;
  /** The agent's own id of the session, where the path or the database tells it; for ordering and for finding. */
  readonly session?: string | undefined;
  /** The agent's own id of the session that started this one, where the path tells it. */
  readonly parent?: string | undefined;
}

/** Why something of a native file was passed over; reading goes on. Holds the path, not to be trusted on a terminal. */
export type NativeIssue = (message: string) => void;

/** Why something cannot be read. */
export interface Unreadable {
  readonly reason: string;
  /** Somebody else has the file alone, for a moment as a rule. */
  readonly isLocked?: boolean;
}

export interface NativeRead {
  readonly events: readonly TraceEvent[];
  /** There may be more to read already. */
  readonly more: boolean;
  /** It could not be read just now, because somebody else has it alone: to be read again after a while. */
  readonly isLocked?: boolean;
}

/** One session being read. */
export interface NativeSource {
  /**
   * The events since the last call. Ids are stable: after any doubt a file is read again from its start, and its events
   * come again. Bounded work for each call. Never throws: what is amiss is told once by the `NativeIssue` of `open`.
   */
  read(): NativeRead;
  readonly facts: NativeFacts;
  /** How far the file was read, where it is one of lines; undefined while there is none. */
  checkpoint?(): Checkpoint | undefined;
  close(): void;
}

/** A running process as its agent tells of it. The file outlives an agent that was killed: compare the start time. */
export interface NativeProcess {
  readonly pid: number;
  /** As `ProcessIdentity` has it. */
  readonly startTime: string;
  /** The agent's own id. */
  readonly session: string;
  readonly workspace: string | undefined;
}

/** How one agent keeps its sessions on this machine. */
export interface NativeAgent {
  /** `claude-code`, `codex`, ... */
  readonly name: string;
  /**
   * The sessions below the agent's own folders, in no particular order, subagents' too. No file is opened: this stays
   * cheap over 10,000 of them. (A database has to be asked.)
   */
  discover(env: NativeEnv): Iterable<NativeFile>;
  /** The session that a file holds; undefined when it is none of this agent's. `head`: its first 64 KiB, as UTF-8. */
  recognise(path: string, head: string): NativeFile | undefined;
  /** The subagents of a session that have files of their own, where the path does not tell whose they are too. */
  subagents(file: NativeFile): Iterable<NativeFile>;
  /** `earlier`: files whose records may stand in this one again; those belong to them. */
  open(file: NativeFile, onIssue: NativeIssue, earlier?: readonly NativeFile[]): NativeSource;
  /** Makes what finds the earlier files that a file may repeat, and remembers files that it has looked at. */
  kin?(): (file: NativeFile) => readonly NativeFile[];
  /**
   * What tells files of sessions apart that have nothing to do with each other: the agent's own id of the session that
   * the user started, as a rule. Opens a file whose path does not tell. Not there where it takes more to know.
   */
  root?(file: NativeFile): string;
  /**
   * Folders in which the files of sessions that run in `workspace` (a real path) appear, or may: existing or not, for
   * all workspaces together where the agent keeps them so. They are watched, not what is below them.
   */
  folders(env: NativeEnv, workspace: string): readonly string[];
  /** Folders in which files of a session's subagents appear, or may; its own file need not exist. */
  subagentFolders?(file: NativeFile): readonly string[];
  /** Folders in which the agent says, while it runs, which process runs which session. */
  processFolders?(env: NativeEnv): readonly string[];
  /** What a file of such a folder says; undefined when it says nothing, or is gone. */
  processAt?(path: string): NativeProcess | undefined;
  /** The session that a file of the folders of `folders` or `subagentFolders` holds, told by its path alone; undefined when it is none. */
  fileAt(path: string): NativeFile | undefined;
  /** Where sessions are in a database: those that may have changed when a file of `folders` has. */
  sessionsIn?(path: string): readonly NativeFile[] | Unreadable;
}
