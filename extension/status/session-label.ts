import { excerpt } from '../../core/common/view/excerpt.ts';
import { shortSessionId } from '../../core/common/view/short-session-id.ts';

/** `claude-code 0c7e91a2`, safe to show. */
export function sessionLabel({
  id,
  state,
}: {
  readonly id: string;
  readonly state: { readonly agent: string };
}): string {
  return `${excerpt(state.agent) || 'agent'} ${shortSessionId(id)}`;
}
