import { dirname, join } from 'node:path';
import { errorText } from '../../core/common/error-text.ts';
import { keepAll } from '../../core/common/redact/redactor.ts';
import { storableEvent } from '../../core/common/redact/storable-event.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';
import { recordUsage } from '../../core/node/adapters/claude-code/record-usage.ts';
import {
  type UsageCursor,
  type UsageCursors,
  usageCursorFile,
} from '../../core/node/adapters/claude-code/usage-cursor.ts';
import { EventLog } from '../../core/node/store/event-log.ts';
import { openSession, type SessionFolder } from '../../core/node/store/open-store.ts';
import { requireRealStore } from '../../core/node/store/real-store.ts';
import type { FolderWatch } from '../../core/node/store-watcher/folder-watch.ts';
import { notifyFolder } from '../../core/node/store-watcher/notify-folder.ts';

export interface FollowedTranscript {
  readonly sessionId: string;
  /** Folder of the session in the store. */
  readonly sessionDir: string;
  readonly transcriptPath: string;
  /** Whether the session has counted what the event reports; then it is not appended. */
  readonly isKnown: (event: TraceEvent) => boolean;
}

export interface TranscriptFollowerOptions {
  /** Unix seconds. */
  readonly now: () => number;
  readonly onIssue: (message: string) => void;
}

/**
 * Appends the usage that agents' transcripts report to the store as soon as it is written: hooks see it only when the
 * next one runs, which may be many minutes of a long call later. How far it has read it knows by itself: what the store
 * says of that can be forged, and money would go unseen.
 */
export class TranscriptFollower {
  private readonly options: TranscriptFollowerOptions;
  private readonly watches = new Map<string, FolderWatch>();
  /** By session and path: a session that names the transcript of another takes nothing away from it. */
  private readonly transcripts = new Map<string, FollowedTranscript>();
  private readonly reached = new Map<string, UsageCursor>();
  private readonly told = new Set<string>();

  constructor(options: TranscriptFollowerOptions) {
    this.options = options;
  }

  /** Reads it from its start. Calling again reads what is new. */
  follow(transcript: FollowedTranscript): void {
    const { transcriptPath } = transcript;
    if (!transcriptPath.endsWith('.jsonl')) return;
    this.transcripts.set(keyOf(transcript), transcript);
    this.listen(dirname(transcriptPath));
    this.read(transcript);
  }

  /** Reads what a session's transcript has got last, and lets go of it. */
  finish(sessionId: string): void {
    for (const [key, transcript] of this.transcripts) {
      if (transcript.sessionId !== sessionId) continue;
      while (this.readOn(transcript));
      this.transcripts.delete(key);
    }
    const needed = new Set([...this.transcripts.values()].map(({ transcriptPath }) => dirname(transcriptPath)));
    for (const [folder, watch] of this.watches) {
      if (needed.has(folder)) continue;
      watch.close();
      this.watches.delete(folder);
    }
  }

  close(): void {
    for (const watch of this.watches.values()) watch.close();
    this.watches.clear();
  }

  /** The folder comes into being with the first transcript in it: until then each call of `follow` tries again. */
  private listen(folder: string): void {
    if (this.watches.has(folder)) return;
    const heard = (name: string | undefined) => {
      for (const transcript of this.transcripts.values()) {
        const { transcriptPath } = transcript;
        if (name === undefined ? dirname(transcriptPath) === folder : transcriptPath === join(folder, name)) {
          this.read(transcript);
        }
      }
    };
    try {
      this.watches.set(
        folder,
        notifyFolder(folder, heard, () => this.watches.delete(folder)),
      );
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      this.tell(`changes in ${folder} are not noticed, cost may come late: ${errorText(error)}`);
    }
  }

  private read(transcript: FollowedTranscript): void {
    if (!this.readOn(transcript)) return;
    setImmediate(() => this.transcripts.has(keyOf(transcript)) && this.read(transcript));
  }

  /** True when more is left to read. */
  private readOn(transcript: FollowedTranscript): boolean {
    const { sessionId, transcriptPath, isKnown } = transcript;
    try {
      return recordUsage({
        transcriptPath,
        sessionId,
        cursors: this.cursorsOf(transcript),
        append: (event) => {
          if (!isKnown(event)) append(folderOf(transcript), event);
        },
        now: this.options.now(),
      });
    } catch (error) {
      this.tell(`usage of session ${sessionId} in ${transcriptPath} cannot be recorded: ${errorText(error)}`);
      return false;
    }
  }

  /** Hooks are told how far it is read, so that they need not record the same again; they are not asked. */
  private cursorsOf(transcript: FollowedTranscript): UsageCursors {
    const key = keyOf(transcript);
    return {
      read: () => this.reached.get(key),
      write: (path, cursor) => {
        this.reached.set(key, cursor);
        try {
          const file = usageCursorFile(folderOf(transcript).path);
          const told = file.read(path);
          if (told?.dev === cursor.dev && told.ino === cursor.ino && told.offset > cursor.offset) return;
          file.write(path, cursor);
        } catch (error) {
          this.tell(`hooks of session ${transcript.sessionId} record usage once more: ${errorText(error)}`);
        }
      },
    };
  }

  private tell(message: string): void {
    if (this.told.has(message)) return;
    this.told.add(message);
    this.options.onIssue(message);
  }
}

function keyOf({ sessionId, transcriptPath }: FollowedTranscript): string {
  return `${sessionId}\0${transcriptPath}`;
}

/** Throws `refused` when links have taken the place of the store or of the session's folder. */
function folderOf({ sessionDir, sessionId }: FollowedTranscript): SessionFolder {
  const store = dirname(sessionDir);
  requireRealStore(store);
  return openSession({ path: store }, sessionId);
}

function append(session: SessionFolder, event: TraceEvent): void {
  const log = new EventLog(session);
  try {
    // Numbers and names of models; there is nothing to redact in it.
    log.append(storableEvent(event, keepAll));
  } finally {
    log.close();
  }
}
