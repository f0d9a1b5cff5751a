import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Redactor } from '../../core/common/redact/redactor.ts';
import { QUIET_AFTER } from '../../core/common/session/session-phase.ts';
import { sessionName } from '../../core/common/trace/session-name.ts';
import type { NativeAgent, NativeEnv, NativeFile, NativeProcess } from '../../core/node/adapters/native-agent.ts';
import { NATIVE_AGENTS } from '../../core/node/adapters/native-agents.ts';
import { entriesOf } from '../../core/node/entries-of.ts';
import type { ProcessTable } from '../../core/node/process/process-table.ts';
import { FolderWatches } from './folder-watches.ts';
import { IssuesOnce } from './issues-once.ts';
import { NativeDatabases } from './native-databases.ts';
import { NativeProcesses } from './native-processes.ts';
import { NativeReadings } from './native-readings.ts';

export interface NativeFollowerOptions {
  /** Real path of the store. */
  readonly store: string;
  /** Real path of the folder whose sessions are followed; undefined: only transcripts that recorded sessions name. */
  readonly workspace: string | undefined;
  readonly env: NativeEnv;
  readonly redact: Redactor;
  readonly runtimeDir: string;
  readonly table: ProcessTable;
  /** Unix seconds. */
  readonly now: () => number;
  readonly onIssue: (message: string) => void;
}

/** A recorded session that names its agent's transcript. */
export interface NamedTranscript {
  readonly sessionId: string;
  readonly transcriptPath: string;
}

/** Seconds. */
const DAY = 24 * 3600;
/** An agent has told its hooks of the end before it writes what it did last. Milliseconds. */
const ENDING_MS = 30_000;

/** Owner of the watches that stay. */
const ALL = '';

/**
 * Brings what agents write into files of their own into the store as they write it: whole sessions of the workspace that
 * no hook records, and of recorded ones what hooks do not know, which is what they cost. Files are heard of by
 * notifications and let go of when their session is over or nothing came for a while; should one go on, it is read again,
 * and counts once. How far a file was read it knows by itself: what the store says of that can be forged.
 */
export class NativeFollower {
  private readonly options: NativeFollowerOptions;
  private readonly issues: IssuesOnce;
  /** By path; of a recorded session that names a file, by its id and the path; of a database, by path and session. */
  private readonly readings: NativeReadings;
  private readonly databases: NativeDatabases;
  /** Owned by the key of a reading, or by all. */
  private readonly watches: FolderWatches;
  /** Sessions whose end is told, and that are still read for a while. */
  private readonly ending = new Map<string, NodeJS.Timeout>();
  /** Days since 1970. */
  private askedOn: number | undefined;
  private closed = false;

  constructor(options: NativeFollowerOptions) {
    this.options = options;
    const issues = new IssuesOnce(options.onIssue);
    this.issues = issues;
    this.watches = new FolderWatches((message) => issues.tell(message));
    this.readings = new NativeReadings({ ...options, issues, onLetGo: (key) => this.watches.letGo(key) });
    this.databases = new NativeDatabases(issues, (agent, file) => this.onNative(agent, file));
  }

  /** Begins with the sessions that run, or did a moment ago. */
  start(): void {
    const { workspace, env } = this.options;
    if (workspace === undefined) return;
    const processes = new NativeProcesses({
      ...this.options,
      workspace,
      issues: this.issues,
      onRunning: (agent, said) => this.onRunning(agent, said, workspace),
      onExit: (said) => this.onExit(said),
    });
    for (const agent of NATIVE_AGENTS) {
      for (const folder of agent.processFolders?.(env) ?? []) {
        this.watches.watch(ALL, folder, (name) => {
          for (const each of namesOf(folder, name)) processes.look(agent, join(folder, each));
        });
      }
    }
    this.watchFolders();
  }

  /** Reads what a recorded session's transcript says of its cost, from its start; called again, what is new. */
  follow({ sessionId, transcriptPath }: NamedTranscript): void {
    const key = `${sessionId}\0${transcriptPath}`;
    if (this.closed || this.readings.find(transcriptPath)?.sessionId === sessionId) return;
    // Of a session that this has just ended itself the watcher may not know it yet.
    if (this.readings.isDone(transcriptPath)) return;
    let reading = this.readings.find(key);
    if (!reading) {
      // Whoever may write to the workspace can name any file: of it nothing but sums of tokens is taken.
      const agent = NATIVE_AGENTS.find((each) => each.fileAt(transcriptPath) !== undefined);
      const file = agent?.fileAt(transcriptPath);
      if (!agent || !file) return;
      reading = this.readings.open(key, agent, file, sessionId);
      const folder = dirname(transcriptPath);
      this.watches.watch(key, folder, (name) => this.onNamed(folder, name));
    }
    this.readings.read(reading);
  }

  /** Reads what a session's files have got, and what comes yet: its end is told. */
  end(sessionId: string): void {
    if (this.closed) return;
    this.readings.readToEnd((id) => id === sessionId);
    clearTimeout(this.ending.get(sessionId));
    this.ending.set(sessionId, setTimeout(() => this.finish(sessionId), ENDING_MS).unref());
  }

  /** Reads what a session's files have got last, and lets go of them: its process is gone. */
  finish(sessionId: string): void {
    clearTimeout(this.ending.get(sessionId));
    this.ending.delete(sessionId);
    this.readings.conclude((id) => id === sessionId);
  }

  close(): void {
    this.closed = true;
    for (const sessionId of [...this.ending.keys()]) this.finish(sessionId);
    this.issues.close();
    this.databases.close();
    this.readings.close();
    this.watches.close();
  }

  /** Folders can be those of days: asked for again once a day, when something happens. */
  private watchFolders(): void {
    const { workspace, env, now } = this.options;
    if (workspace === undefined) return;
    const day = Math.floor(now() / DAY);
    if (this.askedOn === day) return;
    this.askedOn = day;
    for (const agent of NATIVE_AGENTS) {
      for (const folder of agent.folders(env, workspace)) {
        this.watches.watch(ALL, folder, (name) => this.onFile(agent, folder, name));
      }
    }
  }

  /** A file of a folder for sessions may have changed; without a name, any. */
  private onFile(agent: NativeAgent, folder: string, name: string | undefined): void {
    this.watchFolders();
    for (const each of namesOf(folder, name)) {
      const path = join(folder, each);
      const file = agent.fileAt(path);
      this.databases.look(agent, path);
      if (!file) this.onSessionFolder(agent, path, name !== undefined);
      // Of a folder with thousands of files only those are opened that somebody writes to.
      else if (name !== undefined || this.isFresh(path)) this.onNative(agent, file);
    }
  }

  /** A folder may be that of a session's subagents, whose own file need not exist. */
  private onSessionFolder(agent: NativeAgent, path: string, isNews: boolean): void {
    const file = agent.fileAt(`${path}.jsonl`);
    if (file && (isNews || this.isFresh(path))) this.watchSubagents(agent, file);
  }

  private onNative(agent: NativeAgent, file: NativeFile): void {
    // A database has a reading for each session.
    const key = agent.sessionsIn ? `${file.path}#${file.session}` : file.path;
    const known = this.readings.find(key);
    if (known) this.readings.read(known);
    else if (this.readings.isNews(file.path)) {
      this.readings.read(this.readings.open(key, agent, file));
      this.watchSubagents(agent, file);
    }
  }

  private watchSubagents(agent: NativeAgent, file: NativeFile): void {
    for (const folder of agent.subagentFolders?.(file) ?? []) {
      this.watches.watch(file.path, folder, (name) => {
        this.onFile(agent, folder, name);
        // Folders for workflows come into being in there.
        this.watchSubagents(agent, file);
      });
    }
  }

  private onNamed(folder: string, name: string | undefined): void {
    for (const reading of this.readings.all) {
      if (reading.named === undefined) continue;
      const isIt = name === undefined ? dirname(reading.path) === folder : reading.path === join(folder, name);
      if (isIt) this.readings.read(reading);
    }
  }

  private onRunning(agent: NativeAgent, said: NativeProcess, workspace: string): void {
    for (const folder of agent.folders(this.options.env, workspace)) {
      const file = agent.fileAt(join(folder, `${said.session}.jsonl`));
      if (file) this.onNative(agent, file);
    }
  }

  private onExit({ session, pid, startTime }: NativeProcess): void {
    const name = sessionName(session);
    this.readings.conclude(
      (id) => id?.split('.', 1)[0] === name,
      (reading) => reading.end(`${name}.end-${pid}-${startTime}`, this.options.now()),
    );
  }

  private isFresh(path: string): boolean {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat !== undefined && this.options.now() - stat.mtimeMs / 1000 < QUIET_AFTER;
  }
}

/** The entries of a folder that may have changed: all, when no name is told. */
function namesOf(folder: string, name: string | undefined): readonly string[] {
  return name === undefined ? entriesOf(folder).map((entry) => entry.name) : [name];
}
