import * as vscode from 'vscode';
import type { StoreModel } from '../model/store-model.ts';
import type { TraceModel } from '../model/trace-model.ts';
import type { Watchers } from './watchers.ts';

/** The commands `agentTrace.startWatcher` and `agentTrace.stopWatcher`; with several folders they ask for one. */
export function registerWatcherCommands(model: TraceModel, watchers: Watchers): vscode.Disposable {
  const inform = (text: string) => void vscode.window.showInformationMessage(`Agent Trace: ${text}`);
  return vscode.Disposable.from(
    vscode.commands.registerCommand('agentTrace.startWatcher', async () => {
      if (!vscode.workspace.isTrusted) return inform('the workspace is not trusted, so no watcher is started.');
      const idle = model.stores.filter(({ path }) => watchers.presence(path) !== 'running');
      if (idle.length === 0) return inform('every folder has a watcher already.');
      const store = await pickStore(idle, 'Start the Watcher of a Folder');
      if (store) watchers.startIn(store);
    }),
    vscode.commands.registerCommand('agentTrace.stopWatcher', async () => {
      const watched = model.stores.filter(({ path }) => watchers.presence(path) === 'running');
      if (watched.length === 0) return inform('no watcher runs.');
      const store = await pickStore(watched, 'Stop the Watcher of a Folder');
      const other = store && (await watchers.stopIn(store));
      if (other !== undefined)
        inform(`the watcher was not started from this window; end process ${other} where it runs.`);
    }),
  );
}

async function pickStore(stores: readonly StoreModel[], title: string): Promise<StoreModel | undefined> {
  if (stores.length === 1) return stores[0];
  const items = stores.map((store) => ({ label: store.folder.name, description: store.folder.uri.fsPath, store }));
  return (await vscode.window.showQuickPick(items, { title }))?.store;
}
