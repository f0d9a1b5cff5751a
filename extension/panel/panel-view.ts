import * as vscode from 'vscode';
import type { PriceBook } from '../../core/common/cost/cost.ts';
import { errorText } from '../../core/common/error-text.ts';
import { decodeFilter } from '../../core/common/protocol/decode-panel.ts';
import type { RowFilter } from '../../core/common/protocol/panel.ts';
import { cutText } from '../../core/common/view/panel-text.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';
import { Refresher } from '../../core/node/refresher.ts';
import type { Answers } from '../asks/answers.ts';
import type { SessionControl } from '../control/session-control.ts';
import { formatLink, type SessionLink } from '../links/session-link.ts';
import type { ModelSession } from '../model/model-session.ts';
import type { TraceModel } from '../model/trace-model.ts';
import type { PastSessions } from '../sessions/past-sessions.ts';
import type { Watchers } from '../watcher/watchers.ts';
import { openTarget } from './open-target.ts';
import { OpenedSession } from './opened-session.ts';
import { type PageRequest, PanelPage } from './panel-page.ts';
import { PanelStateSource } from './panel-state-source.ts';

const VIEW = 'agentTrace.events';
const FILTER_KEY = 'agentTrace.panel.filter';

export interface PanelViewOptions {
  readonly model: TraceModel;
  readonly past: PastSessions;
  readonly control: SessionControl;
  readonly watchers: Watchers;
  readonly answers: Answers;
  readonly prices: PriceBook;
  readonly context: vscode.ExtensionContext;
  readonly onIssue: (message: string) => void;
}

/** The event stream in the Explorer. The page keeps nothing that is not given to it again when it says that it is there. */
export class PanelView implements vscode.Disposable {
  private readonly options: PanelViewOptions;
  private readonly source: PanelStateSource;
  private readonly refresher = new Refresher(() => this.refresh());
  private readonly disposables: readonly vscode.Disposable[];
  private readonly page: PanelPage;
  private shown: { readonly model: ModelSession; readonly rows: OpenedSession } | undefined;
  private filter: RowFilter;
  /** The row that the user opened last. */
  private opened: SessionLink | undefined;
  private toldState = '';
  /** The page is to be told all rows anew, once it knows which session they are of. */
  private isNew = false;
  private generation = 0;
  /** Where a link leads that was opened before the page was there. */
  private awaited: SessionLink | undefined;

  constructor(options: PanelViewOptions) {
    const { model, past, control, watchers, answers, context } = options;
    this.options = options;
    this.source = new PanelStateSource(options);
    this.page = new PanelPage({
      extensionUri: context.extensionUri,
      onReady: () => this.tellAll(),
      onHidden: () => this.shown?.rows.detach(),
      onRequest: (request) => this.answer(request).catch((error) => this.page.notify(errorText(error))),
    });
    this.filter = decodeFilter(context.workspaceState.get(FILTER_KEY));
    const refresh = () => this.refresher.request();
    const look = () => {
      if (this.page.isVisible) past.look((id) => this.shown !== undefined && id.startsWith(`${this.shown.model.id}.`));
      refresh();
    };
    this.disposables = [
      this.refresher,
      model.onDidChangeSession((session) => {
        if (session === this.shown?.model) void this.shown.rows.look();
        refresh();
      }),
      model.onDidChangeSessions(look),
      model.onDidChangeRules(refresh),
      past.onDidChange(refresh),
      control.onDidChange(refresh),
      answers.onDidChange(refresh),
      watchers.onDidChange(refresh),
      vscode.workspace.onDidGrantWorkspaceTrust(refresh),
      vscode.window.registerWebviewViewProvider(VIEW, this.page),
      vscode.commands.registerCommand('agentTrace.openEventStream', (place: unknown) => this.open(placeOf(place))),
      vscode.commands.registerCommand('agentTrace.copyLink', (place: unknown) => this.copyLink(placeOf(place))),
    ];
  }

  dispose(): void {
    this.shown?.rows.close();
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** Shows what was spent by the prices of now. */
  reprice(): void {
    this.shown?.rows.reprice();
    this.refresher.request();
  }

  /** Shows the view, and there a session and an event when they are named. */
  async open(place: Partial<SessionLink>): Promise<void> {
    const { sessionId, eventId } = place;
    if (sessionId !== undefined && !this.options.model.find(sessionId)) {
      const id = cutText(sanitize(sessionId), 100).text;
      const where = 'Open the folder that the agent worked in, then the link again.';
      void vscode.window.showErrorMessage(`Agent Trace: no folder of this window has a session ${id}. ${where}`);
      return;
    }
    if (sessionId !== undefined) {
      this.select(sessionId);
      this.awaited = eventId === undefined || eventId === '' ? undefined : { sessionId, eventId };
    }
    await vscode.commands.executeCommand(`${VIEW}.focus`);
    await this.revealAwaited();
  }

  private async copyLink(place: Partial<SessionLink>): Promise<void> {
    const { sessionId } = place;
    const current = this.shown?.model.id ?? this.options.model.current?.id;
    const link =
      sessionId === undefined ? (this.opened ?? (current && { sessionId: current })) : { ...place, sessionId };
    if (!link) {
      void vscode.window.showInformationMessage('Agent Trace: there is no session to link to.');
      return;
    }
    const { id } = this.options.context.extension;
    await vscode.env.clipboard.writeText(formatLink(vscode.env.uriScheme, id, link));
    vscode.window.setStatusBarMessage('$(link) Link copied', 3000);
  }

  private async answer(message: PageRequest): Promise<void> {
    const { shown } = this;
    switch (message.type) {
      case 'getRows':
        shown?.rows.sendRows(message.generation, message.from, message.to);
        return;
      case 'setFilter':
        this.filter = message.filter;
        shown?.rows.setFilter(message.filter);
        await this.options.context.workspaceState.update(FILTER_KEY, message.filter);
        return;
      case 'getDetail': {
        const detail = shown?.rows.detail(message.id);
        if (shown) this.opened = { sessionId: shown.model.id, eventId: message.id };
        if (detail) this.page.post({ type: 'detail', detail });
        return;
      }
      case 'openFile': {
        const target = shown?.rows.target(message.id);
        const folder = shown?.rows.workspace ?? shown?.model.folder.uri.fsPath;
        const problem = target && folder !== undefined ? await openTarget(target, folder) : 'The trace names no file.';
        if (problem !== undefined) this.page.notify(problem);
        return;
      }
      case 'copyLink':
        if (shown) await this.copyLink({ sessionId: shown.model.id, eventId: message.id });
        return;
      case 'locate':
        await shown?.rows.locate(message.id);
        return;
      case 'selectSession':
        if (!this.select(message.id)) this.page.notify('This session is no longer there.');
        return;
      case 'setUpHooks':
        await vscode.commands.executeCommand('agentTrace.setUpHooks');
        return;
      case 'answer': {
        const call = this.options.answers.waiting.find(({ id }) => id === message.id);
        if (call) await this.options.answers.give(call, message.answer);
        else this.page.notify('This call waits no longer.');
        return;
      }
      case 'control':
        if (shown) await this.options.control.run(message.action, shown.model);
        return;
      default:
        message satisfies never;
    }
  }

  private select(id: string): boolean {
    const found = this.options.model.select(id);
    this.refresh();
    return found;
  }

  /** The page is there, and knows nothing. */
  private tellAll(): void {
    this.toldState = '';
    this.isNew = true;
    this.refresh();
    void this.revealAwaited();
  }

  /** Shows the session that is to be shown, and tells the page what has changed about it. */
  private refresh(): void {
    // A hidden page is told everything when it is there again.
    if (!this.page.isListening) return;
    this.follow(this.source.pick(this.shown?.model));
    const { shown } = this;
    const state = this.source.state(shown && { session: shown.model, rows: shown.rows });
    shown?.rows.setAsked(state.header?.asked.map(({ id }) => id) ?? []);
    shown?.rows.setWatched(this.source.isWatched(shown.model));
    shown?.rows.setOver(state.header?.phase === 'interrupted' && state.header.readShare === 1);
    const text = JSON.stringify(state);
    if (text !== this.toldState) this.page.post(state);
    this.toldState = text;
    if (!this.isNew) return;
    this.isNew = false;
    if (shown) shown.rows.attach();
    else this.page.post({ type: 'reset', generation: this.generation, total: 0, filter: this.filter, rows: [] });
  }

  private follow(session: ModelSession | undefined): void {
    const before = this.shown;
    if (session === before?.model) return;
    if (before) this.generation = before.rows.lastGeneration + 1;
    before?.rows.close();
    this.shown = undefined;
    this.opened = undefined;
    this.isNew = true;
    if (!session) return;
    const { prices, onIssue } = this.options;
    const rows = new OpenedSession({
      store: session.store,
      sessionId: session.id,
      readAlong: session.readAlong,
      prices,
      filter: this.filter,
      generation: this.generation,
      post: (message) => this.page.post(message),
      onIssue,
      onWhole: () => this.refresher.request(),
    });
    this.shown = { model: session, rows };
    void rows.look().then(() => this.refresher.request());
    this.options.past.look((id) => id.startsWith(`${session.id}.`));
  }

  private async revealAwaited(): Promise<void> {
    const { awaited, shown } = this;
    if (!awaited || !this.page.isListening || shown?.model.id !== awaited.sessionId) return;
    this.awaited = undefined;
    if (awaited.eventId !== undefined && !(await shown.rows.reveal(awaited.eventId)))
      this.page.notify('The session has no such event.');
    this.filter = shown.rows.filter;
  }
}

/** What a command was called with: a place in the stream, a session's id, or nothing. */
function placeOf(value: unknown): Partial<SessionLink> {
  if (typeof value === 'string') return { sessionId: value };
  if (typeof value !== 'object' || value === null) return {};
  const { sessionId, id, eventId } = value as Record<string, unknown>;
  const session = sessionId ?? id;
  return {
    ...(typeof session === 'string' ? { sessionId: session } : {}),
    ...(typeof eventId === 'string' ? { eventId } : {}),
  };
}
