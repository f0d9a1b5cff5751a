import * as vscode from 'vscode';
import { genaiPriceBook } from '../core/common/cost/genai-price-book.ts';
import { systemProcessTable } from '../core/node/process/platform.ts';
import { runtimeDir } from '../core/node/runtime-dir.ts';
import { TraceModel } from './model/trace-model.ts';
import { StatusBar } from './status/status-bar.ts';

/** Composition root of the extension. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Agent Trace', { log: true });
  const statusBar = new StatusBar();
  const model = new TraceModel({
    prices: genaiPriceBook(),
    table: systemProcessTable(),
    runtimeDir: runtimeDir(process.env),
    onIssue: (message) => log.warn(message),
  });
  const show = () => statusBar.show(model.current?.state);
  context.subscriptions.push(
    log,
    statusBar,
    model,
    model.onDidChangeSession(show),
    model.onDidChangeSessions(show),
    vscode.commands.registerCommand('agentTrace.showLog', () => log.show()),
  );
  model.start();
}
