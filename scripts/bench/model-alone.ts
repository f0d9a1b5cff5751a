import type { WorkspaceFolder } from 'vscode';
import { genaiPriceBook } from '../../core/common/cost/genai-price-book.ts';
import { systemProcessTable } from '../../core/node/process/system-process-table.ts';
import { StoreModel, type StoreModelOptions } from '../../extension/model/store-model.ts';

/** The extension's model of a store without an editor around it; not started. Its issues go to standard error. */
export function modelAlone(
  store: string,
  runtimeDir: string,
  {
    onChange,
    onSessions = () => {},
  }: Pick<StoreModelOptions, 'onChange'> & Partial<Pick<StoreModelOptions, 'onSessions'>>,
): StoreModel {
  return new StoreModel({
    path: store,
    folder: { uri: { fsPath: store } } as WorkspaceFolder,
    prices: genaiPriceBook(),
    table: systemProcessTable(),
    runtimeDir,
    onChange,
    onSessions,
    onAlert: () => {},
    onAsks: () => {},
    onRules: () => {},
    onIssue: (message) => console.error(message),
  });
}
