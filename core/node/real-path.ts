import { realpathSync } from 'node:fs';

/** Where a path leads by all symbolic links; the path itself where there is nothing. */
export function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
