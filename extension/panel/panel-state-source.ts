import type { AskedCall, HostMessage, PanelHeader } from '../../core/common/protocol/panel.ts';
import { concerns } from '../../core/common/view/asked-call.ts';
import { panelHeader, sessionChoice, subagentTree } from '../../core/common/view/panel-header.ts';
import type { Answers, WaitingCall } from '../asks/answers.ts';
import type { SessionControl } from '../control/session-control.ts';
import type { ModelSession } from '../model/model-session.ts';
import type { TraceModel } from '../model/trace-model.ts';
import { localTime } from '../sessions/local-time.ts';
import type { PastSessions } from '../sessions/past-sessions.ts';
import { liveLeaf, pastLeaf } from '../sessions/session-node.ts';
import type { Watchers } from '../watcher/watchers.ts';

/** Past sessions in the picker; the view of all sessions has the rest. */
const MOST_PAST = 50;

export interface PanelStateOptions {
  readonly model: TraceModel;
  readonly past: PastSessions;
  readonly control: SessionControl;
  readonly watchers: Watchers;
  readonly answers: Answers;
}

/** What the rows of a session tell of it. */
export interface RowsFacts {
  readonly curve: PanelHeader['curve'];
  /** Share of the events whose rows are known, 0 to 1. */
  readonly readShare: number;
}

/** Puts together what the page shows above the stream. */
export class PanelStateSource {
  private readonly options: PanelStateOptions;

  constructor(options: PanelStateOptions) {
    this.options = options;
  }

  /**
   * The session to show: the chosen one; without a choice the one that is shown stays while it lives, so that two agents
   * at work do not take the view from each other.
   */
  pick(shown: ModelSession | undefined): ModelSession | undefined {
    const { model } = this.options;
    const { selection } = model;
    if (selection) return selection;
    const stays = shown && model.sessions.includes(shown) ? shown : undefined;
    const phase = stays?.summary.state;
    return phase === undefined || phase === 'completed' || phase === 'interrupted' ? model.current : stays;
  }

  /** Whether a watcher runs that may hold the session's calls. */
  isWatched({ store }: ModelSession): boolean {
    return this.options.watchers.presence(store) === 'running';
  }

  state(
    shown: { readonly session: ModelSession; readonly rows: RowsFacts } | undefined,
  ): Extract<HostMessage, { type: 'state' }> {
    const header = shown ? this.header(shown.session, shown.rows) : null;
    return { type: 'state', header, sessions: this.choices(shown?.session) };
  }

  private header(session: ModelSession, rows: RowsFacts): PanelHeader {
    const { model, past, control, watchers, answers } = this.options;
    const { state, summary } = session;
    const store = model.stores.find(({ path }) => path === session.store);
    const family = [
      ...(store?.sessions.filter(({ parentId }) => parentId !== undefined).map((each) => each.summary) ?? []),
      ...(store ? past.of(store).flatMap((each) => each.summary ?? []) : []),
    ];
    return panelHeader(state, {
      summary,
      watch: watchers.guardOf(session),
      curve: rows.curve,
      readShare: Math.min(session.readShare, rows.readShare),
      limits: store?.nearness(session) ?? [],
      subagents: subagentTree(session.id, family),
      controls: control.controls(session),
      asked: store ? answers.in(store).filter(isOf(session)).map(toPage) : [],
    });
  }

  private choices(shown: ModelSession | undefined): Extract<HostMessage, { type: 'state' }>['sessions'] {
    const { model, past } = this.options;
    const followed = model.sessions
      .filter((session) => session.parentId === undefined || session === shown)
      .map((session) => liveLeaf(session.store, session));
    const over = model.stores
      .flatMap((store) => past.of(store).map((session) => pastLeaf(store.path, session)))
      .filter(({ parentId }) => parentId === undefined)
      .slice(0, MOST_PAST);
    return [...followed, ...over].map((leaf) => {
      const phase = leaf.phase ?? (leaf.endedAt === undefined ? 'interrupted' : 'completed');
      return sessionChoice({ ...leaf, phase }, localTime);
    });
  }
}

function isOf({ id }: ModelSession): (call: WaitingCall) => boolean {
  return ({ sessionId }) => concerns({ session_id: sessionId }, id);
}

function toPage({ store: _, sessionId: __, ...call }: WaitingCall): AskedCall {
  return call;
}
