import { randomInt } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { asRecord, asString } from '../../core/common/json.ts';
import { ensureBuilt } from '../rig/build.ts';
import { storedSessions } from '../rig/claude/stored-session.ts';
import { Cleanups } from '../rig/cleanups.ts';
import type { AgentCli } from '../rig/scripted-agent/agent-cli.ts';
import { startGuarded } from '../rig/scripted-agent/guarded-agent.ts';
import type { Step } from '../rig/scripted-agent/scripted-model.ts';

/** Breaches of each kind: `AGENT_TRACE_BREACHES=200` for as many as one can trust. */
const BREACHES = Number(process.env['AGENT_TRACE_BREACHES'] ?? 20);
/** In one session of the agent. */
const BREACHES_A_RUN = Math.min(BREACHES, 20);
const RUNS = Math.ceil(BREACHES / BREACHES_A_RUN);
const INSTALL_DEADLINE_MS = 15 * 60_000;
const DEADLINE_MS = 180_000 + RUNS * 180_000;
/** Longest life of a watcher that is killed, and longest time without one. Milliseconds. */
const LIFE_MS = 900;
const GAP_MS = 300;
/** What is promised is that nothing is missed, not how soon a busy machine answers. */
const PATIENT = { answer_within_ms: 20_000 };
/** Needs the session, so that the hook cannot hold calls against it alone. */
const RULE = { name: 'forbidden', when: 'command.contains("forbidden") && tool_calls > 0', action: 'deny' };

const leaves = (file: string): Step => ({ shell: `echo done > ${file}` });

/** Calls that break the rule, each after none to two that do not. */
function script(): { readonly steps: readonly Step[]; readonly allowed: readonly string[] } {
  const steps: Step[] = [];
  const allowed: string[] = [];
  for (let breach = 0; breach < BREACHES_A_RUN; breach++) {
    for (let before = randomInt(3); before > 0; before--) {
      const file = `allowed-${allowed.length}`;
      allowed.push(file);
      steps.push(leaves(file));
    }
    steps.push(leaves(`forbidden-${breach}`));
  }
  return { steps, allowed };
}

function left(workspace: string, prefix: string): readonly string[] {
  return readdirSync(workspace).filter((name) => name.startsWith(prefix));
}

/** Of the calls that ran, those of which the record does not say that they ran unguarded; and how often it says so. */
function unsaid(workspace: string, ran: readonly string[]): { readonly said: number; readonly missing: unknown[] } {
  const events = storedSessions(workspace).flatMap((session) => session.events);
  const said = new Set(events.filter(({ data }) => data['unguarded']).map(({ parent_id }) => parent_id));
  const calls = events.filter(({ event_type }) => event_type === 'tool_call');
  const command = (args: unknown): string => asString(asRecord(args)?.['command']) ?? '';
  const missing = ran.filter(
    (file) =>
      !calls.some(({ event_id, data }) => said.has(event_id) && command(data['arguments']).endsWith(` ${file}`)),
  );
  return { said: said.size, missing };
}

/** Tests that calls of this agent which break a rule have no effect, and what becomes of them when watchers die. */
export function testBreaches(cli: AgentCli): void {
  const cleanups = new Cleanups();

  beforeAll(() => ensureBuilt());

  afterEach(() => cleanups.run());

  describe(cli.name, () => {
    beforeAll(() => cli.install(), INSTALL_DEADLINE_MS);

    test(`runs none of ${RUNS * BREACHES_A_RUN} calls that break a rule`, { timeout: DEADLINE_MS }, async () => {
      let denied = 0;
      for (let run = 0; run < RUNS; run++) {
        const { steps, allowed } = script();
        const { running, watch } = await startGuarded(cli, steps, { ...PATIENT, rules: [RULE] }, cleanups);
        const exit = await running.done;
        expect(exit, exit.stderr).toMatchObject({ code: 0 });
        expect(left(running.workspace, 'forbidden')).toEqual([]);
        expect(left(running.workspace, 'allowed').toSorted()).toEqual(allowed.toSorted());
        denied += watch.outcomes.filter(({ action, result }) => action === 'deny' && result === 'done').length;
        await cleanups.run();
      }
      expect(denied).toBe(RUNS * BREACHES_A_RUN);
    });

    test.each(['closed', 'open'] as const)(
      `does as \`fail: %s\` says of ${RUNS * BREACHES_A_RUN} such calls while watchers are killed at random moments`,
      { timeout: DEADLINE_MS },
      async (fail) => {
        const counts = { kills: 0, ran: 0, said: 0 };
        for (let run = 0; run < RUNS; run++) {
          const guarded = await startGuarded(cli, script().steps, { fail, rules: [RULE] }, cleanups);
          const { workspace, done } = guarded.running;
          let isOver = false;
          void done.then(() => {
            isOver = true;
          });
          for (let { watch } = guarded; !isOver; watch = await guarded.watchAgain()) {
            await sleep(randomInt(LIFE_MS));
            process.kill(watch.pid, 'SIGKILL');
            counts.kills++;
            await sleep(randomInt(GAP_MS));
          }
          const exit = await done;
          expect(exit, exit.stderr).toMatchObject({ code: 0 });
          const ran = left(workspace, 'forbidden');
          const { said, missing } = unsaid(workspace, ran);
          expect(missing).toEqual([]);
          if (fail === 'closed') expect(ran).toEqual([]);
          counts.ran += ran.length;
          counts.said += said;
          await cleanups.run();
        }
        console.log(
          `${cli.name}, fail ${fail}: ${counts.kills} watchers killed, ${counts.ran} calls ran, ${counts.said} unguarded`,
        );
      },
    );
  });
}
