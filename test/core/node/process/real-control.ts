import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { frozenLists } from '../../../../core/node/process/frozen-list.ts';
import { linuxProcessTable } from '../../../../core/node/process/linux-process-table.ts';
import { PosixProcessControl } from '../../../../core/node/process/posix-process-control.ts';
import { systemTiming } from '../../../../core/node/process/system-process-control.ts';
import { observeSelf } from '../../../../core/node/process/verify.ts';
import { type ProcessTree, RecordingSender } from '../../../rig/process-tree.ts';

/** Process control as the product builds it, but with every signal recorded, and a runtime folder of its own. */
export function realControl(...trees: readonly ProcessTree[]) {
  const runtimeDir = mkdtempSync(join(tmpdir(), 'runtime-'));
  const table = linuxProcessTable();
  const sender = new RecordingSender(...trees);
  const lists = frozenLists(runtimeDir);
  const build = (): PosixProcessControl =>
    new PosixProcessControl({ table, sender, self: observeSelf(table), lists, timing: systemTiming });
  return {
    table,
    sender,
    lists,
    control: build(),
    /** Another process control with the same runtime folder, as a restarted watcher has. */
    restarted: build,
    [Symbol.dispose]: () => rmSync(runtimeDir, { recursive: true, force: true }),
  };
}
