import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '../../../../scripts/wait-for.ts';
import { Cleanups } from '../../../rig/cleanups.ts';
import { ProcessTree } from '../../../rig/process-tree.ts';
import { realControl } from './real-control.ts';

const ORPHAN = `( setsid nohup bash -c 'sleep 0.05; writer orphan; true' > /dev/null 2>&1 & )`;
const SHELLS = `setsid bash -c 'writer shell; true' & writer background &`;
/** Ends as agents do: closes its session at SIGTERM, and leaves its shells to themselves. */
const CLOSES = `trap 'echo closed > closed; exit 143' TERM`;
const WAITS = `while :; do sleep 600 & wait $!; done`;
/** Waits with no process but itself. */
const ALONE = 'mkfifo idle; exec 9<>idle; note agent; read -u 9';
const AS_NOBODY = 'chmod 777 . && setpriv --reuid=65534 --regid=65534 --clear-groups';

describe.runIf(process.platform === 'linux')('kill of a real process tree', () => {
  const cleanups = new Cleanups();

  afterEach(() => cleanups.run());

  function start(script: string) {
    const tree = new ProcessTree(script);
    cleanups.add(() => tree.end());
    const real = realControl(tree);
    cleanups.add(() => {
      real[Symbol.dispose]();
      expect(real.sender.astray).toEqual([]);
    });
    return { tree, ...real };
  }

  it('lets the agent close its session and leaves nothing running, no orphan, no background shell', async () => {
    const { tree, control, lists } = start(`${CLOSES}; ${SHELLS} ${ORPHAN}; note agent; ${WAITS}`);
    for (const name of ['shell', 'orphan', 'background']) await tree.grown(`${name}.log`, 4);
    const target = tree.target();

    const report = await control.kill(target);

    expect(tree.alive()).toEqual([]);
    expect(tree.read('closed')).toBe('closed\n');
    expect(report).toMatchObject({ result: 'done' });
    expect(report.reason).toContain('closed by itself');
    expect(report.signalled.every(({ state }) => state === 'gone')).toBe(true);
    expect(report.signalled[0]).toMatchObject({ pid: tree.pid, signals: ['SIGSTOP', 'SIGTERM', 'SIGCONT'] });
    for (const name of ['shell', 'orphan', 'background']) {
      const pid = await tree.pidOf(name);
      expect(report.signalled).toContainEqual({ pid, name: 'bash', signals: ['SIGSTOP', 'SIGKILL'], state: 'gone' });
    }
    expect(lists.read(target.process)).toBeUndefined();
  });

  it('keeps the children frozen while the agent closes: they write nothing after the decision', async () => {
    const { tree, control } = start(`
      trap 'stat -c %s shell.log > size-at-close; sleep 0.3; stat -c %s shell.log > size-after; exit 0' TERM
      ${SHELLS} note agent; ${WAITS}
    `);
    await tree.grown('shell.log', 4);
    expect(await control.kill(tree.target())).toMatchObject({ result: 'done' });
    expect(tree.read('size-after')).toMatch(/^\d+\n$/);
    expect(tree.read('size-after')).toBe(tree.read('size-at-close'));
  });

  it('ends an agent that does not close when the grace is over', async () => {
    const { tree, control } = start(`trap 'echo asked > asked' TERM; ${SHELLS} note agent; ${WAITS}`);
    await tree.grown('shell.log', 2);
    const report = await control.kill(tree.target(), { graceMs: 200 });
    expect(report).toMatchObject({ result: 'done' });
    expect(report.reason).toContain('did not close within 200 ms');
    expect(tree.read('asked')).toBe('asked\n');
    expect(tree.alive()).toEqual([]);
  });

  it('gives no grace to an agent that ignores SIGTERM', async () => {
    const { tree, control, sender } = start(`trap '' TERM; ${SHELLS} note agent; ${WAITS}`);
    await tree.grown('shell.log', 2);
    const report = await control.kill(tree.target(), { graceMs: 600_000 });
    expect(report).toMatchObject({ result: 'done' });
    expect(report.reason).toContain('ignores SIGTERM');
    expect(sender.to(tree.pid)).toEqual(['SIGSTOP', 'SIGKILL']);
    expect(tree.alive()).toEqual([]);
  });

  it('ends what the agent starts while it closes', async () => {
    const { tree, control } = start(`
      trap 'env -u AGENT_TRACE_SESSION setsid bash -c "note late; while :; do sleep 1; done" & while [ ! -e late.pid ]; do sleep 0.01; done; sleep 0.1; exit 0' TERM
      note agent; ${WAITS}
    `);
    await tree.pidOf('agent');
    const report = await control.kill(tree.target());
    expect(report).toMatchObject({ result: 'done' });
    expect(report.signalled.map(({ pid }) => pid)).toContain(await tree.pidOf('late'));
    expect(tree.alive()).toEqual([]);
  });

  it('ends a tree that forks all the time', async () => {
    const { tree, control } = start(`
      breed() { while :; do ( echo x >> breed.log; sleep 0.004; ) & sleep 0.002; done; }
      export -f breed
      setsid bash -c breed & bash -c breed & note agent; wait
    `);
    await tree.grown('breed.log', 40);
    expect(await control.kill(tree.target(), { graceMs: 200 })).toMatchObject({ result: 'done' });
    expect(tree.alive()).toEqual([]);
  });

  it('ends a paused agent, which closes its session first', async () => {
    const { tree, control } = start(`${CLOSES}; ${SHELLS} ${ORPHAN}; note agent; ${WAITS}`);
    await tree.grown('orphan.log', 2);
    await control.pause(tree.target());
    const report = await control.kill(tree.target());
    expect(report).toMatchObject({ result: 'done' });
    expect(tree.read('closed')).toBe('closed\n');
    expect(tree.alive()).toEqual([]);
  });

  it('is not undone by a resume that comes while it is under way', async () => {
    const { tree, control, sender } = start(`
      trap 'echo asked > asked; sleep 0.3; exit 0' TERM; ${SHELLS} note agent; ${WAITS}
    `);
    await tree.grown('shell.log', 2);
    const target = tree.target();
    const killed = control.kill(target);
    await waitFor('the question to the agent', () => tree.read('asked'));
    expect(await control.resume(target)).toMatchObject({ result: 'refused', reason: `pid ${tree.pid} is gone` });
    expect(await killed).toMatchObject({ result: 'done' });
    expect(sender.to(await tree.pidOf('shell'))).toEqual(['SIGSTOP', 'SIGKILL']);
  });

  it('ends an agent that somebody else has stopped', async () => {
    const { tree, control, table } = start(`${CLOSES}; ${SHELLS} note agent; ${WAITS}`);
    await tree.grown('shell.log', 2);
    process.kill(tree.pid, 'SIGSTOP');
    await waitFor('the stop', () => table.read(tree.pid)?.state === 'stopped');
    expect(await control.kill(tree.target())).toMatchObject({ result: 'done' });
    expect(tree.read('closed')).toBe('closed\n');
    expect(tree.alive()).toEqual([]);
  });

  it('signals nothing when the agent died between the decision and the signal', async () => {
    const { tree, control, sender } = start(ALONE);
    await tree.pidOf('agent');
    const target = tree.target();
    process.kill(tree.pid, 'SIGKILL');
    await waitFor('the end of the agent', () => !tree.has(tree.pid));
    for (const operation of ['pause', 'resume', 'kill'] as const) {
      const report = await control[operation](target);
      expect(report).toMatchObject({ result: 'refused', signalled: [], reason: `pid ${tree.pid} is gone` });
      expect(report.firstSignalMs).toBeUndefined();
    }
    expect(sender.sent).toEqual([]);
  });

  it('ends the marked orphans of an agent that is gone', async () => {
    const { tree, control } = start(`sleep 0.05; ${SHELLS} ${ORPHAN}; note agent; ${WAITS}`);
    for (const name of ['shell', 'orphan', 'background']) await tree.grown(`${name}.log`, 4);
    const target = tree.target();
    process.kill(tree.pid, 'SIGKILL');
    await waitFor('the end of the agent', () => !tree.has(tree.pid));
    const report = await control.kill(target);
    expect(report).toMatchObject({ result: 'done' });
    expect(report.reason).toContain('left behind');
    expect(tree.alive()).toEqual([]);
  });

  it('ends what it had frozen of an agent that died while paused, marked or not', async () => {
    const { tree, control, restarted } = start(`
      env -u AGENT_TRACE_SESSION setsid bash -c 'writer unmarked; true' & note agent; ${WAITS}
    `);
    await tree.grown('unmarked.log', 4);
    const target = tree.target();
    await control.pause(target);
    process.kill(tree.pid, 'SIGKILL');
    await waitFor('the end of the agent', () => !tree.has(tree.pid));
    expect(await restarted().resume(target)).toMatchObject({
      result: 'refused',
      reason: expect.stringContaining('`agent-trace kill` ends them'),
    });
    expect(await restarted().kill(target)).toMatchObject({ result: 'done' });
    expect(tree.alive()).toEqual([]);
  });

  it('does not touch the shells of a later process of the same session', async () => {
    const first = start(ALONE);
    await first.tree.pidOf('agent');
    const target = first.tree.target();
    process.kill(first.tree.pid, 'SIGKILL');
    await waitFor('the end of the agent', () => !first.tree.has(first.tree.pid));
    // The resumed session: its agent has no mark of its own, its shells do.
    const second = start(
      `note agent; AGENT_TRACE_SESSION=${target.sessionId} setsid bash -c 'writer shell; true' & wait`,
    );
    await second.tree.grown('shell.log', 4);
    await second.control.kill(target);
    expect(second.sender.sent).toEqual([]);
    await second.tree.grown('shell.log', 4);
  });

  it.runIf(process.getuid?.() === 0)('says so when a member belongs to another user, and ends the rest', async () => {
    const { tree, control, sender } = start(`
      ${SHELLS} ${AS_NOBODY} bash -c 'note foreign; while :; do sleep 0.1; done' & note agent; ${WAITS}
    `);
    const foreign = await tree.pidOf('foreign');
    await tree.grown('shell.log', 2);
    const report = await control.kill(tree.target(), { graceMs: 200 });
    expect(report.result).toBe('partial');
    expect(report.reason).toContain(`pid ${foreign} (bash) belongs to another user`);
    expect(sender.to(foreign)).toEqual([]);
    expect(tree.has(await tree.pidOf('shell'))).toBe(false);
  });
});
