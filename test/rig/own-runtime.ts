import { copyFileSync, linkSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The running Node, at a path below a home folder: hooks call nothing that other users could replace, and the checkout
 * may lie in a folder that everybody writes to.
 */
export function ownRuntime(home: string): string {
  const file = join(home, 'runtime', 'node');
  mkdirSync(dirname(file), { recursive: true });
  try {
    linkSync(process.execPath, file);
  } catch {
    // Another file system.
    copyFileSync(process.execPath, file);
  }
  return file;
}
