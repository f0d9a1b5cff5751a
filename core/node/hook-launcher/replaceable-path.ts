import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Whether other users could put another program at a path, also after it has gone: every folder above it counts, the
 * sticky bit does not help. An AppImage runs from such a place, `/tmp/.mount_...`. The user's home folder counts as
 * theirs. True for a path that does not exist. On Windows the folders' own permissions have to do.
 */
export function isReplaceableByOthers(file: string, home: string): boolean {
  if (process.getuid === undefined) return false;
  try {
    return [path.resolve(file), realpathSync.native(file)].some((each) =>
      hasOpenFolder(each, [home, realpathSync.native(home)]),
    );
  } catch {
    return true;
  }
}

function hasOpenFolder(file: string, homes: readonly string[]): boolean {
  for (let folder = path.dirname(file); !homes.includes(folder); folder = path.dirname(folder)) {
    if ((statSync(folder).mode & 0o002) !== 0) return true;
    if (folder === path.dirname(folder)) return false;
  }
  return false;
}
