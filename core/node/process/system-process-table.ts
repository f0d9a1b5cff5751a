import { linuxProcessTable } from './linux-process-table.ts';
import { macosProcessTable } from './macos-process-table.ts';
import { processSnapshot } from './process-snapshot.ts';
import type { Ancestry, ProcessTable } from './process-table.ts';
import { windowsProcessTable } from './windows-process-table.ts';

/** The process table of the system we run on. Systems not named here are taken for a Unix with the `ps` of the BSDs. */
export function systemProcessTable(platform: NodeJS.Platform = process.platform): ProcessTable {
  if (hasProc(platform)) return linuxProcessTable();
  return platform === 'win32' ? windowsProcessTable() : macosProcessTable();
}

/** For one walk up the ancestors. */
export function systemAncestry(platform: NodeJS.Platform = process.platform): Ancestry {
  const table = systemProcessTable(platform);
  return hasProc(platform) ? table : processSnapshot(table);
}

function hasProc(platform: NodeJS.Platform): boolean {
  return platform === 'linux' || platform === 'android';
}
