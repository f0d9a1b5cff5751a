import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { PriceBook } from '../../common/cost/cost.ts';
import { SessionFold } from '../../common/session/session-fold.ts';
import { isLivePhase, phaseOf } from '../../common/session/session-phase.ts';
import type { SessionState } from '../../common/session/session-state.ts';
import type { SessionSummary } from '../../common/session/session-summary.ts';
import { summarize } from '../../common/session/summarize.ts';
import type { ProcessTable } from '../process/process-table.ts';
import { EVENTS_FILE } from '../store/event-log.ts';
import { readMeta } from '../store/session-meta-file.ts';
import { SessionReader } from '../tail/session-reader.ts';
import { agentProcess } from './agent-process.ts';

export interface StoredSessionsOptions {
  /** Path of the store; it need not exist. */
  readonly store: string;
  readonly runtimeDir: string;
  readonly table: ProcessTable;
  readonly prices: PriceBook;
  /** Unix seconds. */
  readonly now: () => number;
}

export interface StoredSession {
  readonly state: SessionState;
  readonly summary: SessionSummary;
}

/** Ids of the sessions in a store; links are passed over. */
export function storedSessionIds(store: string): readonly string[] {
  if (!existsSync(store)) return [];
  return readdirSync(store, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

/** Reads every session of a store from its events, oldest first. */
export async function loadSessions(options: StoredSessionsOptions): Promise<readonly StoredSession[]> {
  if (!existsSync(options.store)) return [];
  const store = realpathSync(options.store);
  const sessions: StoredSession[] = [];
  for (const id of storedSessionIds(store)) {
    const state = await readSessionState(store, id, options.prices);
    if (state.events === 0 && !readMeta(store, id)) continue;
    sessions.push({ state, summary: summaryOf(state, { ...options, store }) });
  }
  return sessions.sort((a, b) => (a.summary.started_at ?? 0) - (b.summary.started_at ?? 0));
}

/** A session's state with what meta and process table say of it. */
export function summaryOf(state: SessionState, options: Omit<StoredSessionsOptions, 'prices'>): SessionSummary {
  const { store, runtimeDir, table, now } = options;
  const meta = readMeta(store, state.sessionId);
  const agent = agentProcess(table, runtimeDir, store, state.sessionId, meta);
  const summary = summarize(state, {
    phase: phaseOf(state, agent.state, now()),
    process: agent.pid === undefined ? undefined : { pid: agent.pid, alive: agent.state !== 'gone' },
    parentSessionId: meta?.parent_session_id,
  });
  return {
    ...summary,
    agent: summary.agent || (meta?.agent_name ?? ''),
    started_at: summary.started_at ?? meta?.started_at ?? null,
    // What goes on has not ended, whatever was written of it before.
    ended_at: summary.ended_at ?? (isLivePhase(summary.state) ? null : (meta?.ended_at ?? null)),
  };
}

/** Reads one session from its events; an empty state when there are none. `store` is the path of its store. */
export async function readSessionState(store: string, id: string, prices: PriceBook): Promise<SessionState> {
  const fold = new SessionFold(id, prices);
  const reader = new SessionReader({
    path: join(store, id, EVENTS_FILE),
    root: store,
    onEvent: (event) => void fold.apply(event),
    texts: () => fold.texts,
    onIssue: () => {},
  });
  await reader.drain();
  reader.close();
  return fold.state;
}
