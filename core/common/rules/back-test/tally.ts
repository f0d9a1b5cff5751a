import { type Spend, spendOf } from '../../cost/spend.ts';
import type { Decision } from '../../protocol/alert.ts';
import type { PricedRequest } from '../../session/priced-request.ts';
import type { CompiledPolicy } from '../evaluate.ts';
import { formatExpression } from '../language/format-expression.ts';
import type { Action, Mode, Rule } from '../rule.ts';
import type { ReplayedSession } from './replay.ts';
import type { BackTestHit, BackTestReport, Money, RuleResult, StopTotal } from './report.ts';

/** What rules did in one tree, a session and its subagents. */
interface Family {
  readonly members: ReplayedSession[];
  /** By rule: the first time. */
  readonly firsts: Map<string, FirstHit>;
  /** Rules that have warned of their limit. */
  readonly warned: Set<string>;
}

type FirstHit = Pick<BackTestHit, 'event' | 'usd'> & {
  readonly session: ReplayedSession;
  readonly decision: Decision;
  times: number;
};

/** Adds up what a replay decides. Of sessions that are over only their hits are kept. */
export class Tally {
  private readonly policy: CompiledPolicy;
  private readonly families = new Map<string, Family>();
  private readonly hits: BackTestHit[] = [];
  private readonly stops: Money[] = [];
  private readonly totals: Money[] = [];
  /** Trees by the rule that warned in them. */
  private readonly warned = new Map<string, number>();
  private sessions = 0;
  private events = 0;

  constructor(policy: CompiledPolicy) {
    this.policy = policy;
  }

  /** A session whose tree is to be counted. */
  add(root: string, session: ReplayedSession): void {
    const family = this.families.get(root);
    if (family) family.members.push(session);
    else this.families.set(root, { members: [session], firsts: new Map(), warned: new Set() });
  }

  decide(root: string, session: ReplayedSession, decision: Decision): void {
    const family = this.families.get(root);
    const known = family?.firsts.get(decision.rule);
    if (decision.warns_of !== undefined) family?.warned.add(decision.rule);
    else if (known) known.times += 1;
    else if (family) {
      const event = session.state.events;
      family.firsts.set(decision.rule, { session, decision, event, usd: spent(family).usd, times: 1 });
    }
  }

  /**
   * All of a tree has been played. It does not count when it is not wanted, or has no event since then (Unix seconds).
   * Gives its sessions, which nobody asks for any more.
   */
  finish(root: string, isWanted: boolean, since: number | undefined): readonly ReplayedSession[] {
    const family = this.families.get(root);
    this.families.delete(root);
    if (!family) return [];
    const lastAt = Math.max(...family.members.map(({ state }) => state.lastEventAt ?? Number.NEGATIVE_INFINITY));
    if (isWanted && (since === undefined || lastAt >= since)) this.include(root, family);
    return family.members;
  }

  private include(root: string, family: Family): void {
    const total = spent(family);
    const head = (family.members.find(({ id }) => id === root) ?? family.members[0])?.state;
    this.sessions += 1;
    this.events += family.members.reduce((sum, { state }) => sum + state.events, 0);
    this.totals.push(total);
    const hits = [...family.firsts.values()].map(({ session, decision, event, usd, times }): BackTestHit => {
      const { rule, action, mode, event_id, at, message, value, threshold } = decision;
      const isPriced = stopsSession(decision) && total.usd !== null;
      return {
        rule,
        action,
        mode,
        session_id: session.id,
        root_session_id: root,
        agent: head?.agent ?? '',
        started_at: head?.startedAt ?? at,
        event_id,
        event,
        at,
        message,
        ...(value === undefined ? {} : { value }),
        ...(threshold === undefined ? {} : { threshold }),
        times,
        usd,
        session_usd: total.usd,
        saved_usd: isPriced ? rounded((total.usd ?? 0) - (usd ?? 0)) : null,
        kind: total.kind,
      };
    });
    this.hits.push(...hits);
    for (const rule of family.warned) this.warned.set(rule, (this.warned.get(rule) ?? 0) + 1);
    const first = hits.find(stopsSession);
    if (first) this.stops.push({ usd: first.saved_usd, kind: first.kind });
  }

  report(): Omit<BackTestReport, 'version' | 'store' | 'files' | 'since'> {
    return {
      sessions: this.sessions,
      events: this.events,
      ...sum(this.totals),
      stopped: stopTotal(this.stops),
      rules: this.policy.policy.rules.map((rule) => this.resultOf(rule)),
      hits: this.hits,
    };
  }

  private resultOf({ name, action, mode = 'enforce', when }: Rule): RuleResult {
    const hits = this.hits.filter(({ rule }) => rule === name);
    return {
      rule: name,
      action,
      mode,
      when: formatExpression(when),
      sessions: hits.length,
      times: hits.reduce((sum, { times }) => sum + times, 0),
      warned: this.warned.get(name) ?? 0,
      stopped: stopsSession({ action, mode })
        ? stopTotal(hits.map(({ saved_usd, kind }) => ({ usd: saved_usd, kind })))
        : null,
    };
  }
}

/** Whether nothing more of a session happens once such a rule is broken, until a user says so. */
function stopsSession({ action, mode }: { readonly action: Action; readonly mode: Mode }): boolean {
  return mode === 'enforce' && (action === 'pause' || action === 'kill');
}

/** Of a session and its subagents up to now; a request that several of them report counts once. */
function spent({ members }: Family): Spend {
  const requests = new Map<string, PricedRequest>();
  for (const member of members) {
    for (const request of member.requests.values()) if (!requests.has(request.id)) requests.set(request.id, request);
  }
  const spend = spendOf([...requests.values()]);
  // Something was done and nothing reported: the agent's model was paid for by someone, somewhere.
  const isUnseen = requests.size === 0 && members.some(({ state }) => state.cost.kind === 'unpriced');
  return isUnseen ? { ...spend, usd: null, kind: 'unpriced' } : spend;
}

function stopTotal(saved: readonly Money[]): StopTotal {
  const { usd, kind } = sum(saved);
  return { sessions: saved.length, saved_usd: usd, kind };
}

/** Of what has a price; the kind is that of the least certain. */
function sum(parts: readonly Money[]): Money {
  const known = parts.flatMap(({ usd }) => (usd === null ? [] : [usd]));
  const kinds = parts.map(({ kind }) => kind);
  const kind = kinds.includes('unpriced') ? 'unpriced' : kinds.includes('estimated') ? 'estimated' : 'known';
  return { usd: parts.length > 0 && known.length === 0 ? null : rounded(known.reduce((a, b) => a + b, 0)), kind };
}

/** To whole micro-dollars. */
function rounded(usd: number): number {
  return Math.round(usd * 1_000_000) / 1_000_000;
}
