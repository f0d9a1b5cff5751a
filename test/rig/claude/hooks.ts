import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What both versions know and a scripted session fires. */
const HOOK_EVENTS = [
  'SessionStart',
  'UserPromptSubmit',
  'PreToolUse',
  'PostToolUse',
  'PostToolUseFailure',
  'SubagentStart',
  'SubagentStop',
  'Stop',
  'SessionEnd',
] as const;

/**
 * Puts a command hook of the test's own for each event into the workspace's `.claude/settings.json`. Our
 * recorder's hooks are installed by `agent-trace setup`, see arena.ts.
 */
export async function writeHooks(workspace: string, command: string): Promise<void> {
  const hooks = Object.fromEntries(HOOK_EVENTS.map((event) => [event, [{ hooks: [{ type: 'command', command }] }]]));
  await mkdir(join(workspace, '.claude'), { recursive: true });
  await writeFile(join(workspace, '.claude', 'settings.json'), `${JSON.stringify({ hooks }, null, 2)}\n`);
}
