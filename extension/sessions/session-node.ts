import { formatCost } from '../../core/common/cost/cost.ts';
import type { GuardState } from '../../core/common/session/listed-session.ts';
import type { SessionState } from '../../core/common/session/session-state.ts';
import type { SessionPhase, SessionSummary } from '../../core/common/session/session-summary.ts';
import { excerpt } from '../../core/common/view/excerpt.ts';
import { summaryCost } from '../../core/common/view/panel-header.ts';
import { shortSessionId } from '../../core/common/view/short-session-id.ts';
import type { CatalogSession } from '../../core/node/sessions/session-catalog.ts';

/** One session in the tree. */
export interface SessionNode {
  readonly id: string;
  /** Path of its store. */
  readonly store: string;
  readonly parentId: string | undefined;
  /** Safe to show. */
  readonly agent: string;
  /** Undefined while its events have not been read. */
  readonly phase: SessionPhase | undefined;
  /** It goes on though it had ended. */
  readonly isAgain: boolean;
  /** As `formatCost` writes it; empty while its events have not been read. */
  readonly cost: string;
  readonly toolCalls: number | undefined;
  /** Unix seconds. */
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** Whether its calls are stopped before they run, and why (not); undefined where nobody looked, or it is over. */
  readonly watch?: GuardState | undefined;
  readonly children: readonly SessionNode[];
}

type Leaf = Omit<SessionNode, 'children'>;

/** A session as the model follows it. */
export interface LiveSession {
  readonly id: string;
  readonly state: SessionState;
  readonly summary: SessionSummary;
}

/** `watch`: see `SessionNode`. */
export function liveLeaf(store: string, { id, state, summary }: LiveSession, watch?: SessionNode['watch']): Leaf {
  const leaf = { ...summaryLeaf(store, id, summary), cost: formatCost(state.cost) };
  return isLive(leaf) ? { ...leaf, watch } : leaf;
}

export function pastLeaf(store: string, { id, meta, summary }: CatalogSession): Leaf {
  if (summary) return summaryLeaf(store, id, summary);
  return {
    id,
    store,
    parentId: meta?.parent_session_id,
    agent: excerpt(meta?.agent_name ?? ''),
    phase: undefined,
    isAgain: false,
    cost: '',
    toolCalls: meta?.tool_calls,
    startedAt: meta?.started_at,
    endedAt: meta?.ended_at,
  };
}

function summaryLeaf(store: string, id: string, summary: SessionSummary): Leaf {
  return {
    id,
    store,
    parentId: summary.parent_session_id ?? undefined,
    agent: excerpt(summary.agent),
    phase: summary.state,
    isAgain: summary.reactivated_at !== null && isLive({ phase: summary.state }),
    cost: summaryCost(summary),
    toolCalls: summary.tool_calls,
    startedAt: summary.started_at ?? undefined,
    endedAt: summary.ended_at ?? undefined,
  };
}

const LIVE: ReadonlySet<SessionPhase | undefined> = new Set(['active', 'waiting', 'paused']);

/** Whether the session may still do something. */
export function isLive({ phase }: Pick<SessionNode, 'phase'>): boolean {
  return LIVE.has(phase);
}

/**
 * The sessions of one store as trees: those that live first, then the newest first; subagents below their parents, oldest
 * first. A subagent whose parent is not there, or that hangs in a circle of forged links, stands for itself.
 */
export function sessionTrees(leaves: readonly Leaf[]): readonly SessionNode[] {
  const byId = new Map(leaves.map((leaf) => [leaf.id, leaf]));
  const children = new Map<string, Leaf[]>();
  const roots: Leaf[] = [];
  for (const leaf of leaves) {
    const parent = hasRoot(leaf, byId) ? leaf.parentId : undefined;
    if (parent === undefined) roots.push(leaf);
    else children.set(parent, [...(children.get(parent) ?? []), leaf]);
  }
  const grow = (leaf: Leaf): SessionNode => ({
    ...leaf,
    children: (children.get(leaf.id) ?? []).sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0)).map(grow),
  });
  return roots
    .sort((a, b) => Number(isLive(b)) - Number(isLive(a)) || (b.startedAt ?? 0) - (a.startedAt ?? 0))
    .map(grow);
}

/** Whether the links upwards end at a session that is there. */
function hasRoot(leaf: Leaf, byId: ReadonlyMap<string, Leaf>): boolean {
  const seen = new Set<string>();
  for (let at: Leaf | undefined = leaf; at; at = at.parentId === undefined ? undefined : byId.get(at.parentId)) {
    if (seen.has(at.id)) return false;
    seen.add(at.id);
    if (at.parentId === undefined) return true;
    if (!byId.has(at.parentId)) return at.id !== leaf.id;
  }
  return true;
}

const PHASE_TEXTS: Readonly<Record<SessionPhase, string>> = {
  active: 'active',
  waiting: 'needs you',
  paused: 'paused',
  completed: 'completed',
  interrupted: 'interrupted',
};

function phaseText(phase: SessionPhase, isAgain: boolean): string {
  return isAgain && phase === 'active' ? 'active again' : PHASE_TEXTS[phase];
}

/** `claude-code 0c7e91a2`. */
export function nodeLabel({ agent, id }: Pick<SessionNode, 'agent' | 'id'>): string {
  return `${agent || 'agent'} ${shortSessionId(id)}`;
}

/** `$0.42, needs you, guarded, 6:31 PM`; what goes without saying is left out. `when` tells a time, given in Unix seconds. */
export function nodeDescription(
  { cost, phase, isAgain, watch, startedAt, endedAt }: SessionNode,
  when: (unixSeconds: number) => string,
): string {
  const goesWithoutSaying = phase === undefined || phase === 'completed' || (phase === 'active' && !isAgain);
  const state = goesWithoutSaying ? '' : phaseText(phase, isAgain);
  const at = endedAt ?? startedAt;
  return [cost, state, watch?.mode ?? '', at === undefined ? '' : when(at)].filter((part) => part !== '').join(', ');
}

/** All of it in words. */
export function nodeAccessibleText(node: SessionNode, when: (unixSeconds: number) => string): string {
  const calls = node.toolCalls === undefined ? '' : `${node.toolCalls} ${node.toolCalls === 1 ? 'call' : 'calls'}`;
  const phase = node.phase === undefined ? '' : phaseText(node.phase, node.isAgain);
  const started = node.startedAt === undefined ? '' : `started ${when(node.startedAt)}`;
  const watch = node.watch ? `${node.watch.mode}: ${node.watch.reason}` : '';
  return [nodeLabel(node), phase, node.cost, calls, started, watch].filter((part) => part !== '').join(', ');
}
