import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { decodePageMessage } from '../../core/common/protocol/decode-panel.ts';
import type { HostMessage, PageMessage } from '../../core/common/protocol/panel.ts';
import { panelHtml } from '../../core/common/view/panel-html.ts';
import { cutText } from '../../core/common/view/panel-text.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';

const NOTICE_CHARACTERS = 300;

/** Whatever the page asks for once it is there. */
export type PageRequest = Exclude<PageMessage, { type: 'ready' }>;

export interface PanelPageOptions {
  /** Where the extension is installed. */
  readonly extensionUri: vscode.Uri;
  /** The page is there, and knows nothing. */
  readonly onReady: () => void;
  /** The page is gone, or hidden. */
  readonly onHidden: () => void;
  readonly onRequest: (request: PageRequest) => void;
}

/** The page of the event stream, in a view that the editor shows, hides, and makes anew. */
export class PanelPage implements vscode.WebviewViewProvider {
  private readonly options: PanelPageOptions;
  private view: vscode.WebviewView | undefined;
  /** The page listens: it said so, and has not been hidden since. */
  private listening = false;

  constructor(options: PanelPageOptions) {
    this.options = options;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    this.listening = false;
    const { webview } = view;
    const page = vscode.Uri.joinPath(this.options.extensionUri, 'dist', 'panel');
    webview.options = { enableScripts: true, localResourceRoots: [page] };
    const uriOf = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(page, name)).toString();
    const subscriptions = [
      webview.onDidReceiveMessage((message: unknown) => this.receive(message)),
      view.onDidChangeVisibility(() => {
        if (!view.visible) this.stopListening();
      }),
      view.onDidDispose(() => {
        for (const each of subscriptions) each.dispose();
        if (this.view === view) this.view = undefined;
        this.stopListening();
      }),
    ];
    webview.html = panelHtml({
      scriptUri: uriOf('panel.js'),
      styleUri: uriOf('panel.css'),
      fontSource: webview.cspSource,
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64url'),
    });
  }

  get isVisible(): boolean {
    return this.view?.visible === true;
  }

  get isListening(): boolean {
    return this.listening;
  }

  /** Nothing is said to a page that does not listen. */
  post(message: HostMessage): void {
    if (this.listening) void this.view?.webview.postMessage(message);
  }

  notify(text: string): void {
    this.post({ type: 'notice', text: cutText(sanitize(text), NOTICE_CHARACTERS).text });
  }

  private receive(raw: unknown): void {
    const message = decodePageMessage(raw);
    if (message?.type !== 'ready') {
      if (message) this.options.onRequest(message);
      return;
    }
    this.stopListening();
    this.listening = true;
    this.options.onReady();
  }

  private stopListening(): void {
    this.listening = false;
    this.options.onHidden();
  }
}
