import * as vscode from 'vscode';
import { genaiPriceBook } from '../core/common/cost/genai-price-book.ts';
import { StatusBar } from './status-bar.ts';
import { WorkspaceStores } from './workspace-stores.ts';

/** Composition root of the extension. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Agent Trace', { log: true });
  const statusBar = new StatusBar();
  const stores = new WorkspaceStores({
    prices: genaiPriceBook(),
    onChange: (sessions) => statusBar.show(sessions),
    onIssue: (message) => log.warn(message),
  });
  context.subscriptions.push(
    log,
    statusBar,
    stores,
    vscode.commands.registerCommand('agentTrace.showLog', () => log.show()),
  );
  stores.start();
}
