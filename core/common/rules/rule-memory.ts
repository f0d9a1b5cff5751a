import type { Alert, Decision, OutcomeResult } from '../protocol/alert.ts';
import { keyOfDecision } from './firing.ts';

/** What one session has been taken to task for, by the keys of `Firing`: each limit once, each call once. */
export class RuleMemory {
  private readonly fired: Set<string>;

  /** `keys`: what `keys()` of an earlier memory gave. */
  constructor(keys: Iterable<string> = []) {
    this.fired = new Set(keys);
  }

  has(key: string): boolean {
    return this.fired.has(key);
  }

  add(key: string): void {
    this.fired.add(key);
  }

  delete(key: string): void {
    this.fired.delete(key);
  }

  /** Takes back a decision that came to nothing: a limit fires again at the next event. */
  forgetDecision(decision: Decision): void {
    this.fired.delete(keyOfDecision(decision));
  }

  /** Plain data, to be kept and given back to the constructor. */
  keys(): readonly string[] {
    return [...this.fired];
  }
}

/** Outcomes after which a decision is not taken again. */
const SETTLED: readonly OutcomeResult[] = ['done', 'monitor', 'superseded', 'late'];

/**
 * The memory of a session as its past alerts tell it. Decisions other than alerts count when their outcome says that
 * they were carried out: what a watcher decided and then died over, or what was refused, is decided again.
 */
export function memoryFromAlerts(alerts: Iterable<Alert>, sessionId: string): RuleMemory {
  const decided = new Map<string, string>();
  const memory = new RuleMemory();
  for (const alert of alerts) {
    if (alert.session_id !== sessionId) continue;
    if (alert.type === 'decision') {
      const key = keyOfDecision(alert);
      if (alert.action === 'alert') memory.add(key);
      else decided.set(alert.decision_id, key);
    } else if (alert.type === 'outcome' && SETTLED.includes(alert.result)) {
      const key = decided.get(alert.decision_id);
      if (key !== undefined) memory.add(key);
    }
  }
  return memory;
}
