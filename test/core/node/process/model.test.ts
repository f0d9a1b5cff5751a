import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PosixProcessControl } from '../../../../core/node/process/posix-process-control.ts';
import { randomRuns } from '../../../rig/random-runs.ts';
import { AGENT, MadeUpWorld, SESSION, type Traits } from './made-up-world.ts';

const events = fc.array(fc.nat({ max: 1_000_000 }), { minLength: 50, maxLength: 600 });
const traits = fc.record({ marks: fc.boolean(), deaf: fc.boolean(), setuid: fc.boolean() });
const operations = fc.array(fc.constantFrom('pause', 'resume', 'kill', 'wait'), { minLength: 1, maxLength: 6 });
/** What happens after the agent has been recorded and before the first operation. */
const lead = fc.nat({ max: 60 });
const RUNS = randomRuns(5000);

function make(random: readonly number[], agent: Traits) {
  const world = new MadeUpWorld(random, agent);
  const target = { process: world.identity(AGENT), sessionId: SESSION };
  return { world, target, control: new PosixProcessControl(world.surroundings()) };
}

describe('process control in a made-up world of forks, ends and reused pids', () => {
  it('never signals a process that the agent has not started', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(events, traits, operations, lead, async (random, agent, plan, before) => {
        const { world, target, control } = make(random, agent);
        world.pass(before);
        for (const step of plan) {
          if (step === 'wait') world.pass(10);
          else if (step === 'kill') seen.add(`kill: ${(await control.kill(target, { graceMs: 100 })).result}`);
          else seen.add(`${step}: ${(await control[step](target)).result}`);
        }
        expect(world.astray).toEqual([]);
      }),
      RUNS,
    );
    // The world is one in which the operations have something to do.
    for (const outcome of ['pause: done', 'resume: done', 'kill: done', 'pause: refused', 'kill: refused']) {
      expect(seen).toContain(outcome);
    }
  });

  it('leaves nothing of a marked agent alive once the world is calm', async () => {
    await fc.assert(
      fc.asyncProperty(events, fc.boolean(), lead, async (random, deaf, before) => {
        const { world, target, control } = make(random, { marks: true, deaf, setuid: false });
        world.pass(before);
        await control.kill(target, { graceMs: 100 });
        world.calm();
        await control.kill(target, { graceMs: 100 });
        expect(world.family()).toEqual([]);
        expect(world.astray).toEqual([]);
      }),
      RUNS,
    );
  });

  it('leaves nothing of a marked agent running after a pause once the world is calm', async () => {
    await fc.assert(
      fc.asyncProperty(events, lead, async (random, before) => {
        const { world, target, control } = make(random, { marks: true, deaf: false, setuid: false });
        world.pass(before);
        await control.pause(target);
        world.calm();
        const report = await control.pause(target);
        if (report.result === 'done') expect(world.family().filter(({ state }) => state === 'running')).toEqual([]);
        else expect(report.result).toBe('refused');
        expect(world.astray).toEqual([]);
      }),
      RUNS,
    );
  });
});
