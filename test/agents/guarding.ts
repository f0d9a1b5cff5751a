import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { waitFor } from '../../scripts/wait-for.ts';
import { ensureBuilt } from '../rig/build.ts';
import { Cleanups } from '../rig/cleanups.ts';
import type { AgentCli } from '../rig/scripted-agent/agent-cli.ts';
import { type GuardedAgent, startGuarded, startUnwatched } from '../rig/scripted-agent/guarded-agent.ts';
import type { RecordedAgent } from '../rig/scripted-agent/recorded-agent.ts';
import type { Step } from '../rig/scripted-agent/scripted-model.ts';

const INSTALL_DEADLINE_MS = 15 * 60_000;
const TEST_DEADLINE_MS = 240_000;
const CALL_DEADLINE_MS = 120_000;
const FINAL: Step = { text: 'The work is complete.' };

const leaves = (file: string): Step => ({ shell: `echo done > ${file}` });
const isLeft = ({ workspace }: RecordedAgent, file: string): boolean => existsSync(join(workspace, file));

/** One rule on calls that leave `forbidden` behind; the watcher may take its time. */
function policyOf(action: string, when = 'command.contains("forbidden")'): object {
  return { answer_within_ms: 20_000, rules: [{ name: 'the rule', when, action }] };
}

/** Tests what the table of docs/guard.md says of this agent. */
export function testGuarding(cli: AgentCli): void {
  const cleanups = new Cleanups();

  beforeAll(() => ensureBuilt());

  afterEach(() => cleanups.run());

  describe(cli.name, () => {
    beforeAll(() => cli.install(), INSTALL_DEADLINE_MS);

    const start = (action: string, steps: readonly Step[]): Promise<GuardedAgent> =>
      startGuarded(cli, steps, policyOf(action), cleanups);

    test('does not run a call that is denied, is told why, and goes on', { timeout: TEST_DEADLINE_MS }, async () => {
      const { running, watch } = await start('deny', [leaves('one'), leaves('forbidden'), leaves('two'), FINAL]);
      const exit = await running.done;
      expect(exit, exit.stderr).toMatchObject({ code: 0 });
      expect(isLeft(running, 'one')).toBe(true);
      expect(isLeft(running, 'forbidden')).toBe(false);
      expect(isLeft(running, 'two')).toBe(true);
      expect(await watch.outcomeOf('deny')).toMatchObject({ result: 'done' });
      expect(JSON.stringify(running.model.requests)).toContain('the rule: ');
    });

    test('holds a call that the user is asked about', { timeout: TEST_DEADLINE_MS }, async () => {
      const { running, watch } = await start('ask', [leaves('one'), leaves('forbidden'), FINAL]);
      await waitFor('the question', () => watch.decisions.length > 0, CALL_DEADLINE_MS);
      expect(isLeft(running, 'forbidden')).toBe(false);
      const answer = await running.cli('answer', 'once');
      expect(answer.code, answer.stderr).toBe(0);
      await waitFor('the call', () => isLeft(running, 'forbidden'), CALL_DEADLINE_MS);
      expect(await running.done).toMatchObject({ code: 0 });
    });

    test('is ended by a rule before the call that breaks it', { timeout: TEST_DEADLINE_MS }, async () => {
      const { running, watch } = await start('kill', [leaves('one'), leaves('forbidden'), leaves('two'), FINAL]);
      await waitFor('the decision', () => watch.decisions.length > 0, CALL_DEADLINE_MS);
      expect(await watch.outcomeOf('kill')).toMatchObject({ result: 'done' });
      await running.done;
      expect(isLeft(running, 'one')).toBe(true);
      expect(isLeft(running, 'forbidden')).toBe(false);
      expect(isLeft(running, 'two')).toBe(false);
      expect(running.survivors()).toEqual([]);
    });

    const ends = cli.hooks?.endsTurn ? 'ends its turn' : 'runs nothing more in its turn';
    test(`${ends} when a rule that kills has denied a call, and nothing kills it`, {
      timeout: TEST_DEADLINE_MS,
    }, async () => {
      const steps = [leaves('one'), leaves('forbidden'), leaves('two'), FINAL];
      const running = await startUnwatched(cli, steps, policyOf('kill'), cleanups);
      await running.done;
      expect(isLeft(running, 'one')).toBe(true);
      expect(isLeft(running, 'forbidden')).toBe(false);
      expect(isLeft(running, 'two')).toBe(false);
      expect(running.model.handedOut.filter(({ isWork }) => isWork)).toHaveLength(cli.hooks?.endsTurn ? 2 : 4);
    });

    const more = cli.hooks?.warns;
    test.skipIf(more === undefined)(
      'shows its user that a call runs unguarded',
      {
        timeout: TEST_DEADLINE_MS,
      },
      async () => {
        const policy = policyOf('deny', 'command.contains("forbidden") && tool_calls > 0');
        const how = { killed: true, ...(more ? { more } : {}) };
        const running = await startUnwatched(cli, [leaves('forbidden'), FINAL], policy, cleanups, how);
        const exit = await running.done;
        expect(exit, exit.stderr).toMatchObject({ code: 0 });
        expect(isLeft(running, 'forbidden')).toBe(true);
        expect(exit.stdout + exit.stderr).toMatch(/agent-trace: .*unguarded/);
      },
    );
  });
}
