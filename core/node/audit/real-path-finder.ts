import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** Folders whose answer is remembered: agents work in the same few again and again. */
const REMEMBERED = 10_000;
/** The longest path that Linux opens, in bytes. */
const MAX_PATH_BYTES = 4096;

interface Folder {
  readonly real: string;
  readonly exists: boolean;
}

/** Follows links on this machine. Nothing is opened, and nothing fails. */
export class RealPathFinder {
  private readonly folders = new Map<string, Folder>();

  /**
   * Where an absolute path really leads: the nearest folder on the way that exists is resolved, the rest is as it was
   * named. Undefined when it leads to itself, and when it cannot be told.
   */
  find = (file: string): string | undefined => {
    if (file.includes('\0') || !path.isAbsolute(file) || Buffer.byteLength(file) > MAX_PATH_BYTES) return undefined;
    const folder = this.folder(path.dirname(file));
    const real = (folder.exists && linkTarget(file)) || path.join(folder.real, path.basename(file));
    return real === path.normalize(file) ? undefined : real;
  };

  private folder(name: string): Folder {
    const known = this.folders.get(name);
    if (known) return known;
    const found = this.resolve(name);
    if (this.folders.size === REMEMBERED) this.folders.clear();
    this.folders.set(name, found);
    return found;
  }

  private resolve(name: string): Folder {
    try {
      return { real: realpathSync.native(name), exists: true };
    } catch {
      const parent = path.dirname(name);
      if (parent === name) return { real: name, exists: false };
      return { real: path.join(this.folder(parent).real, path.basename(name)), exists: false };
    }
  }
}

/** Undefined for what is no link. One to nothing leads where a write would make a file. */
function linkTarget(file: string): string | undefined {
  const last = path.basename(file);
  try {
    const isLink = lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    // A path may end in `..` too.
    if (!isLink && last !== '..' && last !== '.') return undefined;
    return existsSync(file) || !isLink
      ? realpathSync.native(file)
      : path.resolve(path.dirname(file), readlinkSync(file));
  } catch {
    return undefined;
  }
}
