import { type PathOptions, splitAbsolute } from '../../rules/matching/file-path.ts';
import type { TreeStyle } from './path-tree.ts';

/**
 * Names below the workspace. Those directly in it begin with `./`, because a name by itself would be one of any folder;
 * and those that would be taken for the user's home directory, a drive or an exception.
 */
export const BELOW: TreeStyle = {
  start: (parts) => {
    const [first = ''] = parts;
    const path = parts.map(literal).join('/');
    if (parts.length === 0) return '.';
    return parts.length === 1 || /^(?:[!~]|[A-Za-z]:$)/.test(first) ? `./${path}` : path;
  },
  isTooWide: (parts) => parts.length === 0,
};

/** Absolute paths; what lies in the user's home directory begins with `~`, so that it holds for others too. */
export function absoluteStyle({ home }: PathOptions, workspaces: readonly string[]): TreeStyle {
  const homeParts = home === undefined ? undefined : splitAbsolute(home, undefined);
  const wide = [homeParts, ...workspaces.map((each) => splitAbsolute(each, home))].filter((each) => each !== undefined);
  const isHome = (parts: readonly string[]): boolean =>
    homeParts !== undefined && homeParts.length > 1 && parts.length > homeParts.length && startsWith(parts, homeParts);
  return {
    start: (parts) =>
      isHome(parts) ? ['~', ...parts.slice(homeParts?.length).map(literal)].join('/') : parts.map(literal).join('/'),
    // Not everybody's folders, nor a whole disk.
    isTooWide: (parts) =>
      parts.length <= 1 || /^(?:home|Users)$/.test(parts.at(-1) ?? '') || wide.some((each) => startsWith(each, parts)),
  };
}

function startsWith(parts: readonly string[], start: readonly string[]): boolean {
  return parts.length >= start.length && start.every((part, index) => part === parts[index]);
}

/** A name as a glob that matches it alone; a space at an end as any one sign, because globs have none there. */
function literal(name: string): string {
  return name.replace(/[[*?{}]|(?<=[+@!])\(/g, '[$&]').replace(/^\s|\s$/g, '?');
}
