import type { TraceEvent } from '../trace/trace-event.ts';
import type { RequestsById } from './priced-request.ts';
import type { SessionState } from './session-state.ts';
import { SharedSpend } from './shared-spend.ts';

/** A session as far as its spending goes. */
export interface SpendingSession {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly state: Pick<SessionState, 'cost'>;
  readonly requests: RequestsById;
}

/** What sessions share of their limits: the money of a tree (a session and its subagents), and that of a day. */
export class TreeSpend<Session extends SpendingSession> {
  /** What sessions that nobody reads have spent may be recorded here, too. */
  readonly shared: SharedSpend;
  private readonly sessionOf: (id: string) => Session | undefined;

  /** `dayOf`: the day a time (Unix seconds) falls on. */
  constructor(dayOf: (at: number) => string, sessionOf: (id: string) => Session | undefined) {
    this.shared = new SharedSpend(dayOf);
    this.sessionOf = sessionOf;
  }

  /** The session that this one belongs to, as far as it is known: itself, or for a subagent the one above all. */
  headOf(session: Session): Session {
    let head = session;
    for (;;) {
      const { id, parentId } = head;
      const parent = parentId !== undefined && id.startsWith(`${parentId}.`) ? this.sessionOf(parentId) : undefined;
      if (!parent) return head;
      head = parent;
    }
  }

  /** Takes in what an event, folded into its session already, says of money. */
  add(session: Session, event: TraceEvent): void {
    const head = this.headOf(session).id;
    const request = session.requests.get(event.event_id);
    if (request) this.shared.record(session.id, head, request);
    else if (session.state.cost.kind === 'estimated') this.recordAll(session);
  }

  /** Takes in all of a session once more: its requests have other prices. */
  recordAll(session: Session): void {
    const head = this.headOf(session).id;
    for (const request of session.requests.values()) this.shared.record(session.id, head, request);
  }

  /** US dollars; those of a tree are for its head alone, which answers for all in it. */
  valuesOf(
    session: Session,
    day: string,
  ): { readonly cost_usd_today: number; readonly cost_usd_session_tree?: number } {
    return {
      cost_usd_today: this.shared.day(day),
      ...(this.headOf(session) === session ? { cost_usd_session_tree: this.shared.tree(session.id) } : {}),
    };
  }
}
