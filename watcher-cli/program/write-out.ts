import { writeSync } from 'node:fs';

/**
 * Writes to standard output without making a stream of it, which takes Node milliseconds. What the descriptor does not take
 * goes to the stream, as on Windows all, whose console takes no bytes but from Node's own writer.
 */
export function writeOut(text: string): void {
  let bytes = Buffer.from(text);
  try {
    while (process.platform !== 'win32' && bytes.length > 0) bytes = bytes.subarray(writeSync(1, bytes));
  } catch {
    // The stream waits, or says what is wrong.
  }
  if (bytes.length > 0) process.stdout.write(bytes);
}
