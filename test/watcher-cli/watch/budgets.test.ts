import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CliWorkspace, processState, type StoredSessionWriter } from '../../rig/cli.ts';

let workspace: CliWorkspace;
beforeEach(() => {
  workspace = new CliWorkspace();
});
afterEach(() => workspace.dispose());

const MODEL = 'claude-opus-4-8';
/** 40,000 tokens of output are one dollar. */
function spend(session: StoredSessionWriter, usd: number, id?: string): void {
  const more = { ...(id === undefined ? {} : { event_id: id }) };
  session.append('llm_response', { model: MODEL, usage: { output: usd * 40_000 } }, more);
}

describe('a budget of a tree', () => {
  const LAST = { name: 'last', condition: 'command matches "last"', action: 'alert' };
  const TREE = { name: 'tree', condition: 'cost_usd_session_tree > $5', action: 'pause' };

  it('stops the process of the session when a subagent spends what is left, and once', async () => {
    workspace.writeRules(TREE, LAST);
    const agent = workspace.startSleeper();
    const root = workspace.session('one', agent.pid);
    const sub = workspace.session('one.a', undefined, 'one');
    const watch = await workspace.watch();
    spend(sub, 1.5);
    spend(root, 3);
    // An alert tells that all before it has been seen: from here on only the subagent does anything.
    root.call('Bash', { command: 'last' });
    await watch.outcome('alert');
    spend(sub, 1);
    const paused = await watch.outcome('pause');
    expect(paused).toMatchObject({ result: 'done', rule: 'tree', session_id: 'one' });
    expect(processState(agent.pid)).toBe('T');
    const decision = watch.alerts.find(({ type, action }) => type === 'decision' && action === 'pause');
    expect(decision).toMatchObject({ value: 5.5, threshold: 5, session_id: 'one' });

    expect((await workspace.run('resume', 'one')).code).toBe(0);
    spend(sub, 1);
    spend(root, 1);
    const call = root.call('Bash', { command: 'last' });
    await waitFor('the second alert', () => watch.alerts.some(({ event_id }) => event_id === call.event_id));
    expect(watch.alerts.filter(({ type, action }) => type === 'decision' && action === 'pause')).toHaveLength(1);
    expect(processState(agent.pid)).not.toBe('T');
  });

  it('counts a request that both report once', async () => {
    workspace.writeRules(TREE, LAST);
    const agent = workspace.startSleeper();
    const root = workspace.session('one', agent.pid);
    const sub = workspace.session('one.a', undefined, 'one');
    const watch = await workspace.watch();
    spend(root, 3, 'llm-same');
    spend(sub, 3, 'llm-same');
    sub.call('Bash', { command: 'last' });
    await watch.outcome('alert');
    expect(watch.alerts.map(({ rule }) => rule)).not.toContain('tree');
  });
});

describe('a budget of a day', () => {
  const DAY = { name: 'day', condition: 'cost_usd_today > 5', action: 'kill' };

  it('counts sessions that have ended, and stops each that goes on, and only those', async () => {
    workspace.writeRules(DAY);
    const past = workspace.session('past');
    spend(past, 4);
    past.append('session_end', {});
    const [first, second, third] = [workspace.startSleeper(), workspace.startSleeper(), workspace.startSleeper()];
    const one = workspace.session('one', first.pid);
    const two = workspace.session('two', second.pid);
    workspace.session('three', third.pid);
    const watch = await workspace.watch();
    spend(one, 1.5);
    const killed = await watch.outcome('kill');
    expect(killed).toMatchObject({ result: 'done', rule: 'day', session_id: 'one' });
    await waitFor('the first agent to be gone', () => first.signalCode !== null || first.exitCode !== null);
    expect(watch.alerts[0]).toMatchObject({ value: 5.5, period: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) });

    two.call('Bash', { command: 'true' });
    await waitFor('the second agent to be gone', () => second.signalCode !== null || second.exitCode !== null);
    expect(processState(third.pid)).toBe('S');
  });

  it('leaves out what was spent on another day', async () => {
    workspace.writeRules(DAY, { condition: 'command matches "last"', action: 'alert' });
    const agent = workspace.startSleeper();
    const session = workspace.session('one', agent.pid);
    const watch = await workspace.watch();
    const usage = { output: 40_000 * 9 };
    session.append('llm_response', { model: MODEL, usage }, { timestamp: Date.now() / 1000 - 2 * 24 * 3600 });
    session.call('Bash', { command: 'last' });
    await watch.outcome('alert');
    expect(watch.alerts.map(({ rule }) => rule)).not.toContain('day');
  });
});
