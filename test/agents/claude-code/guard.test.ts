import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { waitFor } from '../../../scripts/wait-for.ts';
import { useArena } from '../../rig/claude/arena.ts';
import { claudeCli } from '../../rig/claude/claude-cli.ts';
import { CLAUDE_VERSIONS } from '../../rig/claude/install.ts';
import type { ScriptedCall } from '../../rig/claude/model-script.ts';
import { testGuarding } from '../guarding.ts';

const TEST_DEADLINE_MS = 120_000;

const arena = useArena();

function touch(file: string): ScriptedCall {
  return { name: 'Bash', input: { command: `echo done > ${file}`, description: 'A command' } };
}

/** What hooks could not do as they should: a call that was not judged in time is told here. */
function hookLog(): string {
  const file = join(arena.runtimeDir, 'hook.log');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

for (const version of CLAUDE_VERSIONS) testGuarding(claudeCli(version));

describe.each(CLAUDE_VERSIONS)('Claude Code %s', (version) => {
  test('does not run the call that breaks a kill rule', { timeout: TEST_DEADLINE_MS }, async () => {
    const watch = await arena.watch([{ name: 'enough', condition: 'tool_calls', threshold: 2, action: 'kill' }]);
    const run = await arena.startAgent(version, {
      main: [{ tools: [touch('one')] }, { tools: [touch('two')] }, { tools: [touch('three')] }],
    });
    await watch.outcomeOf('kill');
    await run.done;
    expect(hookLog()).toBe('');
    expect(existsSync(join(arena.workspace, 'two'))).toBe(true);
    expect(existsSync(join(arena.workspace, 'three'))).toBe(false);
  });

  test('holds the call that breaks a pause rule, and runs it when the session is resumed', {
    timeout: TEST_DEADLINE_MS,
  }, async () => {
    const watch = await arena.watch([{ name: 'look', condition: 'tool_calls', threshold: 1, action: 'pause' }]);
    const run = await arena.startAgent(version, { main: [{ tools: [touch('one')] }, { tools: [touch('two')] }] });
    expect(await watch.outcomeOf('pause')).toMatchObject({ result: 'done' });
    expect(existsSync(join(arena.workspace, 'one'))).toBe(true);
    expect(existsSync(join(arena.workspace, 'two'))).toBe(false);
    const resumed = await arena.cli('resume');
    expect(resumed.code, resumed.stderr).toBe(0);
    await waitFor('the held call', () => existsSync(join(arena.workspace, 'two')), 30_000);
    expect((await run.done).code).toBe(0);
  });
});
