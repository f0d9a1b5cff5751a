import { asString } from '../json.ts';
import { operationOf } from '../session/operation.ts';
import type { PricedRequest } from '../session/priced-request.ts';
import { SessionFold } from '../session/session-fold.ts';
import type { SessionState } from '../session/session-state.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { operationTarget } from '../view/operation-target.ts';
import type { PriceBook } from './cost.ts';

/** Where a phase begins: something the user asked for. */
export interface PromptMark {
  /** Unix seconds. */
  readonly at: number;
  readonly text: string;
}

/** A tool call, as far as money goes. */
export interface CostedCall {
  readonly id: string;
  /** Unix seconds. */
  readonly at: number;
  readonly tool: string;
  /** Command, path or description; empty when it has none. */
  readonly target: string;
  failed: boolean;
}

/** Collects from the events of one session, in file order, what a report of its cost is made of. */
export class SessionCost {
  readonly id: string;
  readonly prompts: PromptMark[] = [];
  private readonly fold: SessionFold;
  private readonly callsById = new Map<string, CostedCall>();
  private latestReport: number | undefined;

  constructor(id: string, prices: PriceBook) {
    this.id = id;
    this.fold = new SessionFold(id, prices);
  }

  apply(event: TraceEvent): void {
    if (!this.fold.apply(event)) return;
    const { data } = event;
    if (event.event_type === 'user_prompt') {
      this.prompts.push({ at: event.timestamp, text: asString(data.prompt) ?? '' });
    } else if (event.event_type === 'tool_call') {
      const tool = asString(data.tool_name) ?? 'unknown';
      const target = operationTarget(operationOf(tool, data.arguments));
      this.callsById.set(event.event_id, { id: event.event_id, at: event.timestamp, tool, target, failed: false });
    } else if (event.event_type === 'error' || (event.event_type === 'tool_result' && Number(data.exit_code) > 0)) {
      const call = event.parent_id === undefined ? undefined : this.callsById.get(event.parent_id);
      if (call) call.failed = true;
    }
    if (typeof data.reported_usd === 'number' && data.reported_usd >= 0) this.latestReport = data.reported_usd;
  }

  get state(): SessionState {
    return this.fold.state;
  }

  get requests(): readonly PricedRequest[] {
    return [...this.fold.requests.values()];
  }

  /** In order of appearance. */
  get calls(): readonly CostedCall[] {
    return [...this.callsById.values()];
  }

  /** USD that the agent itself says it has spent in this session; undefined when it says nothing. */
  get reportedUsd(): number | undefined {
    return this.latestReport;
  }
}
