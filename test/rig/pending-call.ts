import { waitFor } from '../../scripts/wait-for.ts';
import { HOOK_BUNDLE } from './build.ts';
import type { CliWorkspace } from './cli.ts';

/** A call of Claude Code whose hook runs before it, as the agent runs it. Needs what is built. */
export class PendingCall {
  private readonly child: ReturnType<CliWorkspace['start']>;
  private stdout = '';

  constructor(workspace: CliWorkspace, session_id: string, tool_name: string, tool_input: object) {
    const env = { CLAUDE_PROJECT_DIR: workspace.path };
    this.child = workspace.startFed(process.execPath, [HOOK_BUNDLE, 'PreToolUse', '--wait=86400'], env);
    this.child.stdout?.on('data', (chunk) => {
      this.stdout += String(chunk);
    });
    const tool_use_id = `toolu_${this.child.pid}`;
    const payload = { session_id, cwd: workspace.path, hook_event_name: 'PreToolUse', tool_use_id };
    this.child.stdin?.end(JSON.stringify({ ...payload, tool_name, tool_input }));
  }

  /** Ends the hook, as an agent does that waits no longer. */
  end(): void {
    this.child.kill('SIGKILL');
  }

  /** The hook waits for what becomes of the call. */
  get isHeld(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Why the agent is told not to run it; `allowed` when it is told nothing. */
  async verdict(): Promise<string> {
    await waitFor('the end of the hook', () => !this.isHeld, 60_000);
    if (this.stdout === '') return 'allowed';
    const { hookSpecificOutput } = JSON.parse(this.stdout);
    const { permissionDecision, permissionDecisionReason } = hookSpecificOutput ?? {};
    return `${permissionDecision}: ${permissionDecisionReason}`;
  }
}
