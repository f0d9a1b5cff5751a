import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { asArray, asRecord } from '../../../core/common/json.ts';
import { observe } from '../../../scripts/observed-process.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { useArena } from '../../rig/claude/arena.ts';
import { CLAUDE_VERSIONS } from '../../rig/claude/install.ts';
import type { ModelScript, ScriptedCall } from '../../rig/claude/model-script.ts';
import type { ClaudeRun } from '../../rig/claude/run.ts';
import { storedSessions } from '../../rig/claude/stored-session.ts';

const TEST_DEADLINE_MS = 120_000;
const OBSERVED_MS = 1_500;
const LINES = 60;

const arena = useArena();

function bash(command: string, more: object = {}): ScriptedCall {
  return { name: 'Bash', input: { command, description: 'A command', ...more } };
}

function countInto(file: string): string {
  return `i=0; while [ $i -lt ${LINES} ]; do i=$((i+1)); echo $i >> ${file}; sleep 0.05; done`;
}

/** The fourth call is too many. While it writes, so do a shell in the background and a process that left its shell. */
const SCRIPT: ModelScript = {
  main: [
    { tools: [bash(countInto('background.log'), { run_in_background: true })] },
    { tools: [bash(`nohup sh -c '${countInto('escaped.log')}' > /dev/null 2>&1 & echo left`)] },
    { tools: [bash('until [ -s background.log ] && [ -s escaped.log ]; do sleep 0.05; done; echo both')] },
    { tools: [bash(countInto('foreground.log'))] },
    { tools: [bash(`until [ $(cat *.log | wc -l) -eq ${3 * LINES} ]; do sleep 0.05; done; echo complete`)] },
    { text: 'The work is complete.' },
  ],
};
const RULE = { name: 'take a look', condition: 'tool_calls', threshold: 3, action: 'pause' };
const COUNTED = Array.from({ length: LINES }, (_, index) => `${index + 1}\n`).join('');

/** Bytes that each process has passed to a write call in its whole life (`wchar` of `/proc/<pid>/io`), and its state. */
function writings(run: ClaudeRun): readonly string[] {
  return run.processes().map(({ pid }) => {
    const written = /^wchar: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1];
    return `${pid} ${observe(pid)?.state} ${written}`;
  });
}

function finalText(stdout: string): unknown {
  const results = stdout.split('\n').filter((line) => line.includes('"result"'));
  return results.map((line) => asRecord(JSON.parse(line))).find((line) => line?.['type'] === 'result')?.['result'];
}

async function untilPaused(run: ClaudeRun, rules: readonly object[]) {
  const watch = await arena.watch(rules);
  const outcome = await watch.outcomeOf('pause');
  expect(outcome).toMatchObject({ action: 'pause', result: 'done', rule: RULE.name });
  expect(outcome.signalled.find(({ pid }) => pid === run.pid)).toMatchObject({ state: 'stopped' });
  return watch;
}

async function expectStillness(run: ClaudeRun): Promise<void> {
  const before = writings(run);
  // The agent and the two shells beside it; whether one has a `sleep` at the moment is chance.
  expect(before.length).toBeGreaterThanOrEqual(3);
  expect(before.filter((line) => line.split(' ')[1] !== 'T')).toEqual([]);
  const asked = run.model.requests.length;
  await sleep(OBSERVED_MS);
  expect(writings(run)).toEqual(before);
  expect(run.model.requests).toHaveLength(asked);
}

async function expectFinished(run: ClaudeRun): Promise<void> {
  const exit = await run.done;
  expect(exit.code, exit.stderr).toBe(0);
  expect(finalText(exit.stdout)).toBe('The work is complete.');
  for (const file of ['background.log', 'escaped.log', 'foreground.log'])
    expect(readFileSync(join(arena.workspace, file), 'utf8')).toBe(COUNTED);
  const [session] = storedSessions(arena.workspace);
  expect(session?.events.filter(({ event_type }) => event_type === 'tool_result')).toHaveLength(5);
  expect(session?.events.filter(({ event_type }) => event_type === 'error')).toEqual([]);
  // Asked once for each step and once for each notice of a finished background command, never twice for the same.
  const mine = run.model.responses.filter(({ conversation }) => conversation === 'main');
  expect(mine.slice(0, 6).map(({ calls }) => calls.length)).toEqual([1, 1, 1, 1, 1, 0]);
}

describe.each(CLAUDE_VERSIONS)('Claude Code %s', (version) => {
  test('writes nothing while paused, and once resumed ends its work as if nothing had been', {
    timeout: TEST_DEADLINE_MS,
  }, async () => {
    const run = await arena.startAgent(version, SCRIPT);
    const watch = await untilPaused(run, [RULE]);
    await expectStillness(run);
    expect(await phase()).toBe('paused');

    const resumed = await arena.cli('resume');
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(await watch.outcomeOf('resume')).toMatchObject({ result: 'done' });
    await expectFinished(run);
    // Broken once, acted upon once.
    expect(watch.decisions).toHaveLength(1);
  });

  test('is paused and resumed by hand where no watcher runs', { timeout: TEST_DEADLINE_MS }, async () => {
    const run = await arena.startAgent(version, SCRIPT);
    await waitFor('the third command at work', () => existsSync(join(arena.workspace, 'foreground.log')), 60_000);
    const paused = await arena.cli('pause');
    expect(paused.code, paused.stderr).toBe(0);
    await expectStillness(run);
    expect(await phase()).toBe('paused');

    const resumed = await arena.cli('resume');
    expect(resumed.code, resumed.stderr).toBe(0);
    await expectFinished(run);
  });

  test('is resumed by hand when its watcher is gone', { timeout: TEST_DEADLINE_MS }, async () => {
    const run = await arena.startAgent(version, SCRIPT);
    const watch = await untilPaused(run, [RULE]);
    process.kill(watch.pid, 'SIGKILL');
    await watch.stop();
    await expectStillness(run);

    const resumed = await arena.cli('resume');
    expect(resumed.code, resumed.stderr).toBe(0);
    await expectFinished(run);
  });
});

async function phase(): Promise<unknown> {
  const listed = await arena.cli('list', '--json');
  expect(listed.code, listed.stderr).toBe(0);
  return asRecord(asArray(JSON.parse(listed.stdout))[0])?.['state'];
}
