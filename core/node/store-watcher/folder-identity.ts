import { type BigIntStats, lstatSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/**
 * Names one folder, whatever path it has; undefined when there is none at the path. The time of birth tells apart two
 * that were given the same inode one after the other.
 * @param links `follow`: a link to a folder counts as one.
 */
export function folderIdentity(path: string, links: 'follow' | 'refuse'): string | undefined {
  const stat = statOf(path, links);
  return stat?.isDirectory() ? `${stat.dev}:${stat.ino}:${stat.birthtimeNs}` : undefined;
}

/** What stands at a path where there is no folder. */
export function whatElseIsAt(path: string): 'nothing' | 'link' | 'other' {
  const stat = statOf(path, 'refuse');
  if (!stat || stat.isDirectory()) return 'nothing';
  return stat.isSymbolicLink() ? 'link' : 'other';
}

/** The nearest folder above `path` that exists, and the name of the next step from there to `path`. */
export function nearestFolder(path: string): { readonly folder: string; readonly next: string } {
  let next = path;
  for (;;) {
    const folder = dirname(next);
    if (folder === dirname(folder) || folderIdentity(folder, 'follow')) return { folder, next: basename(next) };
    next = folder;
  }
}

function statOf(path: string, links: 'follow' | 'refuse'): BigIntStats | undefined {
  try {
    return (links === 'follow' ? statSync : lstatSync)(path, { bigint: true });
  } catch {
    // What cannot be looked at cannot be watched either; its parent tells when that changes.
    return undefined;
  }
}
