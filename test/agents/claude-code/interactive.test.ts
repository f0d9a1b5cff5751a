import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../../rig/build.ts';
import { type Arena, openArena } from '../../rig/claude/arena.ts';
import { CLAUDE_VERSIONS } from '../../rig/claude/install.ts';
import { observe } from '../../rig/claude/observed-process.ts';
import { storedSessions } from '../../rig/claude/stored-session.ts';
import { waitFor } from '../../rig/wait-for.ts';

const TEST_DEADLINE_MS = 120_000;

let arena: Arena;

beforeAll(() => ensureBuilt());

beforeEach(async () => {
  arena = await openArena();
});

afterEach(() => arena.close());

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
});

/** The agent has come to rest: its session holds the answer's end. */
function stopped(): boolean {
  const [session] = storedSessions(arena.workspace);
  return session?.events.some(({ event_type }) => event_type === 'assistant_response') ?? false;
}
