import type { Alert } from '../protocol/alert.ts';
import type { Breach } from './evaluate.ts';
import type { Rule } from './rule.ts';

/**
 * What one session has been taken to task for: each limit once, each matching call once. A rule whose limit or action is
 * changed is a new rule and fires again.
 */
export class RuleMemory {
  private readonly fired: Set<string>;

  /** `keys`: what `keys()` of an earlier memory gave. */
  constructor(keys: Iterable<string> = []) {
    this.fired = new Set(keys);
  }

  hasFired(rule: Rule, eventId: string): boolean {
    return this.fired.has(keyOf(rule, eventId));
  }

  add({ rule, eventId }: Breach): void {
    this.fired.add(keyOf(rule, eventId));
  }

  /** Plain data, to be kept and given back to the constructor. */
  keys(): readonly string[] {
    return [...this.fired];
  }
}

/**
 * The memory of a session as its past alerts tell it. A decision counts when it was taken in the same mode (a dry run
 * stops nobody) and, for `pause` and `kill`, when its outcome says that it was done: what a watcher decided and then
 * died over, or what was refused, is decided again.
 */
export function memoryFromAlerts(alerts: Iterable<Alert>, sessionId: string, mode: 'enforce' | 'monitor'): RuleMemory {
  const decided = new Map<string, string>();
  const keys: string[] = [];
  for (const alert of alerts) {
    if (alert.session_id !== sessionId) continue;
    if (alert.type === 'decision' && alert.mode === mode && alert.threshold !== undefined) {
      const perEvent = typeof alert.threshold === 'string';
      const key = toKey(
        alert.rule,
        alert.action,
        perEvent ? undefined : alert.threshold,
        perEvent ? alert.event_id : '',
      );
      if (alert.action === 'alert') keys.push(key);
      else decided.set(alert.decision_id, key);
    } else if (alert.type === 'outcome' && (alert.result === 'done' || alert.result === 'monitor')) {
      const key = decided.get(alert.decision_id);
      if (key !== undefined) keys.push(key);
    }
  }
  return new RuleMemory(keys);
}

function keyOf({ name, action, condition }: Rule, eventId: string): string {
  return condition.kind === 'limit'
    ? toKey(name, action, condition.threshold, '')
    : toKey(name, action, undefined, eventId);
}

function toKey(rule: string, action: string, threshold: unknown, eventId: string): string {
  return JSON.stringify([rule, action, threshold ?? null, eventId]);
}
