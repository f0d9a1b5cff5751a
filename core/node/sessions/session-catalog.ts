import { type BigIntStats, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { SessionState } from '../../common/session/session-state.ts';
import type { SessionSummary } from '../../common/session/session-summary.ts';
import type { SessionMeta } from '../../common/trace/session-meta.ts';
import { EVENTS_FILE } from '../store/event-log.ts';
import { META_FILE, readMeta } from '../store/session-meta-file.ts';
import { readSessionState, type StoredSessionsOptions, storedSessionIds, summaryOf } from './stored-sessions.ts';

/** Sessions looked at in one turn of the event loop. */
const LOOKS_PER_TURN = 50;

export interface SessionCatalogOptions extends StoredSessionsOptions {
  /** Real path of the store; it need not exist. */
  readonly store: string;
}

/** A session of the store, as far as it is known. */
export interface CatalogSession {
  readonly id: string;
  readonly meta: SessionMeta | undefined;
  /** Undefined until its events have been read. */
  readonly summary: SessionSummary | undefined;
}

interface Entry {
  /** Size, time and identity of its files: while they stay, nothing is read again. */
  readonly version: string;
  readonly meta: SessionMeta | undefined;
  state: SessionState | undefined;
  summary: SessionSummary | undefined;
}

/**
 * The sessions of a store that nobody follows. What their files say is remembered, so looking again at hundreds of past
 * sessions costs no more than asking for the times of their files.
 */
export class SessionCatalog {
  private readonly options: SessionCatalogOptions;
  private readonly entries = new Map<string, Entry>();
  private closed = false;

  constructor(options: SessionCatalogOptions) {
    this.options = options;
  }

  /** As of the last look; newest first. */
  get sessions(): readonly CatalogSession[] {
    return [...this.entries]
      .map(([id, { meta, summary }]) => ({ id, meta, summary }))
      .sort((a, b) => startedAt(b) - startedAt(a));
  }

  /** Looks which sessions there are and which have changed. `followed`: those are left out. */
  async look(followed: ReadonlySet<string>): Promise<void> {
    const found = new Set(storedSessionIds(this.options.store).filter((id) => !followed.has(id)));
    for (const id of this.entries.keys()) if (!found.has(id)) this.entries.delete(id);
    let looks = 0;
    for (const id of found) {
      if (++looks % LOOKS_PER_TURN === 0) await turn();
      if (this.closed) return;
      this.consider(id);
    }
  }

  /** Reads the events of those that pass and have not been read, newest first; calls back after each. */
  async read(isWanted: (id: string) => boolean, onRead: () => void): Promise<void> {
    for (const { id } of this.sessions) {
      const entry = this.entries.get(id);
      if (this.closed) return;
      if (!entry || entry.state || !isWanted(id)) continue;
      const state = await readSessionState(this.options.store, id, this.options.prices);
      // Of hundreds of sessions only what a summary is made of is kept.
      entry.state = { ...state, files: new Map(), running: new Map(), recent: [] };
      entry.summary = summaryOf(entry.state, this.options);
      onRead();
    }
  }

  /** What was read is to be read again. */
  forget(): void {
    this.entries.clear();
  }

  close(): void {
    this.closed = true;
    this.entries.clear();
  }

  private consider(id: string): void {
    const { store } = this.options;
    const events = versionOf(join(store, id, EVENTS_FILE));
    const meta = versionOf(join(store, id, META_FILE));
    if (events === undefined && meta === undefined) {
      this.entries.delete(id);
      return;
    }
    const version = `${events} ${meta}`;
    const known = this.entries.get(id);
    if (known?.version !== version) {
      this.entries.set(id, { version, meta: readMeta(store, id), state: undefined, summary: undefined });
    } else if (known.state && known.summary?.state !== 'completed') {
      // Without an end it is the process that tells.
      known.summary = summaryOf(known.state, this.options);
    }
  }
}

function startedAt({ meta, summary }: CatalogSession): number {
  return summary?.started_at ?? meta?.started_at ?? 0;
}

function versionOf(path: string): string | undefined {
  let stat: BigIntStats;
  try {
    stat = lstatSync(path, { bigint: true });
  } catch {
    return undefined;
  }
  return `${stat.ino}:${stat.size}:${stat.mtimeNs}`;
}
