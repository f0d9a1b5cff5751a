import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { isRunning } from '../../../scripts/observed-process.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { useArena } from '../../rig/claude/arena.ts';
import { CLAUDE_VERSIONS } from '../../rig/claude/install.ts';
import type { ScriptedCall, Step } from '../../rig/claude/model-script.ts';
import { storedSessions, storeOf } from '../../rig/claude/stored-session.ts';

const TEST_DEADLINE_MS = 120_000;
/** Every loop of the scenario writes about twenty times in this time. */
const OBSERVED_MS = 1_000;
/** Files that the agent's shells write to for as long as they live. */
const GROWING = ['background.log', 'escaped.log', 'foreground.log'];

const arena = useArena();

function bash(command: string, more: object = {}): ScriptedCall {
  return { name: 'Bash', input: { command, description: 'A command', ...more } };
}

function forever(file: string): string {
  return `while true; do date >> ${file}; sleep 0.05; done`;
}

function write(workspace: string, file: string): ScriptedCall {
  return { name: 'Write', input: { file_path: join(workspace, file), content: `${file}\n` } };
}

/** A background shell of the agent's, a process that left its shell, and proof that both are at work. */
const LOOPS: readonly Step[] = [
  { tools: [bash(forever('background.log'), { run_in_background: true })] },
  { tools: [bash(`nohup sh -c '${forever('escaped.log')}' > /dev/null 2>&1 & echo left`)] },
  { tools: [bash('until [ -s background.log ] && [ -s escaped.log ]; do sleep 0.05; done; echo both')] },
];
const NEVER_ENDING: Step = { tools: [bash(forever('foreground.log'))] };

interface Breach {
  readonly rule: { readonly condition: string; readonly [more: string]: unknown };
  readonly steps: (workspace: string) => readonly Step[];
}

/** What each rule forbids, and an agent that does it. */
const BREACHES: readonly Breach[] = [
  {
    rule: { condition: 'files_modified', threshold: 2 },
    steps: (workspace) => [
      { tools: [write(workspace, 'one.txt')] },
      { tools: [write(workspace, 'two.txt')] },
      { tools: [write(workspace, 'three.txt')] },
      NEVER_ENDING,
    ],
  },
  {
    rule: { condition: 'file_path', glob: 'secrets/**' },
    steps: (workspace) => [{ tools: [write(workspace, 'secrets/key.pem')] }, NEVER_ENDING],
  },
  { rule: { condition: 'command', glob: '*foreground.log*' }, steps: () => [NEVER_ENDING] },
  {
    // The answer that starts the endless command is the one that costs too much: no hook fires after it.
    rule: { condition: 'cost_usd', threshold: 1 },
    steps: () => [{ ...NEVER_ENDING, model: 'claude-sonnet-4-5', usage: { output_tokens: 100_000 } }],
  },
  {
    rule: { condition: 'tool_calls', threshold: LOOPS.length },
    steps: () => [NEVER_ENDING],
  },
];

function sizes(folder: string): readonly number[] {
  return GROWING.map((file) => statSync(join(folder, file), { throwIfNoEntry: false })?.size ?? 0);
}

describe.each(CLAUDE_VERSIONS)('Claude Code %s', (version) => {
  test.each(BREACHES)(
    'is stopped with all it started by a $rule.condition rule',
    {
      timeout: TEST_DEADLINE_MS,
    },
    async ({ rule, steps }) => {
      const { workspace } = arena;
      const watch = await arena.watch([{ ...rule, name: 'the limit', action: 'kill' }]);
      const run = await arena.startAgent(version, {
        main: [...LOOPS.map((step) => ({ ...step, model: 'claude-sonnet-4-5' })), ...steps(workspace)],
      });

      const outcome = await watch.outcomeOf('kill');
      const gone = await waitFor('the end of every process of the agent', () =>
        run.processes().length === 0 ? Date.now() / 1000 : undefined,
      );
      const asked = run.model.requests.length;
      const left = sizes(workspace);
      await sleep(OBSERVED_MS);

      // Nothing of it lives, nothing grows, nothing was asked of the model any more.
      expect(arena.everSeen().filter(isRunning)).toEqual([]);
      expect(run.processes()).toEqual([]);
      expect(sizes(workspace)).toEqual(left);
      expect(run.model.requests).toHaveLength(asked);
      await run.done;

      // One decision, by an event that is in the store, and one outcome of it.
      expect(watch.decisions).toHaveLength(1);
      expect(watch.outcomes).toHaveLength(1);
      const [decision] = watch.decisions;
      const [session] = storedSessions(workspace);
      const breach = session?.events.find(({ event_id }) => event_id === decision?.event_id);
      expect(breach).toBeDefined();
      expect(decision).toMatchObject({ session_id: session?.id, rule: 'the limit', action: 'kill', mode: 'enforce' });
      expect(outcome).toMatchObject({
        decision_id: decision?.decision_id,
        event_id: decision?.event_id,
        session_id: session?.id,
        action: 'kill',
        result: 'done',
      });

      // What was signalled: the agent first asked to close, its loops too, and all of them gone.
      const agent = outcome.signalled.find(({ pid }) => pid === run.pid);
      expect(agent?.signals.slice(0, 3)).toEqual(['SIGSTOP', 'SIGTERM', 'SIGCONT']);
      expect(outcome.signalled.filter(({ state }) => state !== 'gone')).toEqual([]);
      expect(outcome.signalled.length).toBeGreaterThanOrEqual(3);
      const ours = new Set(arena.everSeen().map(({ pid }) => pid));
      // A `sleep` of the script's loops can begin and be ended between two looks of the arena.
      const foreign = outcome.signalled.filter(({ pid, name }) => !ours.has(pid) && name !== 'sleep');
      expect(foreign).toEqual([]);

      // The same two lines in the store, and the postmortem beside them.
      const alerts = readFileSync(join(storeOf(workspace), 'alerts.ndjson'), 'utf8')
        .trim()
        .split('\n');
      expect(alerts.map((line) => JSON.parse(line))).toEqual([decision, outcome]);
      const postmortems = readdirSync(storeOf(workspace), { recursive: true })
        .map(String)
        .filter((file) => file.includes(`postmortem-${session?.id}`));
      expect(postmortems.map((file) => file.split('.').at(-1)).sort()).toEqual(['json', 'md']);
      for (const file of postmortems)
        expect(readFileSync(join(storeOf(workspace), file), 'utf8')).toContain('the limit');

      const from = breach?.timestamp ?? Number.NaN;
      console.log(
        `${version}, ${rule.condition}: ${ms(decision?.at, from)} ms from event to decision, ` +
          `${ms(gone, from)} ms to the last process's end`,
      );
    },
  );
});

function ms(to: number | undefined, from: number): string {
  return (((to ?? Number.NaN) - from) * 1000).toFixed(0);
}
