import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { decodeUsage } from '../../core/common/cost/usage.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';
import type { NativeAgent, NativeEnv, NativeSource } from '../../core/node/adapters/native-agent.ts';
import { entriesOf } from '../../core/node/entries-of.ts';

/** That a request has used so many output tokens, or more than were told before. */
export interface UsageReport {
  readonly id: string;
  readonly output: number;
  /** When the file it stands in was written, Unix milliseconds by the file system's clock. */
  readonly at: number;
}

/** Between two looks at the files: so much a delay may seem too short, when the file is written again at once. */
export const LOOK_EVERY_MS = 2;
/** Between two looks for further files. */
const FIND_EVERY_MS = 50;

/** Sees what an agent has written of its requests as soon as it is there, by doing nothing else. */
export class WrittenReports {
  readonly reports: UsageReport[] = [];
  private readonly agent: NativeAgent;
  private readonly env: NativeEnv;
  private readonly sources = new Map<string, { readonly source: NativeSource; stamp: string }>();
  private foundAt = 0;

  constructor(agent: NativeAgent, env: NativeEnv) {
    this.agent = agent;
    this.env = env;
  }

  look(): void {
    this.find();
    for (const [key, known] of this.sources) {
      const [path = ''] = key.split('#');
      // A database is written beside its file at first.
      const stats = [path, `${path}-wal`].map((each) => statSync(each, { throwIfNoEntry: false }));
      const stamp = stats.map((stat) => `${stat?.ino}:${stat?.size}:${stat?.mtimeMs}`).join(' ');
      if (stamp === known.stamp) continue;
      known.stamp = stamp;
      const at = Math.max(...stats.map((stat) => stat?.mtimeMs ?? 0));
      for (const event of known.source.read().events) add(this.reports, event, at);
    }
  }

  close(): void {
    for (const { source } of this.sources.values()) source.close();
  }

  private find(): void {
    if (Date.now() - this.foundAt < FIND_EVERY_MS) return;
    this.foundAt = Date.now();
    for (const file of this.agent.discover(this.env)) {
      const key = `${file.path}#${file.session ?? ''}`;
      if (!this.sources.has(key)) this.sources.set(key, { source: this.agent.open(file, () => {}), stamp: '' });
    }
  }
}

/** Sees what the store has got of requests as soon as it is there. */
export class StoredReports {
  readonly reports: UsageReport[] = [];
  private readonly store: string;
  private readonly read = new Map<string, number>();

  constructor(store: string) {
    this.store = store;
  }

  look(): void {
    for (const entry of entriesOf(this.store)) {
      const path = join(this.store, entry.name, 'events.ndjson');
      const before = this.read.get(path) ?? 0;
      const stat = statSync(path, { throwIfNoEntry: false });
      if (!stat || stat.size === before) continue;
      const bytes = readFileSync(path);
      const end = bytes.lastIndexOf('\n') + 1;
      this.read.set(path, end);
      const lines = bytes.subarray(before, end).toString('utf8').split('\n');
      for (const line of lines) if (line !== '') add(this.reports, JSON.parse(line) as TraceEvent, stat.mtimeMs);
    }
  }
}

function add(reports: UsageReport[], { event_type, event_id, data }: TraceEvent, at: number): void {
  const usage = event_type === 'llm_response' ? decodeUsage(data.usage) : undefined;
  if (usage) reports.push({ id: event_id, output: usage.output, at });
}

/**
 * Milliseconds from what was written to the store's word of it, which may be of more by then. Throws when the store does
 * not have it.
 */
export function delays(written: readonly UsageReport[], stored: readonly UsageReport[]): readonly number[] {
  return written.map(({ id, output, at }) => {
    const found = stored.find((report) => report.id === id && report.output >= output);
    if (!found) throw new Error(`the store has nothing of request ${id} with ${output} output tokens`);
    return found.at - at;
  });
}
