import path from 'node:path';
import * as vscode from 'vscode';
import type { PriceBook } from '../../core/common/cost/cost.ts';
import { errorText } from '../../core/common/error-text.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';
import { localDay } from '../../core/node/local-day.ts';
import type { PolicyLocation, PolicyTexts } from '../../core/node/rules/load-policy.ts';
import { STORE_FOLDER } from '../../core/node/store/store-path.ts';
import { localTime } from '../sessions/local-time.ts';
import { chooseFolder } from './choose-folder.ts';
import { asRuleDocument, userConfig } from './rule-document.ts';

const SCHEME = 'agent-trace-back-test';

/** The command `agentTrace.backTestRules`: what the rules would have done to recorded sessions, in a document. */
export function registerBackTestRules(prices: PriceBook): vscode.Disposable {
  const contents = new Map<string, string>();
  const changes = new vscode.EventEmitter<vscode.Uri>();
  return vscode.Disposable.from(
    changes,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changes.event,
      provideTextDocumentContent: (uri) => contents.get(uri.toString()) ?? 'Run Agent Trace: Back-test Rules again.\n',
    }),
    vscode.commands.registerCommand('agentTrace.backTestRules', async () => {
      const folder = await chooseFolder('The folder whose rules are tested');
      const text = folder && (await backTestText(folder, prices));
      if (!folder || text === undefined) return;
      const uri = vscode.Uri.from({
        scheme: SCHEME,
        path: `/Back-test of ${folder.name}.md`,
        query: folder.uri.fsPath,
      });
      contents.set(uri.toString(), text);
      changes.fire(uri);
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
    }),
  );
}

/** Undefined when the user has ended it, or was told why there is none. */
async function backTestText({ uri, name }: vscode.WorkspaceFolder, prices: PriceBook): Promise<string | undefined> {
  const [{ backTest }, { checkPolicyTexts, readPolicyTexts }, { backTestMarkdown }] = await Promise.all([
    import('../../core/node/back-test/back-test.ts'),
    import('../../core/node/rules/load-policy.ts'),
    import('../../core/common/view/back-test-markdown.ts'),
  ]);
  const location: PolicyLocation = { rules: { workspace: uri.fsPath }, userConfig: userConfig() };
  const texts = withUnsaved(uri.fsPath, await readPolicyTexts(location));
  const loaded = checkPolicyTexts(location, texts);
  if ('issues' in loaded) {
    const [issue] = loaded.issues;
    const place = issue ? `${path.basename(issue.file)}:${issue.line}: ${issue.message}` : name;
    void vscode.window.showErrorMessage(`Agent Trace: the rules have a mistake. ${sanitize(place)}`);
    return undefined;
  }
  const { policy } = loaded;
  if (policy.rules.length === 0) {
    const edit = 'Edit Rules';
    const chosen = await vscode.window.showInformationMessage('Agent Trace: there are no rules to test yet.', edit);
    if (chosen === edit) await vscode.commands.executeCommand('agentTrace.editRules');
    return undefined;
  }
  const progress = { location: vscode.ProgressLocation.Notification, title: 'Testing the rules', cancellable: true };
  return vscode.window.withProgress(progress, async (_, token) => {
    const stop = new AbortController();
    token.onCancellationRequested(() => stop.abort());
    try {
      const store = path.join(uri.fsPath, STORE_FOLDER);
      const report = await backTest({ store, policy, prices, dayOf: localDay, signal: stop.signal });
      return backTestMarkdown(report, localTime);
    } catch (error) {
      if (stop.signal.aborted) return undefined;
      void vscode.window.showErrorMessage(`Agent Trace: the rules cannot be tested: ${sanitize(errorText(error))}`);
      return undefined;
    }
  });
}

/** With the workspace's rules as they stand in the editor, saved or not. */
function withUnsaved(folder: string, texts: PolicyTexts): PolicyTexts {
  const open = vscode.workspace.textDocuments.find((document) => {
    const isHere = path.dirname(document.uri.fsPath) === folder;
    return isHere && (document.isDirty || document.isUntitled) && asRuleDocument(document)?.kind === 'workspace';
  });
  return open ? { ...texts, rules: { file: open.uri.fsPath, read: { text: open.getText() } } } : texts;
}
