import type { HostMessage, PanelHeader } from '../../core/common/protocol/panel.ts';
import { nearness } from '../../core/common/rules/nearness.ts';
import { sessionValues } from '../../core/common/rules/session-values.ts';
import { panelHeader, sessionChoice, subagentTree } from '../../core/common/view/panel-header.ts';
import type { SessionControl } from '../control/session-control.ts';
import type { ModelSession } from '../model/model-session.ts';
import type { TraceModel } from '../model/trace-model.ts';
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

  state(
    shown: { readonly session: ModelSession; readonly curve: PanelHeader['curve'] } | undefined,
  ): Extract<HostMessage, { type: 'state' }> {
    const header = shown ? this.header(shown.session, shown.curve) : null;
    return { type: 'state', header, sessions: this.choices(shown?.session) };
  }

  private header(session: ModelSession, curve: PanelHeader['curve']): PanelHeader {
    const { model, past, control, watchers } = this.options;
    const { state, summary } = session;
    const now = Date.now() / 1000;
    const store = model.stores.find(({ path }) => path === session.store);
    const policy = store?.rules?.policy;
    const family = [
      ...(store?.sessions.filter(({ parentId }) => parentId !== undefined).map((each) => each.summary) ?? []),
      ...(store ? past.of(store).flatMap((each) => each.summary ?? []) : []),
    ];
    return panelHeader(state, {
      summary,
      watch: watchText(watchers.presence(session.store), policy?.rules.length),
      curve,
      limits: policy ? nearness(policy, sessionValues(state, now)) : [],
      subagents: subagentTree(session.id, family),
      controls: control.controls(session),
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

/** Not how long ago: that would be another text whenever it is shown. */
function localTime(seconds: number): string {
  return new Date(seconds * 1000).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

/** Hooks record before and after a call and hold none back, so every session is observed. */
function watchText(presence: string, rules: number | undefined): PanelHeader['watch'] {
  const observed = (reason: string): PanelHeader['watch'] => ({ mode: 'observed', reason });
  if (presence === 'bad-rules') return observed('The rule file has a mistake: nothing is stopped.');
  if (rules === 0) return observed('There are no rules: nothing is stopped.');
  if (presence !== 'running') return observed('No watcher runs: nothing is stopped.');
  return observed('A call that breaks a rule has begun by the time the agent is stopped.');
}
