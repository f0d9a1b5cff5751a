import path from 'node:path';
import * as vscode from 'vscode';
import type { BackTestHit } from '../../core/common/rules/back-test/report.ts';
import { guardText } from '../../core/common/view/guard-state.ts';
import { ruleRecord } from '../../core/common/view/rule-record.ts';
import { Refresher } from '../../core/node/refresher.ts';
import type { TraceModel } from '../model/trace-model.ts';
import { escapeIcons } from '../status/escape-icons.ts';
import type { Watchers } from '../watcher/watchers.ts';
import { asRuleDocument, type RuleDocument, ruleDocumentSelector } from './rule-document.ts';
import type { RuleProblems } from './rule-problems.ts';
import type { SessionHits } from './session-hits.ts';

export interface RuleLensesOptions {
  readonly model: TraceModel;
  readonly watchers: Watchers;
  readonly problems: RuleProblems;
  readonly hits: SessionHits;
}

/** Says over a rule file whether it guards, and over each rule what it did in this workspace's sessions. */
export class RuleLenses implements vscode.Disposable, vscode.CodeLensProvider {
  private readonly options: RuleLensesOptions;
  private readonly changeEmitter = new vscode.EventEmitter<void>();
  private readonly refresher = new Refresher(() => this.changeEmitter.fire());
  private readonly disposables: readonly vscode.Disposable[];

  readonly onDidChangeCodeLenses = this.changeEmitter.event;

  /** To be made before the model is started. */
  constructor(options: RuleLensesOptions) {
    const { model, watchers, problems, hits } = options;
    this.options = options;
    const refresh = () => this.refresher.request();
    this.disposables = [
      this.changeEmitter,
      this.refresher,
      model.onDidAlert(refresh),
      model.onDidChangeSessions(refresh),
      model.onDidChangeRules(refresh),
      watchers.onDidChange(refresh),
      problems.onDidCheck(refresh),
      hits.onDidChange(refresh),
      vscode.workspace.onDidSaveTextDocument((document) => asRuleDocument(document) && refresh()),
      vscode.workspace.onDidGrantWorkspaceTrust(refresh),
      vscode.languages.registerCodeLensProvider(ruleDocumentSelector(), this),
    ];
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const rules = asRuleDocument(document);
    if (!rules) return [];
    const { ruleDiagnostics } = await import('../../core/common/rules/editing/rule-diagnostics.ts');
    const placed = ruleDiagnostics(document.getText(), rules.format, rules.kind).rules;
    const top = new vscode.Range(0, 0, 0, 0);
    const hits = this.options.hits.of(document, placed);
    return [
      ...this.guard(rules, placed.length).map((command) => new vscode.CodeLens(top, command)),
      ...placed.flatMap(({ rule, span }) => {
        const start = document.positionAt(span.offset);
        const hit = hits.get(rule.name);
        const commands = [this.record(rules, rule.name), hit && breaks(hit)];
        return commands.flatMap((command) =>
          command ? [new vscode.CodeLens(new vscode.Range(start, start), command)] : [],
        );
      }),
    ];
  }

  /** Whether this file's rules are in force in its folder. */
  private guard({ document, kind }: RuleDocument, rules: number): readonly vscode.Command[] {
    if (kind === 'user') return [];
    const { watchers, problems } = this.options;
    const store = this.storeOf(document);
    if (!store) return [says('Guards only what a watcher that is started in this folder follows')];
    if (document.isUntitled) return [says('Not saved yet: guards nothing')];
    if (document.isDirty) return [says('What is not saved is not in force')];
    if (store.rules?.isPinned) return [says("Changed by an agent's call: the rules before hold"), ACCEPT];
    const isRunning = watchers.presence(store.path) === 'running';
    if (problems.has(document))
      return [
        says(
          isRunning ? 'The rule file has a mistake: the watcher keeps its old rules' : guardText(rules, 'bad-rules'),
        ),
      ];
    if (isRunning || rules === 0 || !vscode.workspace.isTrusted)
      return [says(guardText(rules, isRunning ? 'running' : 'none'))];
    return [says(guardText(rules, 'none')), { title: 'Start Watcher', command: 'agentTrace.startWatcher' }];
  }

  private record({ document, kind }: RuleDocument, rule: string): vscode.Command | undefined {
    const { model } = this.options;
    const own = this.storeOf(document);
    const stores = kind === 'user' ? model.stores : own ? [own] : [];
    if (stores.every(({ ids }) => ids.length === 0)) return undefined;
    const alerts = stores.flatMap((store) => store.alerts);
    const { text, last } = ruleRecord(alerts, rule, (at) => new Date(at * 1000).toLocaleString());
    if (!last) return says(text);
    const place = last.event_id === '' ? [last.session_id] : [last.session_id, last.event_id];
    return { title: escapeIcons(text), command: 'agentTrace.revealEvent', arguments: place };
  }

  /** The store that a watcher with this file's rules follows; undefined for a file in no folder's root. */
  private storeOf({ uri }: vscode.TextDocument) {
    return this.options.model.stores.find(({ folder }) => folder.uri.fsPath === path.dirname(uri.fsPath));
  }
}

/** The rule as it stands here would have been broken by the session that is shown; goes to the first time. */
function breaks({ times, event, session_id, event_id }: BackTestHit): vscode.Command {
  const title = `In the session shown: ${times === 1 ? 'once' : `${times} times`}, at event ${event}${times > 1 ? ' first' : ''}`;
  const place = event_id === '' ? [session_id] : [session_id, event_id];
  return { title, command: 'agentTrace.revealEvent', arguments: place };
}

const ACCEPT: vscode.Command = { title: 'Accept Rules', command: 'agentTrace.acceptRules' };

/** A lens that does nothing when it is clicked. */
function says(title: string): vscode.Command {
  return { title, command: '' };
}
