import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { RuleFileKind, RuleFormat } from '../../core/common/rules/reading/read-rules.ts';
import { formatOf } from '../../core/node/rules/rule-file.ts';
import { RULE_FILE_NAMES } from '../../core/node/rules/rule-file-names.ts';
import { type UserConfigLocation, userConfigLocation } from '../../core/node/rules/user-config-location.ts';

/** A document that a watcher reads rules from, or will once it is saved. */
export interface RuleDocument {
  readonly document: vscode.TextDocument;
  readonly format: RuleFormat;
  readonly kind: RuleFileKind;
}

const SCHEMES = ['file', 'untitled'];

/** Undefined for all other documents, also for earlier versions of a rule file that the editor shows beside it. */
export function asRuleDocument(document: vscode.TextDocument): RuleDocument | undefined {
  const { uri } = document;
  if (!SCHEMES.includes(uri.scheme)) return undefined;
  const format = formatOf(uri.fsPath);
  const isWorkspaces = RULE_FILE_NAMES.some((name) => name === path.basename(uri.fsPath));
  if (isWorkspaces) return { document, format, kind: 'workspace' };
  return uri.fsPath === userConfig().file ? { document, format, kind: 'user' } : undefined;
}

export function userConfig(): UserConfigLocation {
  return userConfigLocation(process.env, homedir());
}

/** All rule documents, for providers. */
export function ruleDocumentSelector(): vscode.DocumentSelector {
  const { dir, base } = path.parse(userConfig().file);
  const config = new vscode.RelativePattern(vscode.Uri.file(dir), base);
  const patterns = [...RULE_FILE_NAMES.map((name) => `**/${name}`), config];
  return patterns.flatMap((pattern) => SCHEMES.map((scheme) => ({ scheme, pattern })));
}
