import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeHandedPrices } from '../../../core/common/cost/handed-prices.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { ensureBuilt } from '../../rig/build.ts';
import { CLI, CliWorkspace, processState, type StoredSessionWriter, WatchProcess } from '../../rig/cli.ts';

beforeAll(() => ensureBuilt());

let workspace: CliWorkspace;
beforeEach(() => {
  workspace = new CliWorkspace();
  mkdirSync(join(workspace.path, '.agent-trace'));
});
afterEach(() => workspace.dispose());

const MODEL = 'my-model';

/** A million tokens of a model that no list has. */
function spend(session: StoredSessionWriter, millions: number): void {
  session.append('llm_response', { model: MODEL, usage: { output: millions * 1_000_000 } });
}

/** USD per million tokens. */
function configure(output: number): void {
  const prices = { [MODEL]: { input: 0, output } };
  workspace.write('.agent-trace/config.json', JSON.stringify({ prices }));
}

/** An alert on a call tells that all before it has been seen. */
const SEEN = { name: 'seen', condition: 'command matches "seen"', action: 'alert' };

describe('prices of the configuration that change while a watcher runs', () => {
  it('are those that a budget is held against, for what was spent before too', async () => {
    workspace.writeRules({ name: 'budget', condition: 'cost_usd > 5', action: 'pause' }, SEEN);
    const agent = workspace.startSleeper();
    const session = workspace.session('one', agent.pid);
    spend(session, 2);
    const watch = await workspace.watch();
    session.call('Bash', { command: 'seen' });
    await watch.outcome('alert');
    expect(watch.alerts.map(({ rule }) => rule)).toEqual(['seen', 'seen']);
    configure(3);
    expect(await watch.outcome('pause')).toMatchObject({ result: 'done', rule: 'budget' });
    expect(watch.alerts.find(({ type, rule }) => type === 'decision' && rule === 'budget')).toMatchObject({ value: 6 });
    expect(processState(agent.pid)).toBe('T');
  });

  it('count for the tree and for the day, sessions that have ended included', async () => {
    workspace.writeRules(
      { name: 'tree', condition: 'cost_usd_session_tree > 5', action: 'alert' },
      { name: 'day', condition: 'cost_usd_today > 8', action: 'alert' },
      SEEN,
    );
    configure(1);
    const past = workspace.session('past');
    spend(past, 2);
    past.append('session_end', {});
    const agent = workspace.startSleeper();
    const root = workspace.session('one', agent.pid);
    spend(root, 1);
    spend(workspace.session('one.a', undefined, 'one'), 1);
    const watch = await workspace.watch();
    root.call('Bash', { command: 'seen' });
    await watch.outcome('alert');
    expect(watch.alerts.every(({ rule }) => rule === 'seen')).toBe(true);
    configure(3);
    const decision = (name: string) =>
      waitFor(`the rule ${name}`, () => watch.alerts.find(({ type, rule }) => type === 'decision' && rule === name));
    expect(await decision('tree')).toMatchObject({ session_id: 'one', value: 6 });
    expect(await decision('day')).toMatchObject({ value: 12 });
  });
});

describe('prices that the program hands on which has started the watcher', () => {
  it('come before those of the configuration', async () => {
    workspace.writeRules({ name: 'budget', condition: 'cost_usd > 5', action: 'pause' }, SEEN);
    configure(1);
    const agent = workspace.startSleeper();
    const session = workspace.session('one', agent.pid);
    spend(session, 2);
    const child = workspace.startFed(process.execPath, [CLI, 'watch', '--json', '--until-stdin-ends']);
    const watch = new WatchProcess(child);
    await waitFor('the watcher to be ready', () => watch.stderr.includes('watching '));
    child.stdin?.write('not a line of prices\n');
    child.stdin?.write(encodeHandedPrices({ [MODEL]: { input: 0, output: 4 } }));
    await watch.outcome('pause');
    expect(watch.alerts.find(({ type }) => type === 'decision')).toMatchObject({ value: 8 });
    child.stdin?.end();
    await waitFor('the watcher to end', () => watch.ended);
    expect(child.exitCode).toBe(0);
  });
});
