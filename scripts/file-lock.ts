import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { waitFor } from './wait-for.ts';

/**
 * Runs `work` while holding `lock`, so that of several processes one at a time does it. The lock is a file that comes
 * into being with its owner's pid already in it; one whose owner is gone is removed.
 */
export async function withFileLock<T>(lock: string, deadlineMs: number, work: () => Promise<T>): Promise<T> {
  await waitFor(`the lock ${lock}`, () => takeLock(lock), deadlineMs);
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function takeLock(lock: string): Promise<boolean> {
  const mine = `${lock}-${process.pid}`;
  await writeFile(mine, `${process.pid}`);
  try {
    await link(mine, lock);
    return true;
  } catch {
    const owner = Number(await readFile(lock, 'utf8').catch(() => ''));
    if (owner > 0 && !isAlive(owner)) await rm(lock, { force: true });
    return false;
  } finally {
    await rm(mine, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
