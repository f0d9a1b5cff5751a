import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { isNetworkType, isOnNetworkFileSystem } from '../../../../core/node/store-watcher/network-file-system.ts';
import { waitFor } from '../../../../scripts/wait-for.ts';
import { inWorkspace, type WatchedStore } from './watched-store.ts';
import { WatcherProcess } from './watcher-process.ts';

/** Runs a command as root of a user namespace with a limit of its own, where the system lets us. */
function withLimit(limit: string): readonly string[] {
  return ['unshare', '--user', '--map-root-user', 'sh', '-c', `echo 0 > /proc/sys/user/${limit} && exec "$@"`, 'sh'];
}

const [unshare = '', ...unshareArgs] = [...withLimit('max_inotify_watches'), 'true'];
const hasNamespaces = process.platform === 'linux' && spawnSync(unshare, unshareArgs).status === 0;

async function watching(
  store: WatchedStore,
  followed: readonly string[],
  use: (watcher: WatcherProcess) => Promise<void>,
  prefix?: readonly string[],
): Promise<void> {
  const watcher = new WatcherProcess(store.path, followed, prefix);
  try {
    await use(watcher);
    await watcher.end();
  } finally {
    watcher.kill();
  }
}

describe('what watching costs', () => {
  it('is one watch for the store, one for each followed session and no timer, beside a thousand past sessions', () =>
    inWorkspace(async (store) => {
      for (let i = 0; i < 1000; i++) store.makeSession(`past-${i}`, 'x\n');
      await watching(store, ['past-1', 'past-2'], async (watcher) => {
        const report = await watcher.report();
        expect(report).toMatchObject({ sessions: 1000, issues: [], timers: 0 });
        if (process.platform === 'linux') expect(report.inotifyWatches).toBe(3);
        const before = watcher.changes.length;
        store.append('past-2', 'y\n');
        await waitFor('the change', () => watcher.changes.length > before);
      });
    }));

  it('is one watch and no timer while there is no store', () =>
    inWorkspace(async (store) => {
      await watching(store, [], async (watcher) => {
        const report = await watcher.report();
        expect(report).toMatchObject({ sessions: 0, issues: [], timers: 0 });
        if (process.platform === 'linux') expect(report.inotifyWatches).toBe(1);
      });
    }));
});

describe('when the kernel has no watches left', () => {
  it.skipIf(!hasNamespaces).each([
    ['max_inotify_watches', 'fs.inotify.max_user_watches'],
    ['max_inotify_instances', 'fs.inotify.max_user_instances'],
  ])('because of %s, changes are seen by polling', (limit, advice) =>
    inWorkspace(async (store) => {
      store.makeSession('a', 'x\n');
      await watching(
        store,
        ['a'],
        async (watcher) => {
          const report = await watcher.report();
          expect(report.sessions).toBe(1);
          expect(report.issues.length).toBe(1);
          expect(report.issues[0]).toContain(advice);
          for (let i = 0; i < 3; i++) {
            // Polling may still have looks to come that are owed to what happened before.
            await new Promise((done) => setTimeout(done, 200));
            const before = watcher.changes.length;
            store.append('a', 'y\n');
            await waitFor('the change', () => watcher.changes.length > before);
          }
        },
        withLimit(limit),
      );
    }),
  );
});

describe('isOnNetworkFileSystem', () => {
  it('tells network file systems from local ones by the type that statfs gives', () => {
    for (const type of [0x6969, 0xff534d42, 0xff534d42 | 0, 0xfe534d42, 0x01021997, 0x65735546, 0x786f4256]) {
      expect(isNetworkType(type)).toBe(true);
    }
    // ext4, btrfs, xfs, tmpfs, overlayfs.
    for (const type of [0xef53, 0x9123683e, 0x58465342, 0x01021994, 0x794c7630])
      expect(isNetworkType(type)).toBe(false);
  });

  it('is false for what does not exist', () => {
    expect(isOnNetworkFileSystem('/nowhere/at/all')).toBe(false);
  });
});
