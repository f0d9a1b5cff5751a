import type { SessionState } from '../session/session-state.ts';
import type { Operation } from '../session/tool-call.ts';
import type { CallTexts } from './language/call-texts.ts';
import type { Value } from './language/expression.ts';
import type { Facts } from './language/facts.ts';
import { hostOf } from './language/host-of.ts';
import { VARIABLE_INDEX, VARIABLE_NAMES, VARIABLES } from './language/variables.ts';
import { isSensitivePath } from './matching/sensitive-path.ts';

/** A call under judgement. */
export interface JudgedCall {
  /** Name of its tool. */
  readonly tool: string;
  readonly operation: Operation;
}

/** What a session's facts share with other sessions, US dollars; left out by whoever does not know it. */
export interface SharedValues {
  readonly cost_usd_session_tree?: number | undefined;
  readonly cost_usd_today?: number | undefined;
}

/** Spending an hour is told from so many seconds at the most, and from no fewer than a minute's. */
const RATE_WINDOW = 600;
const SHORTEST_RATE_WINDOW = 60;
const MICRO = 1_000_000;
/** Named once: a look-up by name for each value of each event would cost more than the rules do. */
const AT = VARIABLE_INDEX;

/** The facts of one session at one moment. One sheet is filled again at each event: nothing is made anew for it. */
export class FactSheet implements Facts {
  readonly values = new Array<Value | undefined>(VARIABLE_NAMES.length).fill(undefined);
  private calls: SessionState['recentCalls'] | undefined;
  private microUsd: SessionState['recentMicroUsd'] | undefined;
  private isPriced = false;
  private now = 0;
  private isOfCall = false;

  /** With the session's values and no call. `now`: Unix seconds; an ended session has its own duration. */
  fill(state: SessionState, now: number, shared: SharedValues = NOTHING_SHARED): this {
    const { values } = this;
    const { cost, usage, startedAt, endedAt, lastEventAt } = state;
    const until = endedAt ?? now;
    this.calls = state.recentCalls;
    this.microUsd = state.recentMicroUsd;
    this.isPriced = cost.microUsd !== null;
    this.now = now;
    if (this.isOfCall) for (const index of CALL_INDEXES) values[index] = undefined;
    this.isOfCall = false;
    values[AT.agent] = state.agent || undefined;
    values[AT.model] = state.model;
    values[AT.is_subagent] = state.isSubagent;
    values[AT.workspace] = state.workspace;
    values[AT.cost_usd] = cost.microUsd === null ? undefined : cost.microUsd / MICRO;
    values[AT.cost_usd_session_tree] = shared.cost_usd_session_tree;
    values[AT.cost_usd_today] = shared.cost_usd_today;
    values[AT.tokens] = usage.input + usage.output + usage.cache_read + usage.cache_write_5m + usage.cache_write_1h;
    values[AT.context_pct] = state.contextPct;
    values[AT.tool_calls] = state.toolCalls;
    values[AT.errors] = state.errors;
    values[AT.consecutive_errors] = state.consecutiveErrors;
    values[AT.consecutive_test_failures] = state.consecutiveTestFailures;
    values[AT.retries] = state.retries;
    values[AT.loop_repeats] = state.loopRepeats;
    values[AT.files_modified] = state.filesModified;
    values[AT.files_read] = state.filesRead;
    values[AT.idle_minutes] = lastEventAt === undefined ? undefined : Math.max(0, until - lastEventAt) / 60;
    values[AT.duration_minutes] = startedAt === undefined ? undefined : (until - startedAt) / 60;
    values[AT.spend_per_hour] = startedAt === undefined ? undefined : this.spendPerHour(until, until - startedAt);
    return this;
  }

  /** Adds the values of a call that is judged. */
  fillCall(call: JudgedCall, texts: CallTexts): this {
    this.isOfCall = true;
    fillCallValues(this.values, call, texts);
    return this;
  }

  callsLast(seconds: number): number {
    return this.calls?.last(seconds, this.now) ?? 0;
  }

  costLast(seconds: number): number | undefined {
    return this.isPriced && this.microUsd ? this.microUsd.last(seconds, this.now) / MICRO : undefined;
  }

  private spendPerHour(until: number, age: number): number | undefined {
    if (!this.isPriced || !this.microUsd) return undefined;
    const seconds = Math.min(RATE_WINDOW, Math.max(SHORTEST_RATE_WINDOW, age));
    return ((this.microUsd.last(RATE_WINDOW, until) / MICRO) * 3600) / seconds;
  }
}

const NOTHING_SHARED: SharedValues = {};
const CALL_INDEXES = VARIABLE_NAMES.filter((name) => VARIABLES[name].scope === 'call').map((name) => AT[name]);

/** A session's values at one moment (`now`: Unix seconds). An ended session has its own duration. */
export function sessionFacts(state: SessionState, now: number, shared?: SharedValues): Facts {
  return new FactSheet().fill(state, now, shared);
}

/** Adds the values of a call to those of its session, by `VARIABLE_INDEX`. */
export function fillCallValues(values: (Value | undefined)[], { tool, operation }: JudgedCall, texts: CallTexts): void {
  values[AT.tool] = tool;
  if (operation.kind === 'command') values[AT.command] = operation.command;
  if (operation.kind === 'fetch') {
    values[AT.url] = operation.url;
    values[AT.host] = hostOf(operation.url);
  }
  if (operation.kind === 'read' || operation.kind === 'write') {
    const workspace = values[AT.workspace];
    const { path, shown, absolute } = texts.callPath(
      operation.path,
      typeof workspace === 'string' ? workspace : undefined,
    );
    values[AT.file_path] = shown;
    values[AT.path] = absolute;
    values[AT.writes] = operation.kind === 'write';
    values[AT.outside_workspace] = path?.inWorkspace === undefined ? undefined : !path.inWorkspace;
    values[AT.sensitive] = path !== undefined && isSensitivePath(path);
  }
}
