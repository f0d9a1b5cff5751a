import * as vscode from 'vscode';
import { errorText } from '../../core/common/error-text.ts';
import { sanitizeLines } from '../../core/common/view/sanitize.ts';
import type { PolicyLocation } from '../../core/node/rules/load-policy.ts';
import type { StoreModel } from '../model/store-model.ts';
import type { TraceModel } from '../model/trace-model.ts';
import { noticeText } from '../notifications/notice-text.ts';
import { userConfig } from './rule-document.ts';

const SCHEME = 'agent-trace-rules';
const ACCEPT = 'Accept Rules';
const SHOW = 'Show Difference';

export interface AcceptRulesOptions {
  readonly model: TraceModel;
  readonly runtimeDir: string;
}

/** The rules of a folder as texts to compare. */
interface Difference {
  readonly inForce: string;
  /** As the files have them now. */
  readonly changed: string;
}

/**
 * Tells of rules that an agent's call has changed, and has the user accept them: the command `agentTrace.acceptRules`
 * shows the difference first. Nothing is accepted that was changed once more after it was shown.
 */
export class AcceptRules implements vscode.Disposable {
  private readonly options: AcceptRulesOptions;
  private readonly contents = new Map<string, string>();
  private readonly contentEmitter = new vscode.EventEmitter<vscode.Uri>();
  private readonly disposables: readonly vscode.Disposable[];
  private told: ReadonlySet<StoreModel> = new Set();

  constructor(options: AcceptRulesOptions) {
    this.options = options;
    this.disposables = [
      this.contentEmitter,
      options.model.onDidChangeRules(() => this.tellNew()),
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
        onDidChange: this.contentEmitter.event,
        provideTextDocumentContent: (uri) => this.contents.get(uri.toString()) ?? '',
      }),
      vscode.commands.registerCommand('agentTrace.acceptRules', async () => {
        const { waiting } = this;
        const store = waiting.length > 1 ? await pick(waiting) : waiting[0];
        if (store) await this.review(store);
        else if (waiting.length === 0)
          void vscode.window.showInformationMessage('Agent Trace: no rules wait to be accepted.');
      }),
    ];
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** The folders whose changed rules are not accepted yet. */
  private get waiting(): readonly StoreModel[] {
    return this.options.model.stores.filter(({ rules }) => rules?.isPinned);
  }

  private tellNew(): void {
    const stores = new Set(this.waiting);
    for (const store of stores) if (!this.told.has(store)) void this.tell(store);
    this.told = stores;
  }

  private async tell(store: StoreModel): Promise<void> {
    const text = `Agent Trace: a call of an agent has changed the rules of ${store.folder.name}. Those before hold until you accept the new ones.`;
    const { changed } = await this.difference(store);
    const buttons = vscode.workspace.isTrusted ? [SHOW, ACCEPT] : [SHOW];
    const chosen = await vscode.window.showWarningMessage(noticeText(text), ...buttons);
    if (chosen === SHOW) await this.review(store);
    if (chosen === ACCEPT) await this.accept(store, changed);
  }

  private async review(store: StoreModel): Promise<void> {
    const { name } = store.folder;
    const { inForce, changed } = await this.difference(store);
    const left = this.put(store, 'in force', inForce);
    const right = this.put(store, 'changed', changed);
    await vscode.commands.executeCommand('vscode.diff', left, right, `Rules of ${name}: in force, and changed`);
    if (!vscode.workspace.isTrusted) return;
    const text = `Agent Trace: the changed rules of ${name} hold when you accept them.`;
    if ((await vscode.window.showInformationMessage(noticeText(text), ACCEPT)) === ACCEPT)
      await this.accept(store, changed);
  }

  private async accept(store: StoreModel, seen: string): Promise<void> {
    const { path, folder } = store;
    if ((await this.difference(store)).changed !== seen) {
      await this.review(store);
      return;
    }
    const { acceptRules } = await import('../../core/node/rules/accept-rules.ts');
    const { runtimeDir } = this.options;
    try {
      const place = { folder: folder.uri.fsPath, store: path, location: locationOf(store), runtimeDir };
      if ('issues' in (await acceptRules(place))) throw new Error('they have a mistake');
      const text = `Agent Trace: the rules in the files of ${folder.name} hold.`;
      void vscode.window.showInformationMessage(noticeText(text));
    } catch (error) {
      const text = `Agent Trace: the rules of ${folder.name} are not accepted: ${errorText(error)}`;
      void vscode.window.showErrorMessage(noticeText(text));
    }
  }

  private async difference(store: StoreModel): Promise<Difference> {
    const [{ loadPolicy }, { ruleListText }] = await Promise.all([
      import('../../core/node/rules/load-policy.ts'),
      import('../../core/common/rules/rule-list-text.ts'),
    ]);
    const loaded = await loadPolicy(locationOf(store));
    const changed =
      'policy' in loaded
        ? ruleListText(loaded.policy)
        : loaded.issues.map(({ line, message }) => `a mistake in line ${line}: ${message}\n`).join('');
    const { isPinned, policy } = store.rules ?? {};
    return { inForce: isPinned && policy ? ruleListText(policy) : changed, changed };
  }

  private put({ folder }: StoreModel, name: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/rules ${name}`, query: folder.uri.fsPath });
    this.contents.set(uri.toString(), sanitizeLines(text));
    this.contentEmitter.fire(uri);
    return uri;
  }
}

function locationOf({ folder }: StoreModel): PolicyLocation {
  return { rules: { workspace: folder.uri.fsPath }, userConfig: userConfig() };
}

async function pick(stores: readonly StoreModel[]): Promise<StoreModel | undefined> {
  const items = stores.map((store) => ({ label: store.folder.name, description: store.folder.uri.fsPath, store }));
  return (await vscode.window.showQuickPick(items, { title: 'Accept the Changed Rules of a Folder' }))?.store;
}
