import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import * as vscode from 'vscode';
import { withUserPrices } from '../core/common/cost/user-prices.ts';
import { errorText } from '../core/common/error-text.ts';
import { sanitize } from '../core/common/view/sanitize.ts';
import { bundledPriceBook } from '../core/node/cost/bundled-price-book.ts';
import { homeFolder } from '../core/node/home-folder.ts';
import { systemProcessTable } from '../core/node/process/system-process-table.ts';
import { runtimeDir as findRuntimeDir } from '../core/node/runtime-dir.ts';
import { registerAnswerCalls } from './asks/answer-calls.ts';
import { Answers } from './asks/answers.ts';
import { AskNotices } from './asks/ask-notices.ts';
import { type BundledCli, bundledCli } from './bundled-cli.ts';
import { ContextKeys } from './control/context-keys.ts';
import { registerControlCommands } from './control/control-commands.ts';
import { SessionControl } from './control/session-control.ts';
import { UserPriceSetting } from './cost/user-price-setting.ts';
import { Decorations } from './decorations/decorations.ts';
import { refreshLauncher } from './hooks/refresh-launcher.ts';
import { registerSetUpHooks } from './hooks/set-up-hooks.ts';
import { LinkHandler } from './links/link-handler.ts';
import { PhaseWatch } from './model/phase-watch.ts';
import { TraceModel } from './model/trace-model.ts';
import { Notifications } from './notifications/notifications.ts';
import { PanelView } from './panel/panel-view.ts';
import { AcceptRules } from './rules/accept-rules.ts';
import { registerBackTestRules } from './rules/back-test-rules.ts';
import { registerEditRules } from './rules/edit-rules.ts';
import { registerRuleLanguage } from './rules/rule-language.ts';
import { RuleLenses } from './rules/rule-lenses.ts';
import { RuleProblems } from './rules/rule-problems.ts';
import { SessionHits } from './rules/session-hits.ts';
import { PastSessions } from './sessions/past-sessions.ts';
import { SelectionMemory } from './sessions/selection-memory.ts';
import { registerSessionCommands } from './sessions/session-commands.ts';
import { SessionsTree } from './sessions/sessions-tree.ts';
import { registerSelectSession } from './status/select-session.ts';
import { registerSessionMenu } from './status/session-menu.ts';
import { StatusBar } from './status/status-bar.ts';
import { NativeSessions } from './watcher/native-sessions.ts';
import { registerWatcherCommands } from './watcher/watcher-commands.ts';
import { Watchers } from './watcher/watchers.ts';

/** Composition root of the extension: everything is made here and handed on; the model starts when all have subscribed. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const { subscriptions, workspaceState, globalState, extensionPath } = context;
  const log = vscode.window.createOutputChannel('Agent Trace', { log: true });
  const onIssue = (message: string) => log.warn(sanitize(message));
  const own = new UserPriceSetting(onIssue);
  const cli = bundledCli(extensionPath, () => ({ ...process.env, ...own.environment }));
  const prices = withUserPrices(bundledPriceBook(__dirname), () => own.prices);
  const table = systemProcessTable();
  let runtimeDir: string;
  try {
    runtimeDir = findRuntimeDir(process.env);
  } catch (error) {
    const text = sanitize(errorText(error));
    log.error(text);
    void vscode.window.showErrorMessage(`Agent Trace cannot start: ${text}`);
    subscriptions.push(log);
    return;
  }

  const model = new TraceModel({ prices, table, runtimeDir, onIssue });
  const native = new NativeSessions({ table, onIssue });
  const watchers = new Watchers({ model, native, cli, runtimeDir, log });
  const control = new SessionControl({ model, watchers, runtimeDir, log });
  const answers = new Answers({ model, watchers, log });
  const past = new PastSessions({ model, prices, table, runtimeDir });
  const panel = new PanelView({ model, past, control, watchers, answers, prices, context, onIssue });
  const problems = new RuleProblems(onIssue);
  const hits = new SessionHits({ model, prices, onIssue });
  subscriptions.push(
    log,
    own,
    own.onDidChange(() => {
      model.reprice();
      past.reprice();
      panel.reprice();
      hits.forget();
      watchers.handPrices(own.setting);
    }),
    model,
    native,
    watchers,
    control,
    answers,
    past,
    panel,
    new PhaseWatch(model),
    new StatusBar({ model, watchers, control, answers }),
    new ContextKeys({ model, watchers, control, answers }),
    new AskNotices(answers),
    registerAnswerCalls(answers),
    new Notifications({ model, watchers, control, workspaceState, globalState }),
    new SessionsTree({ model, past, watchers }),
    new SelectionMemory(model, workspaceState),
    new Decorations(model),
    registerControlCommands(model, control),
    registerWatcherCommands(model, watchers),
    registerSelectSession(model),
    registerSessionMenu(model, control, answers),
    registerSessionCommands(model),
    problems,
    hits,
    new AcceptRules({ model, runtimeDir }),
    new RuleLenses({ model, watchers, problems, hits }),
    registerRuleLanguage(),
    registerEditRules(),
    registerBackTestRules(prices),
    registerSetUpHooks({ cli, log }),
    vscode.commands.registerCommand('agentTrace.showLog', () => log.show()),
    vscode.commands.registerCommand('agentTrace.revealEvent', (sessionId: unknown, eventId: unknown) =>
      panel.open({
        ...(typeof sessionId === 'string' ? { sessionId } : {}),
        ...(typeof eventId === 'string' ? { eventId } : {}),
      }),
    ),
    vscode.window.registerUriHandler(new LinkHandler((link) => panel.open(link))),
  );
  // Other extensions wait for this one no longer than this. What the user asked for waits until the sessions are known.
  await turn();
  own.start();
  model.start();
  void refresh(context, cli).catch((error: unknown) =>
    onIssue(`hooks may go on to call another version of the recorder: ${errorText(error)}`),
  );
}

/** An update of the extension has moved what the hooks run. */
async function refresh({ extension, extensionPath }: vscode.ExtensionContext, { runtime }: BundledCli): Promise<void> {
  const { version } = extension.packageJSON as { readonly version: string };
  const folders = vscode.workspace.workspaceFolders ?? [];
  const exists = await refreshLauncher({
    place: { home: homeFolder(process.env), platform: process.platform },
    own: { version, hook: join(extensionPath, 'dist', 'hook.cjs'), runtime },
    env: process.env,
    workspaces: vscode.workspace.isTrusted ? folders.map(({ uri }) => uri.fsPath) : undefined,
  });
  if (exists) await vscode.commands.executeCommand('setContext', 'agentTrace.hooksSetUp', true);
}
