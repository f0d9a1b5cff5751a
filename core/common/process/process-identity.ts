import { asNumber, asRecord, asString } from '../json.ts';

/**
 * Names one process for ever: a pid alone is reused, a pid with its start time on one boot is not.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /**
   * Opaque, compared for equality only. Linux: field 22 of `/proc/<pid>/stat` (clock ticks since boot); macOS: `lstart`
   * of `ps`; Windows: creation date.
   */
  readonly startTime: string;
  /** Linux: `/proc/sys/kernel/random/boot_id`; macOS: `kern.bootsessionuuid`; empty where the platform has none. */
  readonly bootId: string;
}

export function sameProcess(a: ProcessIdentity, b: ProcessIdentity): boolean {
  return a.pid === b.pid && a.startTime === b.startTime && a.bootId === b.bootId;
}

export function decodeProcessIdentity(value: unknown): ProcessIdentity | undefined {
  const record = asRecord(value);
  const pid = asNumber(record?.pid);
  const startTime = asString(record?.startTime);
  const bootId = asString(record?.bootId);
  if (pid === undefined || !Number.isInteger(pid) || pid <= 0 || !startTime || bootId === undefined) return undefined;
  return { pid, startTime, bootId };
}
