import { dirname, join } from 'node:path';
import { keepAll } from '../../core/common/redact/redactor.ts';
import { storableEvent } from '../../core/common/redact/storable-event.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';
import { recordUsage } from '../../core/node/adapters/claude-code/record-usage.ts';
import { EventLog } from '../../core/node/store/event-log.ts';
import type { FolderWatch } from '../../core/node/store-watcher/folder-watch.ts';
import { notifyFolder } from '../../core/node/store-watcher/notify-folder.ts';

export interface FollowedTranscript {
  readonly sessionId: string;
  /** Folder of the session in the store. */
  readonly sessionDir: string;
  readonly transcriptPath: string;
}

export interface TranscriptFollowerOptions {
  /** Unix seconds. */
  readonly now: () => number;
  readonly onIssue: (message: string) => void;
}

/**
 * Appends the usage that agents' transcripts report to the store as soon as it is written: hooks see it only when the
 * next one runs, which may be many minutes of a long call later.
 */
export class TranscriptFollower {
  private readonly options: TranscriptFollowerOptions;
  private readonly watches = new Map<string, FolderWatch>();
  private readonly transcripts = new Map<string, FollowedTranscript>();
  private readonly told = new Set<string>();

  constructor(options: TranscriptFollowerOptions) {
    this.options = options;
  }

  /** Follows it from where hooks have left off. Calling again reads what is new. */
  follow(transcript: FollowedTranscript): void {
    const { transcriptPath } = transcript;
    if (!transcriptPath.endsWith('.jsonl')) return;
    this.transcripts.set(transcriptPath, transcript);
    this.listen(dirname(transcriptPath));
    this.read(transcriptPath);
  }

  /** Reads what a session's transcript has got last, and lets go of it. */
  finish(sessionId: string): void {
    for (const [path, transcript] of this.transcripts) {
      if (transcript.sessionId !== sessionId) continue;
      this.read(path);
      this.transcripts.delete(path);
    }
    const needed = new Set([...this.transcripts.keys()].map((path) => dirname(path)));
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
      if (name !== undefined) this.read(join(folder, name));
      else for (const path of this.transcripts.keys()) if (dirname(path) === folder) this.read(path);
    };
    try {
      this.watches.set(
        folder,
        notifyFolder(folder, heard, () => this.watches.delete(folder)),
      );
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      this.tell(`changes in ${folder} are not noticed, cost may come late: ${textOf(error)}`);
    }
  }

  private read(path: string): void {
    const transcript = this.transcripts.get(path);
    if (!transcript) return;
    try {
      const more = recordUsage({
        ...transcript,
        append: (event) => append(transcript.sessionDir, event),
        now: this.options.now(),
      });
      if (more) setImmediate(() => this.read(path));
    } catch (error) {
      this.tell(`the transcript ${path} cannot be read: ${textOf(error)}`);
    }
  }

  private tell(message: string): void {
    if (this.told.has(message)) return;
    this.told.add(message);
    this.options.onIssue(message);
  }
}

function append(sessionDir: string, event: TraceEvent): void {
  const log = new EventLog({ path: sessionDir });
  try {
    // Numbers and names of models; there is nothing to redact in it.
    log.append(storableEvent(event, keepAll));
  } finally {
    log.close();
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
