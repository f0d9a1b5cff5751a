import type { ProcessInfo } from './process-table.ts';
import type { Refusal } from './verify.ts';

/** `1 process`, `7 processes`. */
export function processes(count: number): string {
  return count === 1 ? '1 process' : `${count} processes`;
}

/** `pid 12 (bash), pid 13 (node) and 4 more`; never arguments. */
export function named(members: readonly ProcessInfo[]): string {
  return some(members.map(({ pid, name }) => `pid ${pid} (${name})`));
}

export function reasons(refusals: readonly Refusal[]): string {
  return some(refusals.map(({ reason }) => reason));
}

const AT_MOST = 5;

function some(texts: readonly string[]): string {
  return texts.slice(0, AT_MOST).join(', ') + (texts.length > AT_MOST ? ` and ${texts.length - AT_MOST} more` : '');
}
