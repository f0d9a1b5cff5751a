/**
 * Whether the first start time is before the second, both of one platform (see `ProcessIdentity.startTime`). Start times
 * are coarse (10 ms on Linux, 1 s on macOS): equal ones leave the order open and give false. So do unreadable ones.
 */
export function startedBefore(a: string, b: string): boolean {
  return startOrder(a) < startOrder(b);
}

function startOrder(startTime: string): number {
  return /^\d+$/.test(startTime) ? Number(startTime) : Date.parse(`${startTime} UTC`);
}
