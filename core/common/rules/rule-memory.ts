import type { Alert, Decision } from '../protocol/alert.ts';
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

  /**
   * Takes back a decision that came to nothing: a limit fires again at the next event. Does nothing for a decision
   * without a threshold.
   */
  forgetDecision(decision: Decision): void {
    const key = keyOfDecision(decision);
    if (key !== undefined) this.fired.delete(key);
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
    if (alert.type === 'decision') {
      const key = alert.mode === mode ? keyOfDecision(alert) : undefined;
      if (key === undefined) continue;
      if (alert.action === 'alert') keys.push(key);
      else decided.set(alert.decision_id, key);
    } else if (alert.result === 'done' || alert.result === 'monitor') {
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

/** Undefined when the decision does not say what was broken. */
function keyOfDecision({ rule, action, threshold, event_id }: Decision): string | undefined {
  if (threshold === undefined) return undefined;
  return typeof threshold === 'string' ? toKey(rule, action, undefined, event_id) : toKey(rule, action, threshold, '');
}

function toKey(rule: string, action: string, threshold: unknown, eventId: string): string {
  return JSON.stringify([rule, action, threshold ?? null, eventId]);
}
