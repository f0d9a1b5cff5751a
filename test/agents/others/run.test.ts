import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { asArray } from '../../../core/common/json.ts';
import { processesWith } from '../../../scripts/observed-process.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { ensureBuilt } from '../../rig/build.ts';
import type { StoredSession } from '../../rig/claude/stored-session.ts';
import { Cleanups } from '../../rig/cleanups.ts';
import { CODEX } from '../../rig/codex/codex-cli.ts';
import { GEMINI } from '../../rig/gemini/gemini-cli.ts';
import type { AgentCli } from '../../rig/scripted-agent/agent-cli.ts';
import { RecordedAgent } from '../../rig/scripted-agent/recorded-agent.ts';
import type { ScriptedModel, Step } from '../../rig/scripted-agent/scripted-model.ts';
import { COUNTED, COUNTING, ENDLESS, LOGS, loopsAtWork, sizes } from './shell-loops.ts';

const INSTALL_DEADLINE_MS = 15 * 60_000;
const TEST_DEADLINE_MS = 180_000;
/** Every loop writes about thirty times in this time. */
const OBSERVED_MS = 1_500;
const FINAL: Step = { text: 'The work is complete.' };

const cleanups = new Cleanups();

beforeAll(() => ensureBuilt());

afterEach(() => cleanups.run());

/** How often the agent itself, and not the command line around it, has asked the model. */
function asked(model: ScriptedModel): number {
  return model.requests.filter(({ body }) => asArray(body?.['tools']).length > 0).length;
}

function marked(session: StoredSession): readonly unknown[] {
  return processesWith('AGENT_TRACE_SESSION', session.id);
}

/** Without what differs from run to run: ids, times, folders, and what Gemini CLI says of its own start's timing. */
function comparable(output: string): string {
  return output
    .replace(/^\[STARTUP\].*\n/gm, '')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/("\w*(?:duration|latency)\w*":)\d+/gi, '$1<ms>')
    .replace(/agent-trace-agent-\w{6}/g, '<folder>');
}

/** Starts the agent with endless loops and waits until they write. */
async function startLoops(cli: AgentCli): Promise<{ agent: RecordedAgent; session: StoredSession }> {
  const agent = await RecordedAgent.start(cli, [ENDLESS, FINAL], cleanups);
  await loopsAtWork(agent.workspace);
  const session = await agent.session();
  // A wrapper, the agent, its shell, and the loop that left them.
  expect(agent.processes().length).toBeGreaterThanOrEqual(4);
  return { agent, session };
}

async function expectGone(agent: RecordedAgent, session: StoredSession): Promise<void> {
  expect(agent.survivors()).toEqual([]);
  expect(agent.processes()).toEqual([]);
  expect(marked(session)).toEqual([]);
  const [left, questions] = [sizes(agent.workspace), agent.model.requests.length];
  await sleep(OBSERVED_MS);
  expect(sizes(agent.workspace)).toEqual(left);
  expect(agent.model.requests).toHaveLength(questions);
  expect(agent.processes()).toEqual([]);
  // What whoever started it is told, and what is recorded, are the same.
  const { code, signal } = await agent.done;
  expect((await agent.session()).events).toMatchObject([
    { event_type: 'session_start' },
    { event_type: 'session_end', data: signal === null ? { exit_code: code } : { signal } },
  ]);
}

describe.each([GEMINI, CODEX])('agent-trace run with $name', (cli) => {
  beforeAll(() => cli.install(), INSTALL_DEADLINE_MS);

  test('records a session and lets the output through as it is', { timeout: TEST_DEADLINE_MS }, async () => {
    const steps: readonly Step[] = [{ shell: 'echo from the shell' }, FINAL];
    const alone = await (await RecordedAgent.start(cli, steps, cleanups, { recorded: false })).done;
    const agent = await RecordedAgent.start(cli, steps, cleanups);
    const exit = await agent.done;

    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(comparable(exit.stdout)).toBe(comparable(alone.stdout));
    expect(comparable(exit.stderr)).toBe(comparable(alone.stderr));
    expect(exit.stdout).toContain('from the shell');
    expect(cli.finalText(exit.stdout)).toBe('The work is complete.');

    const session = await agent.session();
    expect(session.events).toMatchObject([
      { event_type: 'session_start', data: { mode: 'run', agent: cli.executable, cwd: agent.workspace } },
      { event_type: 'session_end', duration_ms: expect.any(Number), data: { exit_code: 0 } },
    ]);
    expect(session.meta).toMatchObject({ agent_name: cli.executable, ended_at: expect.any(Number) });
  });

  test('hands on and records an exit status that is not 0', { timeout: TEST_DEADLINE_MS }, async () => {
    const more = ['--no-such-option'];
    const alone = await (await RecordedAgent.start(cli, [FINAL], cleanups, { recorded: false, more })).done;
    const agent = await RecordedAgent.start(cli, [FINAL], cleanups, { more });
    const exit = await agent.done;
    expect(exit.code).not.toBe(0);
    expect(exit.code).toBe(alone.code);
    expect((await agent.session()).events.at(-1)?.data).toEqual({ exit_code: exit.code });
  });

  test('kills what runs on when the process that it started is stopped and killed alone', {
    timeout: TEST_DEADLINE_MS,
  }, async () => {
    const { agent, session } = await startLoops(cli);
    const started = agent.processes().find(({ ppid }) => ppid === agent.pid);
    expect(started).toBeDefined();
    for (const signal of ['SIGSTOP', 'SIGKILL'] as const) {
      process.kill(started?.pid ?? Number.NaN, signal);
      const written = sizes(agent.workspace);
      // Where a launcher becomes the agent (Codex on a Node that has `execve`), the agent's own shell dies with it.
      const left = signal === 'SIGKILL' && started?.name === cli.executable ? [1] : [0, 1];
      await waitFor(`more from each loop after a ${signal}`, () => {
        const now = sizes(agent.workspace);
        return left.every((index) => (now[index] ?? 0) > (written[index] ?? 0) + 10);
      });
    }
    const killed = await agent.cli('kill', session.id);
    expect(killed.code, killed.stderr).toBe(0);
    await expectGone(agent, session);
  });

  test('pauses the whole tree and resumes it as if nothing had been', { timeout: TEST_DEADLINE_MS }, async () => {
    const agent = await RecordedAgent.start(cli, [COUNTING, FINAL], cleanups);
    await loopsAtWork(agent.workspace);
    const paused = await agent.cli('pause');
    expect(paused.code, paused.stderr).toBe(0);

    // A wrapper, the agent, its shell, and the loop that left them.
    const stopped = agent.processes();
    expect(stopped.length).toBeGreaterThanOrEqual(4);
    const [written, questions] = [sizes(agent.workspace), agent.model.requests.length];
    await sleep(OBSERVED_MS);
    expect(agent.processes()).toEqual(stopped);
    expect(stopped.filter(({ state }) => state !== 'T')).toEqual([]);
    expect(sizes(agent.workspace)).toEqual(written);
    expect(agent.model.requests).toHaveLength(questions);
    for (const size of written) expect(size).toBeLessThan(COUNTED.length);

    const resumed = await agent.cli('resume');
    expect(resumed.code, resumed.stderr).toBe(0);
    const exit = await agent.done;
    expect(exit, exit.stderr).toMatchObject({ code: 0, signal: null });
    expect(cli.finalText(exit.stdout)).toBe('The work is complete.');
    const contents = (): readonly string[] => LOGS.map((log) => readFileSync(join(agent.workspace, log), 'utf8'));
    // The loop that left the agent is not waited for by it.
    await waitFor('the end of every process of the agent', () => agent.processes().length === 0);
    expect(contents()).toEqual([COUNTED, COUNTED]);
    // Once for each step: nothing was asked again.
    expect(asked(agent.model)).toBe(2);
    expect((await agent.session()).events.at(-1)).toMatchObject({
      event_type: 'session_end',
      data: { exit_code: 0 },
    });
  });

  test('kills the whole tree by hand', { timeout: TEST_DEADLINE_MS }, async () => {
    const { agent, session } = await startLoops(cli);
    const killed = await agent.cli('kill');
    expect(killed.code, killed.stderr).toBe(0);
    await expectGone(agent, session);
  });

  test('kills the whole tree while it is paused', { timeout: TEST_DEADLINE_MS }, async () => {
    const { agent, session } = await startLoops(cli);
    expect((await agent.cli('pause')).code).toBe(0);
    const killed = await agent.cli('kill');
    expect(killed.code, killed.stderr).toBe(0);
    await expectGone(agent, session);
  });

  test('is killed by a duration_minutes rule', { timeout: TEST_DEADLINE_MS }, async () => {
    const { agent, session } = await startLoops(cli);
    const startedAt = session.events[0]?.timestamp ?? Number.NaN;
    // A few seconds from now, so that the watcher sees the session before it breaks the rule.
    const threshold = (Date.now() / 1000 - startedAt + 4) / 60;
    const watch = await agent.watch([{ name: 'too long', condition: 'duration_minutes', threshold, action: 'kill' }]);
    const outcome = await watch.outcomeOf('kill');

    expect(outcome).toMatchObject({ session_id: session.id, action: 'kill', result: 'done', event_id: '' });
    expect(watch.decisions).toHaveLength(1);
    expect(watch.decisions[0]).toMatchObject({ rule: 'too long', mode: 'enforce' });
    expect(watch.decisions[0]?.at).toBeGreaterThanOrEqual(startedAt + threshold * 60);
    expect(outcome.signalled.filter(({ state }) => state !== 'gone')).toEqual([]);
    const ours = new Set(agent.everSeen().map(({ pid }) => pid));
    expect(outcome.signalled.filter(({ pid }) => !ours.has(pid))).toEqual([]);
    await expectGone(agent, session);
  });
});
