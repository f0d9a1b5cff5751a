import { type Cost, formatCost } from '../cost/cost.ts';
import type { SessionState } from '../session/session-state.ts';
import type { SessionPhase } from '../session/session-summary.ts';
import { excerpt } from './excerpt.ts';
import { endedBy, type Stop } from './status-stop.ts';

/** What the status bar says of a session. Its strings are safe to print. */
export interface StatusModel {
  readonly kind: StatusKind;
  /** Name of a codicon. */
  readonly icon: string;
  /** In this order: what needs to be known first (`Paused`), `$0.42` (see `formatCost`), `47 calls`, the running tool, `+2`. */
  readonly parts: readonly string[];
  /** Another session waits for its user. */
  readonly othersWait: boolean;
  readonly tone: 'plain' | 'warning' | 'error';
  /** The same for a screen reader. */
  readonly label: string;
}

/** A phase of the session; `killed` when it was ended by a rule or by hand. */
export type StatusKind = SessionPhase | 'killed';

export interface StatusFacts {
  readonly state: SessionState;
  readonly phase: SessionPhase;
  readonly stop: Stop | undefined;
  /** What was asked for and is not confirmed yet. */
  readonly pending: 'pause' | 'resume' | 'kill' | null;
  /** Other sessions that are not over. */
  readonly others: { readonly live: number; readonly waiting: number };
}

const LOOKS: Readonly<Record<StatusKind, Pick<StatusModel, 'icon' | 'tone'> & { word: string; said: string }>> = {
  active: { icon: 'pulse', tone: 'plain', word: '', said: 'is running' },
  waiting: { icon: 'bell-dot', tone: 'warning', word: 'Needs you', said: 'needs you' },
  paused: { icon: 'debug-pause', tone: 'warning', word: 'Paused', said: 'is paused' },
  killed: { icon: 'circle-slash', tone: 'error', word: 'Killed', said: 'was killed' },
  completed: { icon: 'check', tone: 'plain', word: '', said: 'has ended' },
  interrupted: { icon: 'debug-disconnect', tone: 'plain', word: '', said: 'was interrupted' },
};

const PENDING = { pause: 'Pausing…', resume: 'Resuming…', kill: 'Killing…' } as const;

/** Longer names, as tools of MCP servers have, would push everything else out of the bar. */
const TOOL_CHARACTERS = 24;

export function statusModel(facts: StatusFacts): StatusModel {
  const { state, pending, others } = facts;
  const kind = statusKind(facts);
  const { icon, tone, word, said } = LOOKS[kind];
  const calls = state.toolCalls === 1 ? '1 call' : `${state.toolCalls} calls`;
  const tool = kind === 'active' ? runningTool(state) : '';
  const head = pending === null ? word : PENDING[pending];
  return {
    kind,
    icon: pending === null ? icon : 'loading~spin',
    parts: [head, formatCost(state.cost), calls, clip(tool), others.live > 0 ? `+${others.live}` : ''].filter(Boolean),
    othersWait: others.waiting > 0,
    tone,
    label: [
      `Agent Trace: ${excerpt(state.agent) || 'the agent'} ${pending === null ? said : PENDING[pending].toLowerCase()}`,
      spoken(state.cost),
      calls,
      tool === '' ? '' : `running ${tool}`,
      others.live > 0 ? `${others.live} more ${others.live === 1 ? 'session' : 'sessions'}` : '',
      others.waiting > 0 ? `${others.waiting} of them need you` : '',
    ]
      .filter(Boolean)
      .join(', '),
  };
}

export function statusKind({ state, phase, stop }: Pick<StatusFacts, 'state' | 'phase' | 'stop'>): StatusKind {
  const over = phase === 'completed' || phase === 'interrupted';
  return over && endedBy(stop, state.lastEventAt) ? 'killed' : phase;
}

/** Tool of the newest call that still runs; empty when none does. */
function runningTool(state: SessionState): string {
  return excerpt([...state.running.values()].at(-1)?.tool ?? '');
}

function clip(tool: string): string {
  const characters = [...tool];
  return characters.length > TOOL_CHARACTERS ? `${characters.slice(0, TOOL_CHARACTERS - 1).join('')}…` : tool;
}

/** Screen readers leave `~` and `≥` out. */
function spoken(cost: Cost): string {
  const text = formatCost(cost);
  if (cost.microUsd === null) return 'cost unknown';
  return text.replace('~', 'about ').replace('≥', 'at least ');
}
