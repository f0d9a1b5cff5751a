import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ControlReport } from '../../../../core/node/process/process-control.ts';
import { waitFor } from '../../../../scripts/wait-for.ts';
import { Cleanups } from '../../../rig/cleanups.ts';
import { ProcessTree } from '../../../rig/process-tree.ts';
import { realControl } from './real-control.ts';

/** An agent with a shell in a session of its own, one in the background, and one that lost its parent. */
const FAMILY = `
note agent
setsid bash -c 'writer shell; true' &
( setsid nohup bash -c 'writer orphan; true' > /dev/null 2>&1 & )
writer background &
wait
`;

describe.runIf(process.platform === 'linux')('pause and resume of a real process tree', () => {
  const cleanups = new Cleanups();
  let bystander: ProcessTree;

  beforeEach(async () => {
    bystander = start('writer clock');
    await bystander.grown('clock.log', 2);
  });

  afterEach(() => cleanups.run());

  function start(script: string, options: ConstructorParameters<typeof ProcessTree>[1] = {}): ProcessTree {
    const tree = new ProcessTree(script, options);
    cleanups.add(() => tree.end());
    return tree;
  }

  function controlOf(tree: ProcessTree) {
    const real = realControl(tree);
    cleanups.add(() => {
      real[Symbol.dispose]();
      expect(real.sender.astray).toEqual([]);
    });
    return real;
  }

  /** Not one byte, while a process outside the tree writes on. */
  async function expectSilence(tree: ProcessTree): Promise<void> {
    const before = tree.sizeOfAll();
    await bystander.grown('clock.log', 40);
    expect(tree.sizeOfAll()).toBe(before);
  }

  function states(report: ControlReport): ReadonlySet<string> {
    return new Set(report.signalled.map(({ state }) => state));
  }

  it('stops the agent, its shells in other sessions and its orphans; not one byte is written while it is paused', async () => {
    const tree = start(FAMILY);
    const { control } = controlOf(tree);
    for (const name of ['shell', 'orphan', 'background']) await tree.grown(`${name}.log`, 4);

    const report = await control.pause(tree.target());

    expect(report).toMatchObject({ result: 'done' });
    expect(report.signalled[0]).toMatchObject({ pid: tree.pid, name: 'bash', signals: ['SIGSTOP'], state: 'stopped' });
    expect(report.firstSignalMs).toBeGreaterThanOrEqual(0);
    const signalled = report.signalled.map(({ pid }) => pid);
    for (const name of ['shell', 'orphan', 'background']) expect(signalled).toContain(await tree.pidOf(name));
    expect([...signalled].sort()).toEqual([...tree.alive()].sort());
    await expectSilence(tree);

    expect(await control.resume(tree.target())).toMatchObject({ result: 'done' });
    for (const name of ['shell', 'orphan', 'background']) await tree.grown(`${name}.log`, 4);
  });

  it('finishes its work after a resume as if nothing had happened', async () => {
    const tree = start(`
      note agent
      for i in $(seq 60); do echo "$i" >> work.log; sleep 0.02; done
      echo finished > result
      while :; do sleep 0.1; done
    `);
    const { control } = controlOf(tree);
    await tree.grown('work.log', 6);
    await control.pause(tree.target());
    await expectSilence(tree);
    await control.resume(tree.target());
    await waitFor('the end of the work', () => tree.read('result') === 'finished\n');
    expect(tree.read('work.log')).toBe(Array.from({ length: 60 }, (_, i) => `${i + 1}\n`).join(''));
  });

  it('stops a tree that forks while it is being frozen', async () => {
    const tree = start(`
      note agent
      breed() { while :; do ( echo x >> breed.log; sleep 0.004; ) & sleep 0.002; done; }
      export -f breed
      setsid bash -c 'note one; breed' &
      bash -c 'note two; breed' &
      wait
    `);
    const { control } = controlOf(tree);
    await tree.grown('breed.log', 40);
    const report = await control.pause(tree.target());
    expect(report).toMatchObject({ result: 'done' });
    await expectSilence(tree);
    expect(await control.resume(tree.target())).toMatchObject({ result: 'done' });
    await tree.grown('breed.log', 40);
  });

  it('sends nothing to what is paused already', async () => {
    const tree = start(FAMILY);
    const { control, sender } = controlOf(tree);
    await tree.grown('shell.log', 2);
    await control.pause(tree.target());
    const sent = sender.sent.length;
    expect(await control.pause(tree.target())).toMatchObject({ result: 'done', signalled: [] });
    expect(sender.sent.length).toBe(sent);
  });

  it('continues children first and the agent last', async () => {
    const tree = start(FAMILY);
    const { control, sender } = controlOf(tree);
    await tree.grown('orphan.log', 2);
    await control.pause(tree.target());
    const stopped = sender.sent.map(({ pid }) => pid);
    sender.sent.length = 0;
    await control.resume(tree.target());
    expect(sender.sent.map(({ pid }) => pid)).toEqual([...stopped].reverse());
    expect(new Set(sender.sent.map(({ signal }) => signal))).toEqual(new Set(['SIGCONT']));
  });

  it('leaves a process alone that was stopped before the pause by somebody else', async () => {
    const tree = start(`note agent; writer idle & writer busy & wait`);
    const { control, sender, table } = controlOf(tree);
    await tree.grown('busy.log', 2);
    const idle = await tree.pidOf('idle');
    process.kill(idle, 'SIGSTOP');
    await waitFor('the stop', () => table.read(idle)?.state === 'stopped');
    await control.pause(tree.target());
    const report = await control.resume(tree.target());
    expect(report.result).toBe('done');
    expect(report.reason).toContain(`left as it was, since something else stopped it: pid ${idle} (bash)`);
    expect(sender.to(idle)).toEqual([]);
    expect(table.read(idle)?.state).toBe('stopped');
    await tree.grown('busy.log', 4);
  });

  it('is continued by another process control that knows only the runtime folder', async () => {
    const tree = start(FAMILY);
    const { control, restarted } = controlOf(tree);
    await tree.grown('shell.log', 2);
    await control.pause(tree.target());
    const report = await restarted().resume(tree.target());
    expect(report).toMatchObject({ result: 'done' });
    expect(states(report)).not.toContain('stopped');
    for (const name of ['shell', 'orphan', 'background']) await tree.grown(`${name}.log`, 4);
  });

  it('continues every stopped member of the tree when the list of them is lost', async () => {
    const tree = start(FAMILY);
    const { control, lists } = controlOf(tree);
    await tree.grown('shell.log', 2);
    const target = tree.target();
    await control.pause(target);
    lists.remove(target.process);
    expect(await control.resume(target)).toMatchObject({ result: 'done' });
    for (const name of ['shell', 'orphan', 'background']) await tree.grown(`${name}.log`, 4);
  });

  it('has nothing to do in the resume of an agent that runs', async () => {
    const tree = start(FAMILY);
    const { control } = controlOf(tree);
    await tree.grown('shell.log', 2);
    expect(await control.resume(tree.target())).toMatchObject({ result: 'done', signalled: [] });
  });

  it('runs operations on one agent one after another', async () => {
    const tree = start(FAMILY);
    const { control, table } = controlOf(tree);
    await tree.grown('shell.log', 2);
    const target = tree.target();
    const [pause, resume, again] = await Promise.all([
      control.pause(target),
      control.resume(target),
      control.pause(target),
    ]);
    expect([pause.result, resume.result, again.result]).toEqual(['done', 'done', 'done']);
    expect(table.read(tree.pid)?.state).toBe('stopped');
    await expectSilence(tree);
  });

  it('sends the first signal before the call returns', async () => {
    const tree = start('note agent; writer log; true');
    const { control, sender } = controlOf(tree);
    await tree.grown('log.log', 2);
    const paused = control.pause(tree.target());
    expect(sender.sent).toEqual([{ pid: tree.pid, signal: 'SIGSTOP' }]);
    await paused;
  });

  it.runIf(process.getuid?.() === 0)('says so when a member belongs to another user, and leaves it alone', async () => {
    const tree = start(`
      note agent
      ${AS_NOBODY} bash -c 'note foreign; while :; do sleep 0.1; done' &
      writer own
    `);
    const { control, sender, table } = controlOf(tree);
    await tree.grown('own.log', 2);
    const foreign = await tree.pidOf('foreign');
    const report = await control.pause(tree.target());
    expect(report.result).toBe('partial');
    expect(report.reason).toContain(`pid ${foreign} (bash) belongs to another user`);
    expect(sender.to(foreign)).toEqual([]);
    expect(table.read(foreign)?.state).toBe('running');
  });
});

const AS_NOBODY = 'chmod 777 . && setpriv --reuid=65534 --regid=65534 --clear-groups';
