import { accessSync, constants } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { HOOK_BUNDLE } from '../build.ts';

/** Hook events that both versions know: an unknown name blocks interactive use of the older one. */
export const HOOK_EVENTS = [
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

/** Puts a command hook for each event into the workspace's `.claude/settings.json`. `command` gets the event's name. */
export async function writeHooks(
  workspace: string,
  command: (event: string) => string,
  events: readonly string[] = HOOK_EVENTS,
): Promise<void> {
  const hooks = Object.fromEntries(
    events.map((event) => [event, [{ hooks: [{ type: 'command', command: command(event) }] }]]),
  );
  await mkdir(join(workspace, '.claude'), { recursive: true });
  await writeFile(join(workspace, '.claude', 'settings.json'), `${JSON.stringify({ hooks }, null, 2)}\n`);
}

/** The recorder's bundle as a hook, on the Node that a user of this machine would have. */
export function recorderHook(event: string): string {
  return `exec "${machineNode()}" "${HOOK_BUNDLE}" ${event}`;
}

/** The first `node` on PATH that is not the development tools' own. */
export function machineNode(): string {
  const found = machinePath()
    .split(delimiter)
    .map((folder) => join(folder, 'node'))
    .find(isExecutable);
  return found ?? process.execPath;
}

/** PATH as it is outside npm scripts. */
export function machinePath(): string {
  const inside = join('node_modules', '.bin');
  const outside = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes(inside));
  // npm also puts its own `node-gyp-bin` in front.
  return outside.filter((folder) => folder !== '' && !folder.includes('node-gyp-bin')).join(delimiter);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
