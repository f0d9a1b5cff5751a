import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CLI_BUNDLE, ensureBuilt, HOOK_BUNDLE } from '../../rig/build.ts';
import { HookRig } from '../../rig/hook-run.ts';
import { terminal } from '../run/terminal.ts';

beforeAll(() => ensureBuilt());

test('the terminal of a watcher asks about a call, and takes a key for an answer', { timeout: 60_000 }, async () => {
  const rig = new HookRig();
  const rule = { name: 'push', when: 'command.startsWith("git push")', action: 'ask' };
  writeFileSync(join(rig.workspace, '.watch-rules.json'), JSON.stringify({ answer_within_ms: 30_000, rules: [rule] }));
  const shell = await terminal(rig.workspace, rig.env);
  shell.type(`'${process.execPath}' '${CLI_BUNDLE}' watch`);
  await waitFor('the watcher', () => shell.screen().includes('1 rule from'));

  const ask = (id: string): Promise<string> => {
    const child = spawn(process.execPath, [HOOK_BUNDLE, 'PreToolUse', '--wait=86400'], { env: rig.env });
    let stdout = '';
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk);
    });
    const input = { tool_name: 'Bash', tool_input: { command: `git push ${id}` }, tool_use_id: id };
    child.stdin.end(JSON.stringify({ session_id: 's1', cwd: rig.workspace, hook_event_name: 'PreToolUse', ...input }));
    return new Promise((resolve) => child.once('close', () => resolve(stdout)));
  };
  const isAsked = (): boolean => shell.screen().includes('may the call run?');

  const allowed = ask('first');
  await waitFor('the question', isAsked);
  shell.press('a');
  expect(await allowed).toBe('');
  const denied = ask('second');
  await waitFor('the second question', () => shell.screen().split('may the call run?').length > 2);
  shell.press('d');
  expect(await denied).toContain('the user has denied it');
  // The keys are the terminal's own again.
  const left = ask('third');
  await waitFor('the third question', () => shell.screen().split('may the call run?').length > 3);
  shell.press('C-c');
  expect(await left).toContain('the watcher ended');
  await waitFor('the shell', () => shell.screen().trimEnd().endsWith('$'));
});
