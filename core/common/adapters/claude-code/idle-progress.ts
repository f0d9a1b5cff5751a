/**
 * Whether a line of a transcript is progress that tells nothing: a third of the bytes of some versions' transcripts are the
 * output of commands as it grew, and which hooks ran. In JSON text the quotes of such a beginning can stand in no string,
 * so these records need not be parsed to be known. Whole ones only: a broken line is for the caller.
 */
export function isIdleProgress(line: string): boolean {
  const beginning = line.length > LONGEST_BEGINNING ? line.slice(0, LONGEST_BEGINNING) : line;
  return IDLE_PROGRESS.test(beginning) && line.endsWith('}');
}

/** What stands before a record's type is short: ids, a folder, a branch. */
const LONGEST_BEGINNING = 2048;

const IDLE_PROGRESS = /"type":"progress","data":\{"type":"(?:hook|bash|mcp)_progress"/;
