import type { FileMark } from './file-marks.ts';
import { sanitize } from './sanitize.ts';
import { escapeMarkdown } from './status-markdown.ts';

/** Shows an event in the event stream; its arguments are the ids of the session and of the event. */
export const REVEAL_COMMAND = 'agentTrace.revealEvent';

export interface HoverMark extends FileMark {
  readonly sessionId: string;
}

const SHOWN_CALLS = 5;

/** Markdown with command links, of marks newest first: which calls read or wrote the lines, and when. */
export function marksMarkdown(marks: readonly HoverMark[], when: (unixSeconds: number) => string): string {
  const calls = [...new Map(marks.map((mark) => [`${mark.sessionId} ${mark.callId}`, mark])).values()];
  const rows = calls.slice(0, SHOWN_CALLS).map((mark) => {
    const did = mark.kind === 'read' ? 'Read' : 'Modified';
    const tool = escapeMarkdown(sanitize(mark.tool));
    return `- ${did} by ${tool}, ${escapeMarkdown(when(mark.at))} ([show event](${revealLink(mark)}))`;
  });
  const more = calls.length - rows.length;
  return ['**Agent Trace**\n', ...rows, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}

function revealLink({ sessionId, callId }: HoverMark): string {
  const args = encodeURIComponent(JSON.stringify([sessionId, callId]));
  // What is left unescaped could end the link.
  return `command:${REVEAL_COMMAND}?${args.replace(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16)}`)}`;
}
