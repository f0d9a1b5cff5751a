import { join } from 'node:path';
import * as vscode from 'vscode';
import { EVENTS_FILE } from '../../core/node/store/event-log.ts';
import { postmortemFiles } from '../../core/node/store/postmortem-file.ts';
import { sessionArgument } from '../control/session-argument.ts';
import type { ModelSession } from '../model/model-session.ts';
import type { TraceModel } from '../model/trace-model.ts';

/**
 * The commands `agentTrace.copySessionId`, `.openPostmortem` and `.revealTrace`, for the session they are called with,
 * else the shown one.
 */
export function registerSessionCommands(model: TraceModel): vscode.Disposable {
  const register = (name: string, run: (session: ModelSession) => Promise<void>) =>
    vscode.commands.registerCommand(`agentTrace.${name}`, async (argument: unknown) => {
      const id = sessionArgument(argument);
      const session = id === undefined ? model.current : model.find(id);
      if (session) await run(session);
      else void vscode.window.showInformationMessage('Agent Trace: there is no session.');
    });
  return vscode.Disposable.from(
    register('copySessionId', async ({ id }) => {
      await vscode.env.clipboard.writeText(id);
      vscode.window.setStatusBarMessage('$(check) Session id copied', 3000);
    }),
    register('openPostmortem', async ({ store, id }) => {
      try {
        await vscode.window.showTextDocument(vscode.Uri.file(postmortemFiles(store, id).markdown));
      } catch {
        void vscode.window.showInformationMessage('Agent Trace: there is no postmortem of this session.');
      }
    }),
    register('revealTrace', async ({ store, id }) => {
      await vscode.commands.executeCommand('revealInExplorer', vscode.Uri.file(join(store, id, EVENTS_FILE)));
    }),
  );
}
