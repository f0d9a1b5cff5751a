import { toUsd } from '../cost/cost.ts';
import type { Nearness } from '../rules/nearness.ts';
import type { SessionState } from '../session/session-state.ts';
import { excerpt } from './excerpt.ts';
import { limitBars } from './panel-limits.ts';
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
  /** Limits of the rules; undefined while the rules are not known. */
  readonly nearness: readonly Nearness[] | undefined;
  /** How many rules there are, globs too. */
  readonly rules: number;
  readonly watcher: WatcherPresence;
  /** Unix seconds. */
  readonly now: number;
}

/** Who enforces the rules: a watcher, nobody, or nobody because the rules have a mistake. */
export type WatcherPresence = 'running' | 'none' | 'bad-rules';

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
    ['No price for', cost.unpricedModels.join(', ')],
    ['Nearest limit', nearestLimit(facts.nearness ?? [])],
    ['Rules', rulesText(facts)],
  ];
  return {
    title: excerpt(`${state.agent || 'Agent'} ${shortSessionId(state.sessionId)}`),
    rows: rows.filter(([, value]) => value !== '').map(([name, value]) => ({ name, value: excerpt(value) })),
  };
}

function stateText({ kind, state, stop }: TooltipFacts): string {
  switch (kind) {
    case 'active':
      return 'Running';
    case 'waiting':
      return `Needs you: ${state.waitingFor ?? ''}`;
    case 'paused':
      return stop?.action === 'pause' ? `Paused ${cause(stop)}` : 'Paused';
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

function spendPerHour(facts: TooltipFacts): string {
  const usd = toUsd(facts.state.cost.microUsd);
  const seconds = secondsOf(facts);
  return usd === null || seconds < SHORTEST_FOR_RATE ? '' : `$${((usd * 3600) / seconds).toFixed(2)} per hour`;
}

function nearestLimit(nearness: readonly Nearness[]): string {
  const [nearest] = limitBars(nearness);
  if (!nearest) return '';
  const { rule, text, fraction, broken, action } = nearest;
  return `${rule}: ${text} (${broken ? `broken, ${action}` : `${Math.floor(fraction * 100)}%, then ${action}`})`;
}

/** Hooks record before and after a call and hold none back, so every session is observed. */
function rulesText({ nearness, rules, watcher }: TooltipFacts): string {
  if (watcher === 'bad-rules') return 'Not guarded: the rule file has a mistake';
  if (nearness === undefined) return '';
  if (rules === 0) return 'None: nothing is stopped';
  const count = rules === 1 ? '1 rule' : `${rules} rules`;
  if (watcher === 'none') return `${count}, but no watcher runs: nothing is stopped`;
  return `${count}, observed: a call that breaks one has begun already`;
}
