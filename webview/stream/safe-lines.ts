import { sanitize } from '../../core/common/view/sanitize.ts';

/** Lines of a text as they can be shown: nothing in them reorders or hides what follows. Tabs are kept. */
export function safeLines(text: string): readonly string[] {
  return text.split(/\r\n|\n|\r/).map((line) => line.split('\t').map(sanitize).join('\t'));
}
