import * as vscode from 'vscode';
import type { RuleCompletion } from '../../core/common/rules/editing/rule-completion.ts';
import { asRuleDocument, ruleDocumentSelector } from './rule-document.ts';
import { rangeOf } from './rule-problems.ts';

const KINDS: Readonly<Record<RuleCompletion['kind'], vscode.CompletionItemKind>> = {
  variable: vscode.CompletionItemKind.Variable,
  operator: vscode.CompletionItemKind.Operator,
  value: vscode.CompletionItemKind.Value,
  field: vscode.CompletionItemKind.Property,
  rule: vscode.CompletionItemKind.Snippet,
};

/** What is offered, explained and mended while a rule file is edited, where a schema does not reach. */
export function registerRuleLanguage(): vscode.Disposable {
  const selector = ruleDocumentSelector();
  return vscode.Disposable.from(
    vscode.languages.registerCompletionItemProvider(
      selector,
      { provideCompletionItems: complete },
      '"',
      "'",
      ' ',
      '.',
      '(',
    ),
    vscode.languages.registerHoverProvider(selector, { provideHover: explain }),
    vscode.languages.registerCodeActionsProvider(
      selector,
      { provideCodeActions: mend },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
  );
}

async function complete(
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<vscode.CompletionItem[] | undefined> {
  const rules = asRuleDocument(document);
  if (!rules) return undefined;
  const { completeRules } = await import('../../core/common/rules/editing/complete-rules.ts');
  const lines = document.getText().split(/\r\n|\r|\n/);
  const place = { lines, line: position.line, column: position.character };
  return completeRules(place, rules.format).map((offer, index) => toItem(offer, index, position));
}

function toItem(offer: RuleCompletion, index: number, { line, character }: vscode.Position): vscode.CompletionItem {
  const item = new vscode.CompletionItem(offer.label, KINDS[offer.kind]);
  item.documentation = new vscode.MarkdownString(offer.documentation);
  item.insertText = new vscode.SnippetString(offer.snippet);
  item.range = {
    inserting: new vscode.Range(line, offer.from, line, character),
    replacing: new vscode.Range(line, offer.from, line, offer.to),
  };
  item.sortText = String(index).padStart(3, '0');
  if (offer.goesOn) item.command = { title: 'Suggest', command: 'editor.action.triggerSuggest' };
  return item;
}

async function explain(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
  const rules = asRuleDocument(document);
  if (!rules) return undefined;
  const { ruleHover } = await import('../../core/common/rules/editing/rule-hover.ts');
  const hover = ruleHover(document.getText(), rules.format, document.offsetAt(position));
  if (!hover) return undefined;
  const range = new vscode.Range(document.positionAt(hover.offset), document.positionAt(hover.offset + hover.length));
  return new vscode.Hover(new vscode.MarkdownString(hover.markdown), range);
}

/** "Did you mean" as quick fixes, for the mistakes that were asked about. */
async function mend(
  document: vscode.TextDocument,
  _range: vscode.Range,
  { diagnostics }: vscode.CodeActionContext,
): Promise<vscode.CodeAction[]> {
  const rules = asRuleDocument(document);
  if (!rules || diagnostics.length === 0) return [];
  const { ruleDiagnostics } = await import('../../core/common/rules/editing/rule-diagnostics.ts');
  return ruleDiagnostics(document.getText(), rules.format, rules.kind).diagnostics.flatMap((each) => {
    const range = rangeOf(document, each);
    const asked = diagnostics.filter(({ message, range: other }) => message === each.message && range.isEqual(other));
    if (each.replacement === undefined || asked.length === 0) return [];
    const action = new vscode.CodeAction(`Change to ${each.replacement}`, vscode.CodeActionKind.QuickFix);
    action.edit = new vscode.WorkspaceEdit();
    action.edit.replace(document.uri, range, each.replacement);
    action.diagnostics = asked;
    action.isPreferred = true;
    return [action];
  });
}
