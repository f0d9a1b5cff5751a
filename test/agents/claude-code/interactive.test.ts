import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { observe } from '../../../scripts/observed-process.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { useArena } from '../../rig/claude/arena.ts';
import { CLAUDE_VERSIONS } from '../../rig/claude/install.ts';
import { storedSessions } from '../../rig/claude/stored-session.ts';

const TEST_DEADLINE_MS = 120_000;

const arena = useArena();

describe.each(CLAUDE_VERSIONS)('Claude Code %s on a terminal', (version) => {
  test('is not held up by the hooks, and its session is recorded to the end', {
    timeout: TEST_DEADLINE_MS,
  }, async () => {
    const command = { name: 'Bash', input: { command: 'echo here > here.txt', description: 'A command' } };
    const script = { main: [{ tools: [command] }, { text: 'All is done.' }] };
    const run = await arena.startAgent(version, script, { interactive: true });
    const agent = observe(run.pid);
    await waitFor(
      'the answer to the prompt',
      () => run.model.responses.at(-1)?.conversation === 'main' && stopped(),
      60_000,
    );
    expect(existsSync(join(arena.workspace, 'here.txt'))).toBe(true);
    expect(observe(run.pid)).toMatchObject({ startTime: agent?.startTime });

    run.type('/exit');
    // The list of commands opens while one types; Enter has to come after it.
    await waitFor('the exit', async () => {
      run.type('\r');
      return observe(run.pid)?.startTime !== agent?.startTime;
    });
    const [session] = storedSessions(arena.workspace);
    const types = session?.events.map(({ event_type }) => event_type);
    expect(types?.[0]).toBe('session_start');
    expect(types?.at(-1)).toBe('session_end');
    expect(types?.filter((type) => type === 'tool_result')).toHaveLength(1);
  });

  test('shows that a call runs unguarded', { timeout: TEST_DEADLINE_MS }, async () => {
    const rule = { name: 'the rule', when: 'command.contains("forbidden") && tool_calls > 0', action: 'deny' };
    const watch = await arena.watch({ rules: [rule] });
    await watch.ready();
    process.kill(watch.pid, 'SIGKILL');
    const command = { name: 'Bash', input: { command: 'echo here > forbidden.txt', description: 'A command' } };
    const script = { main: [{ tools: [command] }, { text: 'All is done.' }] };
    const run = await arena.startAgent(version, script, { interactive: true });
    await waitFor('the answer to the prompt', stopped, 60_000);
    expect(existsSync(join(arena.workspace, 'forbidden.txt'))).toBe(true);
    await run.stop();
    expect((await run.done).stdout).toContain('unguarded');
  });
});

/** The agent has come to rest: its session holds the answer's end. */
function stopped(): boolean {
  const [session] = storedSessions(arena.workspace);
  return session?.events.some(({ event_type }) => event_type === 'assistant_response') ?? false;
}
