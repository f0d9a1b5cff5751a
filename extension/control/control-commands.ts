import * as vscode from 'vscode';
import type { CommandAction } from '../../core/node/enforce/enforcer.ts';
import type { TraceModel } from '../model/trace-model.ts';
import { sessionArgument } from './session-argument.ts';
import type { SessionControl } from './session-control.ts';

const ACTIONS: readonly CommandAction[] = ['pause', 'resume', 'kill'];

/** The commands `agentTrace.pause`, `.resume` and `.kill`, for the session they are called with, else the shown one. */
export function registerControlCommands(model: TraceModel, control: SessionControl): vscode.Disposable {
  return vscode.Disposable.from(
    ...ACTIONS.map((action) =>
      vscode.commands.registerCommand(`agentTrace.${action}`, async (argument: unknown) => {
        const id = sessionArgument(argument);
        const session = id === undefined ? model.current : model.find(id);
        if (session) await control.run(action, session);
        else void vscode.window.showInformationMessage('Agent Trace: there is no session.');
      }),
    ),
  );
}
