/** What most readers ask for. Bytes. */
const KEPT_BYTES = 1024 * 1024;

/** Nothing while somebody has it. */
let spare: Buffer | undefined;

/**
 * Lends a buffer of so many bytes to whoever reads a piece of a file and hands it on at once: one for all readers of the
 * process, since each piece would otherwise be garbage that no collector is in a hurry about. What one reads while another
 * hands on goes into a buffer of its own. A Buffer: it finds newlines in a tenth of the time that other arrays take.
 */
export function withReadBuffer<Result>(bytes: number, use: (buffer: Buffer) => Result): Result {
  const lent = spare && spare.length >= bytes ? spare : Buffer.allocUnsafeSlow(Math.max(bytes, KEPT_BYTES));
  spare = undefined;
  try {
    return use(lent.subarray(0, bytes));
  } finally {
    if (lent.length === KEPT_BYTES) spare = lent;
  }
}
