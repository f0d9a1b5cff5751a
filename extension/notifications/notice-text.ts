import { excerpt } from '../../core/common/view/excerpt.ts';

/** Text for a notification or a dialog, in which the editor makes links, of commands too, out of `[...](...)`. */
export function noticeText(text: string): string {
  return excerpt(text).replaceAll('](', '] (');
}
