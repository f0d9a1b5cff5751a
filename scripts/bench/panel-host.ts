import { genaiPriceBook } from '../../core/common/cost/genai-price-book.ts';
import { decodePageMessage } from '../../core/common/protocol/decode-panel.ts';
import type { HostMessage } from '../../core/common/protocol/panel.ts';
import { NO_FILTER } from '../../core/common/view/panel-filter.ts';
import { panelHeader } from '../../core/common/view/panel-header.ts';
import { Refresher } from '../../core/node/refresher.ts';
import type { ModelSession } from '../../extension/model/model-session.ts';
import type { StoreModel } from '../../extension/model/store-model.ts';
import { OpenedSession } from '../../extension/panel/opened-session.ts';
import { waitFor } from '../wait-for.ts';
import { modelAlone } from './model-alone.ts';

const DEADLINE_MS = 600_000;
const CONTROLS = { pause: false, resume: false, kill: false, pending: null, reason: '' };

export interface PanelHostOptions {
  /** Path of the store. */
  readonly store: string;
  /** Path of the user's runtime folder. */
  readonly runtimeDir: string;
  /** Hands a message to the page. */
  readonly post: (message: HostMessage) => void;
}

/** What a page of the event panel has behind it: the extension's own model and rows, without an editor. */
export class PanelHost {
  private readonly model: StoreModel;
  private readonly post: (message: HostMessage) => void;
  private readonly refresher = new Refresher(() => this.tellState());
  private shown: { readonly session: ModelSession; readonly rows: OpenedSession } | undefined;

  constructor({ store, runtimeDir, post }: PanelHostOptions) {
    this.post = post;
    this.model = modelAlone(store, runtimeDir, {
      onChange: (session, event) => {
        if (event === undefined && session === this.shown?.session) void this.shown.rows.look();
        this.refresher.request();
      },
      onSessions: () => this.refresher.request(),
    });
    this.model.start();
  }

  /** Shows a session, as when the user chooses it. */
  show(sessionId: string): void {
    const session = this.model.open(sessionId);
    const rows = new OpenedSession({
      store: this.model.path,
      sessionId,
      readAlong: session.readAlong,
      prices: genaiPriceBook(),
      filter: NO_FILTER,
      generation: 1,
      post: this.post,
      onIssue: (message) => console.error(message),
      onWhole: () => this.refresher.request(),
    });
    this.shown = { session, rows };
    this.tellState();
    rows.attach();
  }

  /** Resolves when all of the session that is shown has been read, by the model and for the stream. */
  async untilWhole(): Promise<void> {
    const { shown } = this;
    await shown?.rows.settled();
    await waitFor('the model', () => shown?.session.readShare === 1, DEADLINE_MS);
  }

  close(): void {
    this.refresher.dispose();
    this.shown?.rows.close();
    this.model.dispose();
  }

  /** Answers a message of the page. */
  receive(raw: unknown): void {
    const message = decodePageMessage(raw);
    if (message?.type === 'ready') this.post({ type: 'reset', generation: 0, total: 0, filter: NO_FILTER, rows: [] });
    if (message?.type === 'getRows') this.shown?.rows.sendRows(message.generation, message.from, message.to);
  }

  private tellState(): void {
    const { shown } = this;
    if (!shown) return;
    const { state, summary, readShare } = shown.session;
    const header = panelHeader(state, {
      summary,
      readShare: Math.min(readShare, shown.rows.readShare),
      watch: { mode: 'observed', reason: '' },
      curve: shown.rows.curve,
      limits: [],
      subagents: [],
      controls: CONTROLS,
      asked: [],
    });
    this.post({ type: 'state', header, sessions: [] });
  }
}
