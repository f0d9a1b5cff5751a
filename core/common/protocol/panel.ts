import type { Action, Mode } from '../rules/rule.ts';
import type { GuardState } from '../session/listed-session.ts';
import type { SessionPhase } from '../session/session-summary.ts';
import type { AskAnswer } from './control.ts';

/**
 * Between the event panel and its host: plain data, one message an object. Both ends decode what they get from
 * `unknown`. The host owns everything; the page holds what it shows. A page that appears, late or again, says `ready` and
 * gets a `state` and a `reset`: it needs nothing that was sent before. Rows are fetched by position; positions count the
 * rows that pass the filter and belong to a `generation`, which changes with every `reset`. An answer of an older
 * generation is dropped.
 */
export const PANEL_VERSION = 1;

export const ROW_KINDS = [
  'session',
  'prompt',
  'response',
  'tool',
  'file',
  'request',
  'decision',
  'error',
  'rule',
  'outcome',
] as const;
/** `tool`: a call with its result folded in. `rule`: a rule was broken. `outcome`: what came of it, or of a command. */
export type RowKind = (typeof ROW_KINDS)[number];

/** The last three: what became of the call that a rule held. It is `interrupted` when nobody will know. */
export const ROW_STATUSES = ['running', 'completed', 'failed', 'interrupted', 'held', 'allowed', 'denied'] as const;
export type RowStatus = (typeof ROW_STATUSES)[number];

export interface PanelRow {
  /** `event_id` of the event (of the call, for a tool); of an alert `alert@` and the offset of its line in its file. */
  readonly id: string;
  readonly kind: RowKind;
  /** Unix seconds. */
  readonly at: number;
  /** `Bash`, `Prompt`, the name of the rule, ... */
  readonly title: string;
  /** Main argument or first line; at most `ROW_TEXT_CHARACTERS`. */
  readonly text: string;
  readonly status?: RowStatus;
  readonly durationMs?: number;
  /** Relative to the workspace where it lies inside. */
  readonly path?: string;
  /** First line concerned, from 1. */
  readonly line?: number;
  readonly action?: Action | 'resume';
  /** Names the call that is `held`, see `AskedCall`. */
  readonly asked?: string;
  /** The session this call started. */
  readonly subagent?: string;
}

/** UTF-16 units that the text of a row has at most. */
export const ROW_TEXT_CHARACTERS = 300;

/** What a row opens to. Texts are data, never markup; what was cut says so in `omittedCharacters`. */
export interface RowDetail {
  readonly id: string;
  readonly sections: readonly {
    readonly title: string;
    readonly format: 'text' | 'json' | 'diff' | 'command';
    readonly text: string;
    readonly omittedCharacters: number;
  }[];
  /** True when the file can be opened at the row's lines. */
  readonly hasFile: boolean;
}

export interface PanelHeader {
  readonly sessionId: string;
  readonly agent: string;
  readonly model: string;
  readonly phase: SessionPhase;
  /** Share of the trace that has been read, 0 to 1: below 1 the phase is not known yet, and figures count so much. */
  readonly readShare: number;
  readonly watch: GuardState;
  /** Unix seconds; null when unknown. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly lastEventAt: number | null;
  /** It goes on though it had ended. */
  readonly isAgain: boolean;
  /** As `formatCost` writes it. */
  readonly cost: string;
  /** Models without a price: what was asked of them is not in the cost. */
  readonly unpricedModels: readonly string[];
  /** Spend over time: Unix seconds and US dollars, oldest first, at most `CURVE_POINTS`. */
  readonly curve: readonly (readonly [number, number])[];
  readonly tokens: {
    readonly input: number;
    readonly output: number;
    readonly cacheRead: number;
    readonly cacheWrite: number;
  };
  /** 0 to 100; null when unknown. */
  readonly contextPct: number | null;
  readonly toolCalls: number;
  readonly errors: number;
  readonly filesRead: number;
  readonly filesModified: number;
  readonly limits: readonly LimitBar[];
  /** Calls that wait for the user's answer, oldest first. */
  readonly asked: readonly AskedCall[];
  /** Calls without a result yet, oldest first. */
  readonly running: readonly { readonly id: string; readonly tool: string; readonly startedAt: number }[];
  readonly subagents: readonly SubagentNode[];
  readonly controls: PanelControls;
}

/** Points that a curve of cost has at most. */
export const CURVE_POINTS = 200;

export interface LimitBar {
  readonly rule: string;
  /** `$3.10 of $5.00`. */
  readonly text: string;
  /** 0 to 1. */
  readonly fraction: number;
  readonly broken: boolean;
  readonly action: Action;
  /** `monitor`: the action is only said. */
  readonly mode: Mode;
  /** Share of the limit, 0 to 1, at which its nearness is said; null when it is not. */
  readonly warnAt: number | null;
}

/** A call that does not run before the user has answered. */
export interface AskedCall {
  /** See `Ask`. */
  readonly id: string;
  readonly rule: string;
  /** The call: `Bash git push --force`; empty when it is not known yet. */
  readonly call: string;
  /** Why the rule asks. */
  readonly reason: string;
  /** Unix seconds: since when it waits, and when it is denied for want of an answer. */
  readonly since: number;
  readonly until: number;
  /** What was answered and is not confirmed yet. */
  readonly pending: AskAnswer | null;
}

export interface SubagentNode {
  readonly sessionId: string;
  readonly agent: string;
  readonly phase: SessionPhase;
  readonly cost: string;
  readonly toolCalls: number;
  readonly children: readonly SubagentNode[];
}

export interface PanelControls {
  readonly pause: boolean;
  readonly resume: boolean;
  readonly kill: boolean;
  /** What was asked for and is not confirmed yet. */
  readonly pending: 'pause' | 'resume' | 'kill' | null;
  /** Why nothing can be done, shown beside the buttons; empty when something can. */
  readonly reason: string;
}

export interface SessionChoice {
  readonly id: string;
  /** Agent and time, for people. */
  readonly label: string;
  readonly phase: SessionPhase;
  readonly cost: string;
}

export interface RowFilter {
  /** Empty: every kind. */
  readonly kinds: readonly RowKind[];
  /** Found in title, text or path, whatever its case; empty: everything. */
  readonly text: string;
  readonly errorsOnly: boolean;
}

export type HostMessage =
  /** Header and choice of sessions; null when there is no session at all. */
  | { readonly type: 'state'; readonly header: PanelHeader | null; readonly sessions: readonly SessionChoice[] }
  /** Another session, another filter, or a page that appeared: forget all rows. */
  | {
      readonly type: 'reset';
      readonly generation: number;
      readonly total: number;
      readonly filter: RowFilter;
      /** The last of them, so that a page need not ask before it shows anything. */
      readonly rows: readonly PanelRow[];
    }
  /** Rows were appended; there are `total` now. `rows`: the last of them, when few are new. */
  | { readonly type: 'grown'; readonly generation: number; readonly total: number; readonly rows: readonly PanelRow[] }
  /** Rows from position `from` on: an answer to `getRows`, or rows that changed (a call that finished). */
  | { readonly type: 'rows'; readonly generation: number; readonly from: number; readonly rows: readonly PanelRow[] }
  | { readonly type: 'detail'; readonly detail: RowDetail }
  /** Scroll to this position and open it. */
  | { readonly type: 'reveal'; readonly generation: number; readonly position: number; readonly id: string }
  /** Something went wrong that the user should read. */
  | { readonly type: 'notice'; readonly text: string };

export type PageMessage =
  | { readonly type: 'ready'; readonly version: number }
  /** Rows at positions `from` (inclusive) to `to` (exclusive), at most `MAX_ROWS_PER_REQUEST`. */
  | { readonly type: 'getRows'; readonly generation: number; readonly from: number; readonly to: number }
  | { readonly type: 'setFilter'; readonly filter: RowFilter }
  | { readonly type: 'getDetail'; readonly id: string }
  | { readonly type: 'openFile'; readonly id: string }
  | { readonly type: 'copyLink'; readonly id: string }
  /** Asks where this row stands among those that pass the filter now; answered by `reveal`, or not at all. */
  | { readonly type: 'locate'; readonly id: string }
  | { readonly type: 'selectSession'; readonly id: string }
  /** Offered where there is no session yet. */
  | { readonly type: 'setUpHooks' }
  | { readonly type: 'control'; readonly action: 'pause' | 'resume' | 'kill' }
  /** `id`: of an `AskedCall`. */
  | { readonly type: 'answer'; readonly id: string; readonly answer: AskAnswer };

/** Rows that a page may ask for in one message. */
export const MAX_ROWS_PER_REQUEST = 500;
