/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import type { WorkspaceFolder } from 'vscode';
import { genaiPriceBook } from '../../core/common/cost/genai-price-book.ts';
import { decodePageMessage } from '../../core/common/protocol/decode-panel.ts';
import type { HostMessage } from '../../core/common/protocol/panel.ts';
import { NO_FILTER } from '../../core/common/view/panel-filter.ts';
import { panelHeader } from '../../core/common/view/panel-header.ts';
import { systemProcessTable } from '../../core/node/process/platform.ts';
import { Refresher } from '../../core/node/refresher.ts';
import type { ModelSession } from '../../extension/model/model-session.ts';
import { StoreModel } from '../../extension/model/store-model.ts';
import { OpenedSession } from '../../extension/panel/opened-session.ts';

const CONTROLS = { pause: false, resume: false, kill: false, pending: null, reason: '' };

/** In the place of the fake host: the page's line to this process. */
const LINE = `globalThis.acquireVsCodeApi = () => ({
  postMessage: (message) => void globalThis.toHost(message),
  getState: () => null,
  setState: () => {},
})`;

export interface PanelHostOptions {
  /** Path of the store. */
  readonly store: string;
  /** Path of the user's runtime folder. */
  readonly runtimeDir: string;
  /** Of `startPanelServer`. */
  readonly url: string;
}

/**
 * The page of the event panel with the extension's own model and rows behind it, in this process: all that the editor's
 * panel is made of but the editor, whose place the browser's remote control takes.
 */
export class PanelHost {
  private readonly page: Page;
  private readonly model: StoreModel;
  private readonly refresher = new Refresher(() => this.tellState());
  private shown: { readonly session: ModelSession; readonly rows: OpenedSession } | undefined;
  private untilAll: Promise<void> | undefined;
  private generation = 0;

  private constructor(page: Page, { store, runtimeDir }: PanelHostOptions) {
    this.page = page;
    this.model = new StoreModel({
      path: store,
      folder: { uri: { fsPath: store } } as WorkspaceFolder,
      prices: genaiPriceBook(),
      table: systemProcessTable(),
      runtimeDir,
      onChange: (session, event) => {
        if (event === undefined && session === this.shown?.session) void this.shown.rows.look();
        this.refresher.request();
      },
      onSessions: () => this.refresher.request(),
      onAlert: () => {},
      onAsks: () => {},
      onRules: () => {},
      onIssue: (message) => console.error(message),
    });
    this.model.start();
  }

  /** Resolves when the page is there; it shows no session yet. */
  static async open(page: Page, options: PanelHostOptions): Promise<PanelHost> {
    const host = new PanelHost(page, options);
    await page.route('**/dev.js', (route) => route.fulfill({ contentType: 'text/javascript', body: LINE }));
    const ready = new Promise<void>((resolve) => {
      void page.exposeFunction('toHost', (message: unknown) => {
        host.receive(message);
        resolve();
      });
    });
    await page.goto(options.url);
    await ready;
    return host;
  }

  /** Shows a session, as when the user chooses it. */
  show(sessionId: string): void {
    const session = this.model.open(sessionId);
    const rows = new OpenedSession({
      store: this.model.path,
      sessionId,
      prices: genaiPriceBook(),
      filter: NO_FILTER,
      generation: this.generation + 1,
      post: (message) => this.post(message),
      onIssue: (message) => console.error(message),
      onWhole: () => this.refresher.request(),
    });
    this.shown = { session, rows };
    this.untilAll = rows.settled();
    this.tellState();
    rows.attach();
  }

  /** Resolves when all of the session that is shown has been read. */
  async untilWhole(): Promise<void> {
    await this.untilAll;
  }

  close(): void {
    this.refresher.dispose();
    this.shown?.rows.close();
    this.model.dispose();
  }

  private receive(raw: unknown): void {
    const message = decodePageMessage(raw);
    if (message?.type === 'ready')
      this.post({ type: 'reset', generation: this.generation, total: 0, filter: NO_FILTER, rows: [] });
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

  private post(message: HostMessage): void {
    // The page may be closed by now.
    this.page.evaluate((told) => window.postMessage(told), message).catch(() => {});
  }
}
