import * as vscode from 'vscode';
import { excerpt } from '../../core/common/view/excerpt.ts';
import { parseLink, type SessionLink } from './session-link.ts';

/** Opens links to sessions and events: `vscode://agent-trace.agent-trace/session/<id>?event=<event_id>`. */
export class LinkHandler implements vscode.UriHandler {
  private readonly open: (link: SessionLink) => Promise<void>;

  /** `open` shows the place, or tells the user why it cannot. */
  constructor(open: (link: SessionLink) => Promise<void>) {
    this.open = open;
  }

  async handleUri({ path, query }: vscode.Uri): Promise<void> {
    const link = parseLink(path, query);
    if (link) await this.open(link);
    else
      void vscode.window.showErrorMessage(`Agent Trace: this is no link to a session: ${excerpt(path).slice(0, 100)}`);
  }
}
