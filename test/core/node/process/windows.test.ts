import { describe, expect, it } from 'vitest';
import type { ProcessTable } from '../../../../core/node/process/process-table.ts';
import { WindowsProcessControl } from '../../../../core/node/process/windows-process-control.ts';
import { windowsProcessTable } from '../../../../core/node/process/windows-process-table.ts';

/** Lines of the form the query asks for: pid, parent, creation (file time), name. */
const BEFORE = [
  '4,0,133760000000000000,System',
  '400,4,133760000100000000,ide.exe',
  '500,400,133760000200000000,claude.exe',
  '510,500,133760000300000000,bash.exe',
  '520,510,133760000400000000,node.exe',
  '600,1,133760000500000000,AgentTrace.exe',
  // Its parent had pid 500 before the agent got it.
  '450,500,133760000150000000,word.exe',
  '',
  'Get-CimInstance : something went wrong',
].join('\r\n');

class FakeWindows {
  output = BEFORE;
  readonly killed: (readonly string[])[] = [];
  /** Pids that taskkill without /F ends. */
  polite: readonly string[] = [];
  /** Pids that nothing ends. */
  immortal: readonly string[] = [];
  now = 0;

  readonly table: ProcessTable = windowsProcessTable((_file, args) => {
    const filter = /ProcessId=(\d+)/.exec(args.at(-1) ?? '')?.[1];
    return filter
      ? this.output
          .split('\r\n')
          .filter((line) => line.startsWith(`${filter},`))
          .join('\r\n')
      : this.output;
  });

  readonly control = new WindowsProcessControl({
    table: this.table,
    self: { pid: 600, uid: 0, ancestors: [] },
    timing: {
      now: () => this.now,
      sleep: async (ms) => {
        this.now += ms;
      },
    },
    taskkill: async (args) => {
      this.killed.push(args);
      const pids = args.filter((arg) => /^\d+$/.test(arg));
      const ended = pids.filter(
        (pid) => !this.immortal.includes(pid) && (args.includes('/F') || this.polite.includes(pid)),
      );
      this.output = this.output
        .split('\r\n')
        .filter((line) => !ended.some((pid) => line.startsWith(`${pid},`)))
        .join('\r\n');
      return ended.length === pids.length;
    },
  });

  target() {
    return { process: { pid: 500, startTime: '133760000200000000', bootId: '' }, sessionId: 'abc' };
  }
}

describe('windowsProcessTable', () => {
  it('reads what Win32_Process tells', () => {
    const { table } = new FakeWindows();
    expect(table.read(500)).toEqual({
      pid: 500,
      ppid: 400,
      uid: 0,
      name: 'claude.exe',
      state: 'running',
      pgid: 0,
      sid: 0,
      hasTerminal: false,
      foreground: false,
      startTime: '133760000200000000',
      bootId: '',
    });
    expect(table.list().map(({ pid }) => pid)).toEqual([4, 400, 500, 510, 520, 600, 450]);
    expect(table.read(999)).toBeUndefined();
  });
});

describe('WindowsProcessControl', () => {
  it('says plainly that it cannot freeze', async () => {
    const { control, killed } = new FakeWindows();
    for (const report of [await control.pause(), await control.resume()]) {
      expect(report).toMatchObject({ result: 'failed', signalled: [] });
      expect(report.reason).toContain('Windows cannot freeze');
    }
    expect(killed).toEqual([]);
  });

  it('asks the agent, then ends its tree, and nothing that only looks like a child of it', async () => {
    const windows = new FakeWindows();
    const report = await windows.control.kill(windows.target());
    expect(windows.killed).toEqual([
      ['/PID', '500'],
      ['/F', '/PID', '500', '/PID', '510', '/PID', '520'],
    ]);
    expect(report).toMatchObject({ result: 'done', reason: '3 processes ended' });
    expect(report.signalled).toEqual([
      { pid: 500, name: 'claude.exe', signals: ['taskkill', 'taskkill /F'], state: 'gone' },
      { pid: 510, name: 'bash.exe', signals: ['taskkill /F'], state: 'gone' },
      { pid: 520, name: 'node.exe', signals: ['taskkill /F'], state: 'gone' },
    ]);
  });

  it('ends what an agent leaves behind that closes when asked', async () => {
    const windows = new FakeWindows();
    windows.polite = ['500'];
    expect(await windows.control.kill(windows.target())).toMatchObject({ result: 'done' });
    expect(windows.killed).toEqual([
      ['/PID', '500'],
      ['/F', '/PID', '510', '/PID', '520'],
    ]);
  });

  it('says what could not be ended', async () => {
    const windows = new FakeWindows();
    windows.immortal = ['520'];
    expect(await windows.control.kill(windows.target())).toMatchObject({
      result: 'partial',
      reason: 'still alive: pid 520 (node.exe)',
    });
  });

  it('ends nothing when the pid has passed to another process, or is ours', async () => {
    const windows = new FakeWindows();
    const target = windows.target();
    const other = { ...target, process: { ...target.process, startTime: '133760000200000001' } };
    expect(await windows.control.kill(other)).toMatchObject({ result: 'refused', signalled: [] });
    const ours = { ...target, process: { pid: 600, startTime: '133760000500000000', bootId: '' } };
    expect(await windows.control.kill(ours)).toMatchObject({ result: 'refused', signalled: [] });
    expect(windows.killed).toEqual([]);
  });
});
