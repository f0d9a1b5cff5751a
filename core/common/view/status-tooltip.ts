import { type Cost, formatCost } from '../cost/cost.ts';
import type { AskedCall } from '../protocol/panel.ts';
import type { Nearness } from '../rules/nearness.ts';
import type { GuardState } from '../session/listed-session.ts';
import type { SessionState } from '../session/session-state.ts';
import { excerpt } from './excerpt.ts';
import { rulesText } from './guard-state.ts';
import { limitBars, limitEffect } from './panel-limits.ts';
import { formatCount, formatDuration } from './quantity.ts';
import { shortSessionId } from './short-session-id.ts';
import type { StatusKind } from './status-model.ts';
import type { Stop } from './status-stop.ts';

/** What is said of a session beside its line in the status bar. Its strings are safe to print, and are no markup. */
export interface StatusTooltip {
  readonly title: string;
  readonly rows: readonly TooltipRow[];
}

export interface TooltipRow {
  readonly name: string;
  readonly value: string;
}

export interface TooltipFacts {
  readonly state: SessionState;
  readonly kind: StatusKind;
  readonly stop: Stop | undefined;
  /** Calls that wait for the user's answer, the oldest first. */
  readonly asked: readonly AskedCall[];
  /** Limits of the rules; undefined while the rules are not known. */
  readonly nearness: readonly Nearness[] | undefined;
  /** How many rules there are, globs too. */
  readonly rules: number;
  /** Whether they stop calls of this session before they run. */
  readonly guard: GuardState;
  /** Unix seconds. */
  readonly now: number;
}

/** Spend of a shorter time says nothing about an hour. Seconds. */
const SHORTEST_FOR_RATE = 60;

export function statusTooltip(facts: TooltipFacts): StatusTooltip {
  const { state } = facts;
  const { usage, filesRead, filesModified, cost } = state;
  const rows: readonly (readonly [string, string])[] = [
    ['State', stateText(facts)],
    ['Model', state.model ?? ''],
    ['Tokens', `${formatCount(usage.input)} in, ${formatCount(usage.output)} out`],
    ['Cache', cacheText(facts)],
    ['Context', state.contextPct === undefined ? '' : `${Math.round(state.contextPct)}% in use`],
    ['Duration', state.startedAt === undefined ? '' : formatDuration(secondsOf(facts) * 1000)],
    ['Files', `${filesRead} read, ${filesModified} modified`],
    ['Spend', spendPerHour(facts)],
    ['Cost', costKind(cost)],
    ['No price for', cost.unpricedModels.join(', ')],
    ['Nearest limit', nearestLimit(facts.nearness ?? [])],
    ['Rules', facts.nearness === undefined ? '' : rulesText(facts.rules)],
    [facts.guard.mode === 'guarded' ? 'Guarded' : 'Observed', isOver(facts) ? '' : facts.guard.reason],
  ];
  return {
    title: excerpt(`${state.agent || 'Agent'} ${shortSessionId(state.sessionId)}`),
    rows: rows.filter(([, value]) => value !== '').map(([name, value]) => ({ name, value: excerpt(value) })),
  };
}

function stateText({ kind, state, stop, asked }: TooltipFacts): string {
  switch (kind) {
    case 'active':
      return state.reactivatedAt === undefined ? 'Running' : 'Running again, after its end';
    case 'waiting':
      return `Needs you: ${askedText(asked) || (state.waitingFor ?? '')}`;
    case 'paused':
      return stop?.action === 'pause' ? `Paused ${cause(stop)} (${stop.reason})` : 'Paused';
    case 'killed':
      return stop ? `Killed ${cause(stop)}` : 'Killed';
    case 'completed':
      return 'Ended';
    case 'interrupted':
      return 'Interrupted';
    default:
      return kind satisfies never;
  }
}

/** `Bash git push --force (rule force), and 1 more call`. */
function askedText([first, ...others]: readonly AskedCall[]): string {
  if (!first) return '';
  const more = others.length === 0 ? '' : `, and ${others.length} more ${others.length === 1 ? 'call' : 'calls'}`;
  return `${first.call || first.reason} (rule ${first.rule})${more}`;
}

function cause({ rule, message }: Stop): string {
  if (rule === '') return 'on request';
  return message === '' ? `by rule ${rule}` : `by rule ${rule}: ${message}`;
}

function cacheText({ state: { usage } }: TooltipFacts): string {
  const written = usage.cache_write_5m + usage.cache_write_1h;
  if (usage.cache_read === 0 && written === 0) return '';
  return `${formatCount(usage.cache_read)} read, ${formatCount(written)} written`;
}

function secondsOf({ state: { startedAt, endedAt }, now }: TooltipFacts): number {
  return startedAt === undefined ? 0 : Math.max(0, (endedAt ?? now) - startedAt);
}

/** Why the figure has a sign before it; empty when it has none, or the models without a price say it. */
function costKind({ kind, unpricedModels }: Cost): string {
  if (kind === 'estimated') return 'Estimated from texts: no usage was reported';
  return kind === 'unpriced' && unpricedModels.length === 0 ? 'Unknown: no usage was reported' : '';
}

function spendPerHour(facts: TooltipFacts): string {
  const { cost } = facts.state;
  const seconds = secondsOf(facts);
  if (cost.microUsd === null || seconds < SHORTEST_FOR_RATE) return '';
  return `${formatCost({ ...cost, microUsd: (cost.microUsd * 3600) / seconds })} per hour`;
}

function nearestLimit(nearness: readonly Nearness[]): string {
  const [nearest] = limitBars(nearness);
  if (!nearest) return '';
  const { rule, text, fraction, broken } = nearest;
  return `${rule}: ${text} (${broken ? '' : `${Math.floor(fraction * 100)}%, `}${limitEffect(nearest)})`;
}

/** What was done cannot be stopped any more. */
function isOver({ kind }: TooltipFacts): boolean {
  return kind === 'killed' || kind === 'completed' || kind === 'interrupted';
}
