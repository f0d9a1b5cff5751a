import { sanitize } from './sanitize.ts';

const CHARACTERS = 8;
const SUBAGENT_CHARACTERS = 4;

/**
 * Names a session where there is little room: the first eight characters of its id; a subagent's session
 * (`<parent>.<agent>`) has the first four of its own after its parent's: `0c7e91a2.b3d4`.
 */
export function shortSessionId(id: string): string {
  const dot = id.indexOf('.', CHARACTERS);
  const own = dot < 0 ? '' : id.slice(dot, dot + 1 + SUBAGENT_CHARACTERS);
  return sanitize(`${id.slice(0, CHARACTERS)}${own}`);
}
