import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Timing } from './freeze.ts';
import { frozenLists } from './frozen-list.ts';
import { PosixProcessControl } from './posix-process-control.ts';
import type { ProcessControl } from './process-control.ts';
import type { SignalSender } from './process-table.ts';
import { systemProcessTable } from './system-process-table.ts';
import { observeSelf } from './verify.ts';
import { WindowsProcessControl } from './windows-process-control.ts';

/** Process control for the system we run on. `runtimeDir`: the user's own folder, as `runtimeDir()` gives it. */
export function systemProcessControl(runtimeDir: string): ProcessControl {
  const table = systemProcessTable();
  const self = observeSelf(table);
  if (process.platform === 'win32') return new WindowsProcessControl({ table, self, timing: systemTiming, taskkill });
  return new PosixProcessControl({
    table,
    sender: systemSignals,
    self,
    lists: frozenLists(runtimeDir),
    timing: systemTiming,
  });
}

/** The only way an agent is signalled: `run` forwards signals to its own child by itself. */
export const systemSignals: SignalSender = {
  send(pid, signal) {
    process.kill(pid, signal);
  },
};

export const systemTiming: Timing = {
  now: () => performance.now(),
  sleep: (ms) => sleep(ms),
};

function taskkill(args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('taskkill.exe', [...args], { windowsHide: true, timeout: 30_000 }, (error) => resolve(error === null));
  });
}
