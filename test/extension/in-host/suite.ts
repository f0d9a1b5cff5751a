import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CliWorkspace, processState } from '../../rig/cli.ts';

/** `publisher.name` of what is tested. */
const EXTENSION = 'agent-trace.agent-trace';

interface Check {
  readonly title: string;
  readonly run: () => Promise<void>;
}

/** What the manifest says of a setting. */
interface SettingFacts {
  readonly description?: string;
  readonly markdownDescription?: string;
}

/**
 * What can be seen of the extension from inside the extension host, with an agent's process that is really stopped
 * (Linux). The editor has opened an empty folder and runs this; `AGENT_TRACE_RUNTIME_DIR` is set for both. Rejects when a
 * check failed.
 */
export async function run(): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const runtime = process.env['AGENT_TRACE_RUNTIME_DIR'];
  if (folder === undefined || runtime === undefined) throw new Error('the suite needs a folder and a runtime folder');
  const workspace = new CliWorkspace({ path: folder, runtime });
  let failed = 0;
  try {
    for (const { title, run } of checks(workspace)) {
      try {
        await run();
        console.log(`ok: ${title}`);
      } catch (error) {
        failed += 1;
        console.error(`FAILED: ${title}: ${error instanceof Error ? error.stack : error}`);
      }
    }
  } finally {
    await workspace.endProcesses();
  }
  if (failed > 0) throw new Error(`${failed} checks failed`);
}

function checks(workspace: CliWorkspace): readonly Check[] {
  const extension = vscode.extensions.getExtension(EXTENSION);
  const manifest = extension?.packageJSON;
  const command = (name: string, ...args: readonly unknown[]) =>
    vscode.commands.executeCommand(`agentTrace.${name}`, ...args);
  const agent = workspace.startSleeper();
  const isIn = (state: string | undefined) =>
    waitFor(`process ${agent.pid} to be in state ${state}`, () => processState(agent.pid) === state);
  const copied = async (name: string, ...args: readonly unknown[]) => {
    await command(name, ...args);
    return vscode.env.clipboard.readText();
  };

  return [
    {
      title: 'the extension activates by itself, in a folder without traces too',
      run: async () => {
        assert.ok(extension, `${EXTENSION} is not installed`);
        await waitFor('the extension to be active', () => extension.isActive);
      },
    },
    {
      title: 'every command of the manifest is registered',
      run: async () => {
        const declared: readonly string[] = manifest.contributes.commands.map(
          (each: { command: string }) => each.command,
        );
        assert.ok(declared.length > 0);
        const registered = new Set(await vscode.commands.getCommands(true));
        assert.deepEqual(
          declared.filter((name) => !registered.has(name)),
          [],
        );
      },
    },
    {
      title: 'every setting has a default and a description',
      run: async () => {
        const properties = manifest.contributes.configuration.properties;
        for (const [name, { description, markdownDescription }] of Object.entries<SettingFacts>(properties)) {
          assert.ok(description ?? markdownDescription, `${name} has no description`);
          assert.notEqual(vscode.workspace.getConfiguration().inspect(name)?.defaultValue, undefined, name);
        }
      },
    },
    {
      title: 'a session that appears is known, and links lead to it',
      run: async () => {
        workspace.session('in-host-session', agent.pid);
        await waitFor('the session', async () => (await copied('copySessionId')) === 'in-host-session');
        const link = await copied('copyLink', { sessionId: 'in-host-session', eventId: 'in-host-session-e1' });
        assert.equal(link, `${vscode.env.uriScheme}://${EXTENSION}/session/in-host-session?event=in-host-session-e1`);
      },
    },
    {
      title: 'the agent is stopped, continued and ended by commands',
      run: async () => {
        await command('pause');
        await isIn('T');
        await command('resume');
        await isIn('S');
        const settings = vscode.workspace.getConfiguration('agentTrace');
        await settings.update('confirmKill', false, vscode.ConfigurationTarget.Global);
        await command('kill', 'in-host-session');
        await settings.update('confirmKill', undefined, vscode.ConfigurationTarget.Global);
        await isIn(undefined);
        const actions = workspace.alerts().flatMap((alert) => (alert.type === 'outcome' ? [alert.action] : []));
        assert.deepEqual(actions, ['pause', 'resume', 'kill']);
      },
    },
    {
      title: 'the gutter setting goes round',
      run: async () => {
        const mode = () => vscode.workspace.getConfiguration('agentTrace').get('gutter');
        const modes = [mode()];
        for (let turn = 0; turn < 3; turn++) {
          await command('toggleGutter');
          modes.push(mode());
        }
        assert.deepEqual(modes, ['all', 'firstLine', 'off', 'all']);
      },
    },
  ];
}
