import { existsSync, readdirSync } from 'node:fs';
import { CLAUDE_CODE } from '../../core/common/adapters/claude-code/hook-events.ts';
import type { HookPayload } from '../../core/common/adapters/claude-code/hook-payload.ts';
import {
  subagentOfTranscript,
  subagentTranscripts,
  usageTranscript,
} from '../../core/common/adapters/claude-code/usage-transcript.ts';
import { subagentSessionName } from '../../core/common/trace/session-name.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';
import { recordUsage } from '../../core/node/adapters/claude-code/record-usage.ts';
import { usageCursorFile } from '../../core/node/adapters/claude-code/usage-cursor.ts';
import { hasSession, openSession, type SessionFolder, type Store } from '../../core/node/store/open-store.ts';

export interface HookUsageParts {
  readonly store: Store;
  readonly payload: HookPayload;
  /** Unix seconds. */
  readonly now: number;
  /** Writes an event as it may be stored. */
  readonly append: (session: SessionFolder, event: TraceEvent) => void;
}

/** Events at which the transcript may report requests that are not recorded yet. */
const USAGE_EVENTS: ReadonlySet<string> = new Set([
  'UserPromptSubmit',
  'PostToolUse',
  'PostToolUseFailure',
  'Stop',
  'StopFailure',
  'SubagentStop',
  'SessionEnd',
]);

/** Events of a main session after which subagents have answered, some of them later than they were said to end. */
const TURN_ENDS: ReadonlySet<string> = new Set(['Stop', 'StopFailure', 'SessionEnd']);

/** Reads of a transcript (8 MiB each) when a session ends. */
const LAST_READS = 16;

/** Records what the agent's transcripts say of its requests, as far as hooks have not read them. */
export class HookUsage {
  private readonly parts: HookUsageParts;

  constructor(parts: HookUsageParts) {
    this.parts = parts;
  }

  /** `isLast`: no later hook will go on with it. */
  record(session: SessionFolder, isLast: boolean): void {
    const { payload } = this.parts;
    // What other agents' files say is read by the watcher, which remembers where it was in them.
    const isTold = payload.agent === CLAUDE_CODE && USAGE_EVENTS.has(payload.event);
    const transcriptPath = isTold ? usageTranscript(payload) : undefined;
    if (transcriptPath) this.recordIn(transcriptPath, session, isLast ? LAST_READS : 1);
  }

  /** A subagent's last answer reaches its transcript up to 100 ms after `SubagentStop`, when its own hooks are over. */
  recordSubagents(): void {
    const { payload, store } = this.parts;
    if (payload.agent !== CLAUDE_CODE || payload.subagent || !TURN_ENDS.has(payload.event)) return;
    const folder = subagentTranscripts(payload);
    if (!folder || !existsSync(folder)) return;
    for (const file of readdirSync(folder)) {
      const id = subagentOfTranscript(file);
      const name = id && subagentSessionName(payload.agentSessionId, id);
      if (!name || !hasSession(store, name)) continue;
      this.recordIn(`${folder}/${file}`, openSession(store, name), LAST_READS);
    }
  }

  private recordIn(transcriptPath: string, session: SessionFolder, reads: number): void {
    const { append, now } = this.parts;
    const request = {
      transcriptPath,
      cursors: usageCursorFile(session.path),
      sessionId: session.name,
      append: (event: TraceEvent) => append(session, event),
      now,
    };
    for (let read = 0; read < reads && recordUsage(request); read++);
  }
}
