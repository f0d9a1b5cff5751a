import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Why a test of a file system is skipped. */
export const NO_MOUNT = 'needs Linux and the right to mount (root)';

/** Mounts a file system of 1 MiB on a folder until the end of the test; false where we may not. */
export function mountSmallDisk(folder: string): boolean {
  return mount(folder, 'mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
}

/** Shows a folder once more in another place, through FUSE: there nobody is told what is written here. Needs bindfs. */
export function mountWithoutNotifications(from: string, folder: string): boolean {
  return mount(folder, 'bindfs', ['--no-allow-other', from, folder]);
}

/** Makes a mounted file system read-only, or writable again. */
export function remount(folder: string, mode: 'ro' | 'rw'): void {
  execFileSync('mount', ['-o', `remount,${mode}`, folder]);
}

/** Leaves nothing free but what a page has left; gives what makes room again. */
export function fillDisk(folder: string): () => void {
  const path = join(folder, 'filling');
  try {
    for (;;) appendFileSync(path, Buffer.alloc(4096));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
  return () => rmSync(path);
}

function mount(folder: string, program: string, args: readonly string[]): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync(program, args, { stdio: 'ignore' });
  } catch {
    return false;
  }
  // Lazily: whatever still has a file open there must not keep the test's folder.
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', folder]);
  });
  return true;
}
