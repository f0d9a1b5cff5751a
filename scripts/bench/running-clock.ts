/** The machine's running clock in microseconds, the same in all its processes. */
export function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}
