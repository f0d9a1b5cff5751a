import { afterEach, describe, expect, it } from 'vitest';
import type { Target } from '../../../../core/node/process/process-control.ts';
import { waitFor } from '../../../../scripts/wait-for.ts';
import { Cleanups } from '../../../rig/cleanups.ts';
import { ProcessTree } from '../../../rig/process-tree.ts';
import { realControl } from './real-control.ts';

const OPERATIONS = ['pause', 'resume', 'kill'] as const;

describe.runIf(process.platform === 'linux')('what is never signalled', () => {
  const cleanups = new Cleanups();

  afterEach(() => cleanups.run());

  function start(script = 'writer log; true', options: ConstructorParameters<typeof ProcessTree>[1] = {}) {
    const tree = new ProcessTree(script, options);
    cleanups.add(() => tree.end());
    const real = realControl(tree);
    cleanups.add(real[Symbol.dispose]);
    return { tree, ...real };
  }

  async function expectRefusals({ control, sender }: ReturnType<typeof start>, target: Target, reason: string) {
    for (const operation of OPERATIONS) {
      const report = await (operation === 'kill' ? control.kill(target, { graceMs: 50 }) : control[operation](target));
      expect(report).toMatchObject({ result: 'refused', signalled: [] });
      expect(report.reason).toContain(reason);
      expect(report.firstSignalMs).toBeUndefined();
    }
    expect([...sender.sent, ...sender.astray]).toEqual([]);
  }

  const stranger = 'a-session-that-left-no-mark-anywhere';

  it('a live process whose pid is right and whose start time is not', async () => {
    const started = start();
    await started.tree.grown('log.log', 2);
    const { process } = started.tree.target();
    const reused = { ...process, startTime: String(Number(process.startTime) - 1) };
    await expectRefusals(started, { process: reused, sessionId: stranger }, 'is another process now');
    await started.tree.grown('log.log', 2);
  });

  it('a process recorded before the system was restarted', async () => {
    const started = start();
    await started.tree.grown('log.log', 2);
    const { process, sessionId } = started.tree.target();
    const old = { ...process, bootId: '00000000-0000-4000-8000-000000000000' };
    await expectRefusals(started, { process: old, sessionId }, 'before a restart');
    await started.tree.grown('log.log', 2);
  });

  it.runIf(process.getuid?.() === 0)('a process of another user, even where the system would allow it', async () => {
    const started = start('writer log; true', { uid: 65534 });
    await started.tree.grown('log.log', 2);
    await expectRefusals(started, started.tree.target(), 'belongs to another user');
    await started.tree.grown('log.log', 2);
  });

  it('ourselves, our ancestors and pid 1', async () => {
    const started = start();
    const identity = (pid: number): Target['process'] => {
      const info = started.table.read(pid);
      if (!info) throw new Error(`no process ${pid}`);
      return info;
    };
    await expectRefusals(started, { process: identity(process.pid), sessionId: stranger }, 'is this program itself');
    await expectRefusals(started, { process: identity(process.ppid), sessionId: stranger }, 'is an ancestor');
    await expectRefusals(started, { process: identity(1), sessionId: stranger }, 'never signalled');
  });

  it('numbers that would reach a whole group of processes', async () => {
    const started = start();
    const { process } = started.tree.target();
    for (const pid of [0, -1, -process.pid, 1.5, Number.NaN]) {
      await expectRefusals(started, { process: { ...process, pid }, sessionId: stranger }, 'never signalled');
    }
  });

  it('a process that has ended and was not yet collected by its parent', async () => {
    const started = start('sleep 0.2 & note parent; exec sleep 600');
    const parent = await started.tree.pidOf('parent');
    const zombie = await waitFor('a zombie', () =>
      started.table.list().find((row) => row.ppid === parent && row.state === 'zombie'),
    );
    await expectRefusals(started, { process: zombie, sessionId: stranger }, 'is gone');
  });
});
