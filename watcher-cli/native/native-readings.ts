import { statSync } from 'node:fs';
import type { Redactor } from '../../core/common/redact/redactor.ts';
import type { NativeAgent, NativeFile } from '../../core/node/adapters/native-agent.ts';
import { worksIn } from '../../core/node/adapters/native-process.ts';
import { NativeRecorder } from '../../core/node/adapters/native-recorder.ts';
import type { IssuesOnce } from './issues-once.ts';
import { NativeReading } from './native-reading.ts';

export interface NativeReadingsOptions {
  /** Real path of the store. */
  readonly store: string;
  /** Real path of the folder whose sessions are read; undefined: only what recorded sessions name. */
  readonly workspace: string | undefined;
  readonly redact: Redactor;
  readonly issues: IssuesOnce;
  readonly onLetGo: (key: string) => void;
}

/** Notifications come late by milliseconds: more files than these do not end meanwhile. */
const MOST_DONE = 1000;

/** The files of agents that are being read, each under a key of its own, and those that were read to their end. */
export class NativeReadings {
  private readonly options: NativeReadingsOptions;
  private readonly recorder: NativeRecorder;
  private readonly readings = new Map<string, NativeReading>();
  /** Files that were let go of at the end of their sessions, as they were then, oldest first. */
  private readonly done = new Map<string, string>();

  constructor(options: NativeReadingsOptions) {
    this.options = options;
    this.recorder = new NativeRecorder({ store: { path: options.store }, redact: options.redact, mode: 'live' });
  }

  get all(): readonly NativeReading[] {
    return [...this.readings.values()];
  }

  find(key: string): NativeReading | undefined {
    return this.readings.get(key);
  }

  /** False for what is told late of a file that is read to its end, or of none. */
  isNews(path: string): boolean {
    const mark = markOf(path);
    return mark !== undefined && this.done.get(path) !== mark;
  }

  /** Whether it was let go of at the end of its session, and is as it was then. */
  isDone(path: string): boolean {
    return this.done.has(path) && !this.isNews(path);
  }

  /** `named`: the recorded session that names the file. */
  open(key: string, agent: NativeAgent, file: NativeFile, named?: string): NativeReading {
    const { workspace, store, issues } = this.options;
    const reading = new NativeReading({
      store,
      agent,
      file,
      named,
      recorder: this.recorder,
      isOurs: (facts) => workspace !== undefined && worksIn(facts, workspace),
      onIssue: (message) => issues.tell(message),
      onQuiet: () => this.letGo(key),
    });
    this.readings.set(key, reading);
    return reading;
  }

  read(reading: NativeReading): void {
    this.options.issues.attempt(`session ${reading.sessionId ?? ''} in ${reading.path}`, () => reading.read());
  }

  /** Reads what the files of sessions have got. */
  readToEnd(isMeant: (sessionId: string | undefined) => boolean): void {
    for (const reading of this.readings.values()) if (isMeant(reading.sessionId)) this.readLast(reading);
  }

  /** Reads what the files of sessions have got last, and lets go of them. */
  conclude(isMeant: (sessionId: string | undefined) => boolean, atEnd = (_: NativeReading) => {}): void {
    for (const [key, reading] of [...this.readings]) {
      if (!isMeant(reading.sessionId)) continue;
      const { path } = reading;
      // Before it is read: what is written from here on is news.
      const mark = markOf(path);
      this.readLast(reading, atEnd);
      this.letGo(key);
      if (mark !== undefined && key === path) this.setDone(path, mark);
    }
  }

  close(): void {
    for (const key of [...this.readings.keys()]) this.letGo(key);
  }

  private readLast(reading: NativeReading, atEnd = (_: NativeReading) => {}): void {
    this.options.issues.attempt(`the last of session ${reading.sessionId ?? ''} in ${reading.path}`, () => {
      reading.readToEnd();
      atEnd(reading);
    });
  }

  private letGo(key: string): void {
    const reading = this.readings.get(key);
    if (!reading) return;
    this.readings.delete(key);
    reading.close();
    this.options.onLetGo(key);
    const { sessionId } = reading;
    const isUsed = this.all.some((each) => each.sessionId === sessionId);
    if (sessionId !== undefined && !isUsed) this.recorder.forget(sessionId);
  }

  private setDone(path: string, mark: string): void {
    this.done.delete(path);
    this.done.set(path, mark);
    for (const oldest of this.done.keys()) {
      if (this.done.size <= MOST_DONE) break;
      this.done.delete(oldest);
    }
  }
}

/** Differs when a file has been written to; undefined when there is no file. */
function markOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() ? `${stat.ino}:${stat.size}:${stat.mtimeMs}` : undefined;
}
