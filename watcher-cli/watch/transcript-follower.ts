import { type FSWatcher, watch } from 'chokidar';
import { keepAll } from '../../core/common/redact/redactor.ts';
import { storableEvent } from '../../core/common/redact/storable-event.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';
import { recordUsage } from '../../core/node/adapters/claude-code/record-usage.ts';
import { EventLog } from '../../core/node/store/event-log.ts';

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
  private readonly watcher: FSWatcher;
  private readonly transcripts = new Map<string, FollowedTranscript>();
  private readonly told = new Set<string>();

  constructor(options: TranscriptFollowerOptions) {
    this.options = options;
    this.watcher = watch([], { ignoreInitial: true, followSymlinks: false });
    this.watcher.on('add', (path) => this.read(path));
    this.watcher.on('change', (path) => this.read(path));
    this.watcher.on('error', (error) => this.tell(error instanceof Error ? error.message : String(error)));
  }

  /** Follows it from where hooks have left off. Calling again reads what is new. */
  follow(transcript: FollowedTranscript): void {
    const { transcriptPath } = transcript;
    if (!transcriptPath.endsWith('.jsonl')) return;
    if (!this.transcripts.has(transcriptPath)) this.watcher.add(transcriptPath);
    this.transcripts.set(transcriptPath, transcript);
    this.read(transcriptPath);
  }

  unfollow(sessionId: string): void {
    for (const [path, transcript] of this.transcripts) {
      if (transcript.sessionId !== sessionId) continue;
      this.transcripts.delete(path);
      this.watcher.unwatch(path);
    }
  }

  async close(): Promise<void> {
    await this.watcher.close();
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
      this.tell(`the transcript ${path} cannot be read: ${error instanceof Error ? error.message : error}`);
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
