import * as vscode from 'vscode';
import { genaiPriceBook } from '../core/common/cost/genai-price-book.ts';
import { sanitize } from '../core/common/view/sanitize.ts';
import { systemProcessTable } from '../core/node/process/platform.ts';
import { runtimeDir as findRuntimeDir } from '../core/node/runtime-dir.ts';
import { ContextKeys } from './control/context-keys.ts';
import { registerControlCommands } from './control/control-commands.ts';
import { SessionControl } from './control/session-control.ts';
import { Decorations } from './decorations/decorations.ts';
import { registerSetUpHooks } from './hooks/set-up-hooks.ts';
import { LinkHandler } from './links/link-handler.ts';
import { PhaseWatch } from './model/phase-watch.ts';
import { TraceModel } from './model/trace-model.ts';
import { Notifications } from './notifications/notifications.ts';
import { PanelView } from './panel/panel-view.ts';
import { registerEditRules } from './rules/edit-rules.ts';
import { PastSessions } from './sessions/past-sessions.ts';
import { SelectionMemory } from './sessions/selection-memory.ts';
import { registerSessionCommands } from './sessions/session-commands.ts';
import { SessionsTree } from './sessions/sessions-tree.ts';
import { registerSelectSession } from './status/select-session.ts';
import { registerSessionMenu } from './status/session-menu.ts';
import { StatusBar } from './status/status-bar.ts';
import { registerWatcherCommands } from './watcher/watcher-commands.ts';
import { Watchers } from './watcher/watchers.ts';

/** Composition root of the extension: everything is made here and handed on; the model starts when all have subscribed. */
export function activate(context: vscode.ExtensionContext): void {
  const { subscriptions, workspaceState, globalState, extensionPath } = context;
  const log = vscode.window.createOutputChannel('Agent Trace', { log: true });
  const onIssue = (message: string) => log.warn(sanitize(message));
  const prices = genaiPriceBook();
  const table = systemProcessTable();
  let runtimeDir: string;
  try {
    runtimeDir = findRuntimeDir(process.env);
  } catch (error) {
    const text = sanitize(error instanceof Error ? error.message : String(error));
    log.error(text);
    void vscode.window.showErrorMessage(`Agent Trace cannot start: ${text}`);
    subscriptions.push(log);
    return;
  }

  const model = new TraceModel({ prices, table, runtimeDir, onIssue });
  const watchers = new Watchers({ model, extensionPath, runtimeDir, log });
  const control = new SessionControl({ model, watchers, runtimeDir, log });
  const past = new PastSessions({ model, prices, table, runtimeDir });
  const panel = new PanelView({ model, past, control, watchers, prices, context, onIssue });
  subscriptions.push(
    log,
    model,
    watchers,
    control,
    past,
    panel,
    new PhaseWatch(model),
    new StatusBar({ model, watchers, control }),
    new ContextKeys({ model, watchers, control }),
    new Notifications({ model, watchers, control, workspaceState, globalState }),
    new SessionsTree({ model, past }),
    new SelectionMemory(model, workspaceState),
    new Decorations(model),
    registerControlCommands(model, control),
    registerWatcherCommands(model, watchers),
    registerSelectSession(model),
    registerSessionMenu(model, control),
    registerSessionCommands(model),
    registerEditRules(),
    registerSetUpHooks(extensionPath),
    vscode.commands.registerCommand('agentTrace.showLog', () => log.show()),
    vscode.commands.registerCommand('agentTrace.revealEvent', (sessionId: unknown, eventId: unknown) =>
      panel.open({
        ...(typeof sessionId === 'string' ? { sessionId } : {}),
        ...(typeof eventId === 'string' ? { eventId } : {}),
      }),
    ),
    vscode.window.registerUriHandler(new LinkHandler((link) => panel.open(link))),
  );
  model.start();
}
