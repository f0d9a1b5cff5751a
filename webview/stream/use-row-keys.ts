import { useRef } from 'preact/hooks';
import type { Span } from '../state/row-pages.ts';

/**
 * Keys for the drawn rows. While some rows stay, each keeps its key; after a jump to others their elements are used
 * again, which costs less than to make new ones.
 */
export function useRowKeys(rows: Span): (position: number) => number {
  const last = useRef({ rows, shift: 0 });
  const { rows: before, shift } = last.current;
  const isJump = rows.from >= before.to || rows.to <= before.from;
  const next = isJump ? shift + before.from - rows.from : shift;
  last.current = { rows, shift: next };
  return (position) => position + next;
}
