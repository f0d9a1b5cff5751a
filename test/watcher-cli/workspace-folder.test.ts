import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { waitFor } from '../../scripts/wait-for.ts';
import { ensureBuilt, HOOK_BUNDLE } from '../rig/build.ts';
import { CLI, CliWorkspace, WatchProcess } from '../rig/cli.ts';

let workspace: CliWorkspace;

beforeAll(ensureBuilt);

beforeEach(() => {
  workspace = new CliWorkspace();
});

afterEach(() => workspace.dispose());

it.each([
  ['a rule file', furnishWithRules, '1 rule from'],
  ['nothing, in a repository without a store', () => {}, 'no rules'],
])('watch in a package with %s guards what the hooks of an agent started there record', async (_, furnish, says) => {
  mkdirSync(path.join(workspace.path, '.git'));
  const folder = path.join(workspace.path, 'package');
  mkdirSync(folder);
  furnish(folder);
  const child = workspace.start(
    'sh',
    ['-c', 'cd package && exec "$0" "$1" watch --json', process.execPath, CLI],
    'pipe',
  );
  const watch = new WatchProcess(child);
  await waitFor('the watcher', () => watch.stderr.includes(`watching ${path.join(folder, '.agent-traces')}\n`));
  await waitFor('its rules', () => watch.stderr.includes(says));

  for (const payload of [
    { hook_event_name: 'SessionStart', source: 'startup' },
    { hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_use_id: 't1', tool_input: { command: 'ls' } },
  ]) {
    spawnSync(process.execPath, [HOOK_BUNDLE], {
      cwd: folder,
      env: { ...workspace.env, CLAUDE_PROJECT_DIR: folder },
      input: JSON.stringify({ session_id: 's1', cwd: folder, ...payload }),
      timeout: 30_000,
    });
  }
  expect(existsSync(path.join(folder, '.agent-traces', 's1', 'events.ndjson'))).toBe(true);
  if (says === 'no rules') return;
  expect(await watch.outcome('alert')).toMatchObject({ session_id: 's1', result: 'done' });
});

/** Above it is a store, which the hooks of an agent in the package do not use. */
function furnishWithRules(folder: string): void {
  mkdirSync(workspace.store);
  writeFileSync(path.join(folder, '.watch-rules.json'), RULES);
}

const RULES = JSON.stringify({ rules: [{ name: 'any', condition: 'tool_calls > 0', action: 'alert' }] });
