import path from 'node:path';
import * as vscode from 'vscode';
import { errorText } from '../../core/common/error-text.ts';
import type { RuleDiagnostic } from '../../core/common/rules/editing/rule-diagnostics.ts';
import type { RuleIssue } from '../../core/common/rules/rule.ts';
import { MAX_RULE_FILE_BYTES, TOO_LARGE } from '../../core/node/rules/read-rule-text.ts';
import { findRuleFile } from '../../core/node/rules/rule-file.ts';
import { readUserConfigText } from '../../core/node/rules/user-config.ts';
import { asRuleDocument, type RuleDocument, userConfig } from './rule-document.ts';

/** Checking a large file takes at most one part in so many of the time while it is typed in. */
const SHARE = 4;

/** Shows what is wrong in the rule files that are open, as they are typed, in the watcher's words. */
export class RuleProblems implements vscode.Disposable {
  private readonly onIssue: (message: string) => void;
  private readonly collection = vscode.languages.createDiagnosticCollection('agent-trace-rules');
  private readonly changeEmitter = new vscode.EventEmitter<void>();
  private readonly timers = new Map<vscode.TextDocument, NodeJS.Timeout>();
  /** How long the last check took, ms. */
  private lastTook = 0;
  private readonly disposables: readonly vscode.Disposable[];

  /** A file was checked. */
  readonly onDidCheck = this.changeEmitter.event;

  constructor(onIssue: (message: string) => void) {
    this.onIssue = onIssue;
    const files = vscode.workspace.createFileSystemWatcher('**/.watch-rules.{json,yaml,yml}');
    const checkAll = () => {
      for (const document of vscode.workspace.textDocuments) this.request(document);
    };
    this.disposables = [
      this.collection,
      this.changeEmitter,
      files,
      // One file more or less changes what is said of the others.
      files.onDidCreate(checkAll),
      files.onDidDelete(checkAll),
      vscode.workspace.onDidOpenTextDocument((document) => this.request(document)),
      vscode.workspace.onDidSaveTextDocument((document) => this.request(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.request(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.forget(document)),
    ];
    checkAll();
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** Whether a watcher would refuse what the document says now. */
  has(document: vscode.TextDocument): boolean {
    return (this.collection.get(document.uri)?.length ?? 0) > 0;
  }

  private request(document: vscode.TextDocument): void {
    const rules = asRuleDocument(document);
    if (!rules) return;
    clearTimeout(this.timers.get(document));
    const timer = setTimeout(() => {
      this.check(rules, timer).catch((error) => this.onIssue(`cannot check the rules: ${errorText(error)}`));
    }, this.lastTook * SHARE);
    this.timers.set(document, timer);
  }

  /** Shows nothing when another check was asked for meanwhile. */
  private async check(rules: RuleDocument, timer: NodeJS.Timeout): Promise<void> {
    const { document, format, kind } = rules;
    const { diagnosticMessage, ruleDiagnostics } = await import('../../core/common/rules/editing/rule-diagnostics.ts');
    const saved = await savedIssue(rules);
    if (document.isClosed || this.timers.get(document) !== timer) return;
    const text = document.getText();
    const begun = performance.now();
    const isTooLarge = Buffer.byteLength(text) > MAX_RULE_FILE_BYTES;
    const typed = isTooLarge ? [] : ruleDiagnostics(text, format, kind).diagnostics;
    this.lastTook = performance.now() - begun;
    const whole = isTooLarge ? TOO_LARGE : saved;
    this.collection.set(document.uri, [
      ...(whole ? [diagnosticOf(placeOf(document, whole), diagnosticMessage(whole))] : []),
      ...typed.map((each) => diagnosticOf(rangeOf(document, each), each.message)),
    ]);
    this.changeEmitter.fire();
  }

  private forget(document: vscode.TextDocument): void {
    clearTimeout(this.timers.get(document));
    this.timers.delete(document);
    this.collection.delete(document.uri);
  }
}

/** Where in the document the diagnostic stands. */
export function rangeOf(document: vscode.TextDocument, { offset, length }: RuleDiagnostic): vscode.Range {
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
}

/** Why a watcher of this folder would not even read the file as it is saved. */
async function savedIssue({ document, kind }: RuleDocument): Promise<RuleIssue | undefined> {
  if (document.isUntitled) return undefined;
  const read =
    kind === 'user'
      ? await readUserConfigText(userConfig())
      : (await findRuleFile({ workspace: path.dirname(document.uri.fsPath) }))?.read;
  return read && 'issue' in read ? read.issue : undefined;
}

function placeOf(document: vscode.TextDocument, { line, column }: RuleIssue): vscode.Range {
  if (line === 0) return document.lineAt(0).range;
  return document.validateRange(new vscode.Range(line - 1, column - 1, line - 1, column));
}

function diagnosticOf(range: vscode.Range, message: string): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Error);
  diagnostic.source = 'Agent Trace';
  return diagnostic;
}
