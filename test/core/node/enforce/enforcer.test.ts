import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Alert, Decision } from '../../../../core/common/protocol/alert.ts';
import { Enforcer } from '../../../../core/node/enforce/enforcer.ts';
import { findTarget } from '../../../../core/node/enforce/find-target.ts';
import { systemProcessControl } from '../../../../core/node/process/system-process-control.ts';
import { waitFor } from '../../../../scripts/wait-for.ts';
import { CliWorkspace, processState } from '../../../rig/cli.ts';

let workspace: CliWorkspace;
let announced: Alert[];

beforeEach(() => {
  workspace = new CliWorkspace();
  announced = [];
});

afterEach(() => workspace.dispose());

function enforcer(): Enforcer {
  return new Enforcer({
    control: systemProcessControl(workspace.runtime),
    findTarget: (id) => findTarget(workspace.runtime, workspace.store, id),
    announce: (alert) => announced.push(alert),
    now: () => 1_795_000_000,
  });
}

const decision = (more: Partial<Decision> = {}): Decision => ({
  ...{ type: 'decision', decision_id: 'd1', session_id: 'one', event_id: 'e1', rule: 'r', action: 'pause' },
  ...{ mode: 'enforce', at: 1_795_000_000, message: 'too much' },
  ...more,
});

/** Of decisions on one event. */
async function outcomes(of: Enforcer, ...decisions: Decision[]): Promise<string[]> {
  const kill = decisions[0]?.action === 'kill' ? of.enforce(decisions[0]) : undefined;
  const rest = decisions.slice(kill ? 1 : 0).map((each) => of.enforce(each, { kill }));
  const done = await Promise.all([...(kill ? [kill] : []), ...rest]);
  return done.map(({ action, result, reason }) => `${action} ${result}: ${reason}`);
}

describe('a decision', () => {
  it('is announced before it is carried out, and then what came of it', async () => {
    const agent = workspace.startSleeper();
    workspace.session('one', agent.pid);
    const enforcing = enforcer().enforce(decision());
    expect(announced).toEqual([decision()]);
    const outcome = await enforcing;
    expect(outcome).toMatchObject({ decision_id: 'd1', event_id: 'e1', rule: 'r', action: 'pause', result: 'done' });
    expect(announced).toEqual([decision(), outcome]);
    expect(processState(agent.pid)).toBe('T');
  });

  it('signals nothing in monitor mode, while what a user asks for is done', async () => {
    const agent = workspace.startSleeper();
    workspace.session('one', agent.pid);
    const monitoring = enforcer();
    const results = await outcomes(monitoring, decision({ mode: 'monitor' }));
    expect(results).toEqual(['pause monitor: nothing is done in this mode: would pause the agent']);
    expect(processState(agent.pid)).not.toBe('T');
    expect(await monitoring.command('pause', 'one')).toMatchObject({ result: 'done', decision_id: '', rule: '' });
    expect(processState(agent.pid)).toBe('T');
  });

  it('to alert needs no process', async () => {
    workspace.session('one');
    expect(await outcomes(enforcer(), decision({ action: 'alert' }))).toEqual(['alert done: alert given']);
  });

  it('to pause is not carried out beside a stricter one that was, and is when nothing came of that', async () => {
    const agent = workspace.startSleeper();
    workspace.session('one', agent.pid);
    const kill = decision({ decision_id: 'd2', rule: 'strict', action: 'kill' });
    const refused = { ...kill, session_id: 'nobody' };
    expect(await outcomes(enforcer(), refused, decision())).toEqual([
      expect.stringMatching(/^kill refused: /),
      'pause done: 1 process stopped',
    ]);
    expect(await outcomes(enforcer(), kill, decision())).toEqual([
      expect.stringMatching(/^kill done: /),
      'pause superseded: rule strict ended the agent',
    ]);
  });

  it('about a call that nobody held says so, and signals nothing', async () => {
    const agent = workspace.startSleeper();
    workspace.session('one', agent.pid);
    const late = [
      decision({ action: 'deny' }),
      decision({ action: 'ask' }),
      decision({ action: 'ask', mode: 'monitor' }),
    ];
    expect(await outcomes(enforcer(), ...late)).toEqual([
      'deny late: the call was not held, and may have run',
      'ask late: nobody was asked: the call was not held, and may have run',
      'ask monitor: nothing is done in this mode: would ask about the call',
    ]);
    expect(processState(agent.pid)).not.toBe('T');
  });
});

describe('what is asked of one process', () => {
  it('is done one after the other, for a session and its subagents alike', async () => {
    const agent = workspace.startSleeper();
    workspace.session('one', agent.pid);
    const subagent = workspace.session('one.a1');
    const meta = { session_id: 'one.a1', started_at: 1, parent_session_id: 'one' };
    writeFileSync(join(subagent.folder, 'meta.json'), JSON.stringify(meta));
    const working = enforcer();
    const asked = [
      working.command('pause', 'one'),
      working.command('resume', 'one.a1'),
      working.command('pause', 'one.a1'),
      working.command('resume', 'one'),
    ];
    const outcomes = await Promise.all(asked);
    expect(outcomes.map(({ result, reason }) => `${result}: ${reason}`)).toEqual([
      'done: 1 process stopped',
      'done: 1 process continued',
      'done: 1 process stopped',
      'done: 1 process continued',
    ]);
    expect(announced).toEqual(outcomes);
    await waitFor('the agent to go on', () => processState(agent.pid) === 'S');
  });
});
