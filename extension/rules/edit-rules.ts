import * as vscode from 'vscode';
import { asRecord, asString } from '../../core/common/json.ts';
import { STARTER_FILE, STARTER_RULES } from '../../core/common/rules/editing/starter-rules.ts';
import { RULE_FILE_NAMES } from '../../core/node/rules/rule-file-names.ts';
import { chooseFolder } from './choose-folder.ts';
import { asRuleDocument, userConfig } from './rule-document.ts';

/** Which rules are to be edited. */
export interface RulePlace {
  /** Path of a folder of the workspace; the user is asked when it is left out and there are several. */
  readonly folder?: string | undefined;
  /** Name of the rule to go to. */
  readonly rule?: string | undefined;
}

/**
 * The command `agentTrace.editRules`: opens the workspace's rule file, a new unsaved one when there is none, or the user's
 * own when it is called with one of their rules; at the rule that it is called with (`RulePlace`).
 */
export function registerEditRules(): vscode.Disposable {
  return vscode.commands.registerCommand('agentTrace.editRules', async (argument: unknown) => {
    const record = asRecord(argument);
    const place: RulePlace = { folder: asString(record?.folder), rule: asString(record?.rule) };
    const uri = await fileOf(place);
    if (!uri) return;
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document);
    if (document.isUntitled && document.getText() === '') {
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), STARTER_RULES));
    }
    if (place.rule !== undefined) await goTo(editor, place.rule);
  });
}

async function fileOf({ folder: path, rule }: RulePlace): Promise<vscode.Uri | undefined> {
  if (rule !== undefined && (await isUsers(rule))) return vscode.Uri.file(userConfig().file);
  const named = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.fsPath === path);
  const folder = named ?? (await chooseFolder('The folder whose rules are edited'));
  return folder && ((await existing(folder)) ?? untitled(folder));
}

/** Whether a rule is one of the user's own. */
async function isUsers(rule: string): Promise<boolean> {
  const { USER_RULE_PREFIX } = await import('../../core/common/rules/reading/check-rules.ts');
  return rule.startsWith(USER_RULE_PREFIX);
}

/** The file may have changed since the rule was broken: where it is not found, the cursor stays where it is. */
async function goTo(editor: vscode.TextEditor, name: string): Promise<void> {
  const rules = asRuleDocument(editor.document);
  if (!rules) return;
  const { ruleDiagnostics } = await import('../../core/common/rules/editing/rule-diagnostics.ts');
  const placed = ruleDiagnostics(editor.document.getText(), rules.format, rules.kind).rules;
  const span = placed.find(({ rule }) => rule.name === name)?.span;
  if (!span) return;
  const start = editor.document.positionAt(span.offset);
  editor.selection = new vscode.Selection(start, start);
  editor.revealRange(new vscode.Range(start, start), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

async function existing(folder: vscode.WorkspaceFolder): Promise<vscode.Uri | undefined> {
  for (const name of RULE_FILE_NAMES) {
    const uri = vscode.Uri.joinPath(folder.uri, name);
    try {
      await vscode.workspace.fs.stat(uri);
      return uri;
    } catch {
      // Not this one.
    }
  }
  return undefined;
}

function untitled(folder: vscode.WorkspaceFolder): vscode.Uri {
  return vscode.Uri.joinPath(folder.uri, STARTER_FILE).with({ scheme: 'untitled' });
}
