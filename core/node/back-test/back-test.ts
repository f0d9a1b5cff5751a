import { existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { PriceBook } from '../../common/cost/cost.ts';
import { Replay, type ReplayedSession } from '../../common/rules/back-test/replay.ts';
import type { BackTestReport } from '../../common/rules/back-test/report.ts';
import { Tally } from '../../common/rules/back-test/tally.ts';
import { compilePolicy } from '../../common/rules/evaluate.ts';
import { isPerDay } from '../../common/rules/is-per-day.ts';
import { linearPattern } from '../../common/rules/language/linear-pattern.ts';
import type { Policy } from '../../common/rules/rule.ts';
import { systemPaths } from '../rules/system-paths.ts';
import { rootSession } from '../sessions/root-session.ts';
import { storedSessionIds } from '../sessions/stored-sessions.ts';
import { EVENTS_FILE } from '../store/event-log.ts';
import { readMeta } from '../store/session-meta-file.ts';
import { beginningsOf, mergedEvents } from './merged-events.ts';

export interface BackTestOptions {
  /** Path of the store; it need not exist. */
  readonly store: string;
  readonly policy: Policy;
  /** Only the session that this one is, or is part of. */
  readonly session?: string | undefined;
  /** Only sessions with an event since then, Unix seconds. */
  readonly since?: number | undefined;
  readonly prices: PriceBook;
  readonly dayOf: (at: number) => string;
  /** Ends it early: then it throws. */
  readonly signal?: AbortSignal | undefined;
}

/** A session and its subagents, by the id of the one at the head. */
type Tree = readonly [root: string, ids: readonly string[]];

/** Events between two turns of the event loop. */
const EVENTS_PER_TURN = 500;

/**
 * Plays the recorded sessions of a store to the rules, tree by tree: of each only what the fold keeps is held, until it is
 * over. What one session may spend hangs on what others do where a rule asks for `cost_usd_today`: then all are played at
 * once, each from its first event to its last, and the price of each request is kept.
 */
export async function backTest(options: BackTestOptions): Promise<Omit<BackTestReport, 'version' | 'files'>> {
  const { policy, session, since } = options;
  const store = existsSync(options.store) ? realpathSync(options.store) : options.store;
  const only = session === undefined ? undefined : rootSession(store, session);
  const isAsked = ([root, ids]: Tree) =>
    (only === undefined || root === only) && (since === undefined || ids.some((id) => writtenAt(store, id) >= since));
  const trees = treesOf(store);
  const asked = new Set(trees.filter(isAsked).map(([root]) => root));
  const sharesDay = policy.rules.some(isPerDay);
  const groups = sharesDay ? [trees] : trees.filter(isAsked).map((tree) => [tree]);
  const compiled = compilePolicy(policy, systemPaths(), linearPattern);
  const tally = new Tally(compiled);
  for (const group of groups) {
    const rootOf = new Map(group.flatMap(([root, ids]) => ids.map((id) => [id, root] as const)));
    const beginnings = beginningsOf(store, [...rootOf.keys()]);
    const missing = new Map<string, number>();
    for (const { id } of beginnings) count(missing, rootOf.get(id) ?? id, 1);
    const playing = new Map<string, ReplayedSession>();
    const replay = new Replay({
      ...options,
      policy: compiled,
      onDecision: (of, decision) => tally.decide(rootOf.get(of.id) ?? of.id, of, decision),
    });
    let steps = 0;
    for (const { id, event } of mergedEvents(store, beginnings)) {
      const root = rootOf.get(id) ?? id;
      let played = playing.get(id);
      if (!played) {
        played = replay.begin(id, readMeta(store, id)?.parent_session_id);
        playing.set(id, played);
        tally.add(root, played);
      }
      if (event) replay.accept(played, event);
      else if (count(missing, root, -1) === 0) {
        for (const member of tally.finish(root, asked.has(root), since)) {
          replay.forget(member);
          playing.delete(member.id);
        }
      }
      steps += 1;
      if (steps % EVENTS_PER_TURN !== 0) continue;
      await turn();
      options.signal?.throwIfAborted();
    }
  }
  return { store: options.store, since: since ?? null, ...tally.report() };
}

function treesOf(store: string): readonly Tree[] {
  const trees = new Map<string, string[]>();
  for (const id of storedSessionIds(store).toSorted()) {
    const root = rootSession(store, id);
    const tree = trees.get(root);
    if (tree) tree.push(id);
    else trees.set(root, [id]);
  }
  return [...trees];
}

/** Unix seconds of the last write; nothing in the session is younger. */
function writtenAt(store: string, id: string): number {
  const stat = statSync(path.join(store, id, EVENTS_FILE), { throwIfNoEntry: false });
  return stat === undefined ? Number.NEGATIVE_INFINITY : stat.mtimeMs / 1000;
}

function count(counts: Map<string, number>, key: string, by: 1 | -1): number {
  const value = (counts.get(key) ?? 0) + by;
  counts.set(key, value);
  return value;
}
