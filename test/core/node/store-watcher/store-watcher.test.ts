import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { FolderListener, OpenFolderWatch } from '../../../../core/node/store-watcher/folder-watch.ts';
import { notifyFolder } from '../../../../core/node/store-watcher/notify-folder.ts';
import { waitFor } from '../../../../scripts/wait-for.ts';
import { inWorkspace, type WatchedStore } from './watched-store.ts';

const onPosix = it.skipIf(process.platform === 'win32');

describe('StoreWatcher and sessions', () => {
  it('tells of the sessions that are there at start, and of new ones', () =>
    inWorkspace(async (store) => {
      store.makeSession('a');
      store.makeSession('b');
      writeFileSync(join(store.path, 'alerts.ndjson'), '');
      expect(store.watcher.start()).toBe(true);
      expect([...store.calls].sort()).toEqual(['session a', 'session b']);
      await store.hearsAfter('session c', () => store.makeSession('c'));
      expect(store.calls).not.toContain('session alerts.ndjson');
    }));

  it('tells that a followed session changed, also before its events file exists', () =>
    inWorkspace(async (store) => {
      store.makeSession('a');
      store.watcher.start();
      store.watcher.follow('a');
      expect(store.count('change a')).toBe(0);
      await store.hears('change a');
      await store.hearsAfter('change a', () => store.append('a', 'x\n'));
      await store.hearsAfter('change a', () => store.append('a', 'y\n'));
      await store.hearsAfter('meta a', () => {
        writeFileSync(join(store.folder('a'), 'meta.tmp'), '{}');
        renameSync(join(store.folder('a'), 'meta.tmp'), join(store.folder('a'), 'meta.json'));
      });
      await store.hearsAfter('change a', () => unlinkSync(store.events('a')));
      await store.hearsAfter('change a', () => store.append('a', 'z\n'));
    }));

  it('says nothing of the files of a session that is not followed, or no longer', () =>
    inWorkspace(async (store) => {
      store.makeSession('a');
      store.makeSession('b');
      store.watcher.start();
      store.watcher.follow('a');
      await store.hears('change a');
      store.watcher.unfollow('a');
      const before = store.count('change a');
      store.append('a', 'x\n');
      store.append('b', 'x\n');
      // A later change that is told: what happened before it would have been told before it.
      await store.hearsAfter('session c', () => store.makeSession('c'));
      expect(store.count('change a')).toBe(before);
      expect(store.count('change b')).toBe(0);
    }));

  it('follows a session that does not exist yet', () =>
    inWorkspace(async (store) => {
      mkdirSync(store.path);
      store.watcher.start();
      store.watcher.follow('late');
      await store.hearsAfter('change late', () => store.makeSession('late', 'x\n'));
      await store.hearsAfter('change late', () => store.append('late', 'y\n'));
    }));

  it('goes on with a session whose folder was removed and made anew, however quickly', () =>
    inWorkspace(async (store) => {
      store.makeSession('a');
      store.watcher.start();
      store.watcher.follow('a');
      await store.hears('change a');
      await store.hearsAfter('gone a', () => rmSync(store.folder('a'), { recursive: true }));
      await store.hearsAfter('session a', () => store.makeSession('a'));
      await store.hearsAfter('change a', () => store.append('a', 'x\n'));
      for (let i = 0; i < 50; i++) {
        rmSync(store.folder('a'), { recursive: true });
        store.makeSession('a');
      }
      await store.hearsAfter('session b', () => store.makeSession('b'));
      await store.hearsAfter('change a', () => store.append('a', 'y\n'));
    }));

  it('tells anew of a session that is not followed when its folder was made anew', () =>
    inWorkspace(async (store) => {
      store.makeSession('a');
      store.watcher.start();
      await store.hearsAfter('session a', () => {
        rmSync(store.folder('a'), { recursive: true });
        store.makeSession('a');
      });
    }));

  it('goes on with a session whose folder was replaced by another', () =>
    inWorkspace(async (store) => {
      store.makeSession('a');
      store.watcher.start();
      store.watcher.follow('a');
      await store.hears('change a');
      await store.hearsAfter('session a', () => {
        renameSync(store.folder('a'), join(store.workspace, 'elsewhere'));
        store.makeSession('a');
      });
      await store.hearsAfter('change a', () => store.append('a', 'x\n'));
    }));

  it('tells which session is active, at start and when a past one goes on', () =>
    inWorkspace(async (store) => {
      store.makeSession('a');
      store.makeSession('b');
      store.markActive('b');
      store.watcher.start();
      expect(store.calls.at(-1)).toBe('active b');
      await store.hearsAfter('active a', () => store.markActive('a'));
      await store.hearsAfter('active b', () => writeFileSync(join(store.path, '.active-session'), 'b\n'));
    }));

  it('believes no name that leads out of the store', () =>
    inWorkspace(async (store) => {
      store.makeSession('a');
      store.watcher.start();
      for (const name of ['..', '../..', '/etc', '', '.', '.git']) {
        store.watcher.follow(name);
        store.markActive(name);
        // What is not told by the time of a later change is not told at all.
        await store.hearsAfter('session a', () => {
          rmSync(store.folder('a'), { recursive: true });
          store.makeSession('a');
        });
      }
      expect(store.calls.filter((call) => !call.endsWith(' a'))).toEqual([]);
    }));

  onPosix('reports a link in the place of a session once, follows it never, and a folder in its place at once', () =>
    inWorkspace(async (store) => {
      const outside = join(store.workspace, 'outside');
      mkdirSync(outside);
      mkdirSync(store.path);
      symlinkSync(outside, store.folder('a'));
      store.watcher.start();
      store.watcher.follow('a');
      symlinkSync(outside, store.folder('b'));
      await store.hearsAfter('session c', () => store.makeSession('c'));
      writeFileSync(join(outside, 'events.ndjson'), 'x\n');
      unlinkSync(store.folder('a'));
      await store.hearsAfter('session a', () => store.makeSession('a'));
      await store.hearsAfter('change a', () => store.append('a', 'x\n'));
      expect(store.issues.map(({ kind, path }) => [kind, path])).toEqual([
        ['symlink', store.folder('a')],
        ['symlink', store.folder('b')],
      ]);
      expect(store.calls).not.toContain('session b');
    }),
  );

  it('says nothing after it was closed', () =>
    inWorkspace(async (store) => {
      store.makeSession('a');
      store.watcher.start();
      store.watcher.follow('a');
      store.watcher.close();
      const before = store.calls.length;
      store.append('a', 'x\n');
      store.makeSession('b');
      await new Promise((done) => setTimeout(done, 100));
      expect(store.calls.length).toBe(before);
    }));
});

describe('StoreWatcher and the store itself', () => {
  it('waits for a store that does not exist yet, its folder not existing either', () =>
    inWorkspace(async (store) => {
      rmSync(store.workspace, { recursive: true });
      expect(store.watcher.start()).toBe(false);
      store.watcher.follow('a');
      mkdirSync(store.workspace);
      await store.hearsAfter('session a', () => store.makeSession('a'));
      expect(store.calls[0]).toBe('store created');
      await store.hearsAfter('change a', () => store.append('a', 'x\n'));
    }));

  it('goes on with a store that was removed and made anew, however quickly', () =>
    inWorkspace(async (store) => {
      store.makeSession('a');
      store.makeSession('b');
      store.watcher.start();
      store.watcher.follow('a');
      await store.hearsAfter('store removed', () => rmSync(store.path, { recursive: true }));
      expect([store.count('gone a'), store.count('gone b')]).toEqual([1, 1]);
      await store.hearsAfter('store created', () => store.makeSession('a'));
      await store.hearsAfter('change a', () => store.append('a', 'x\n'));
      for (let i = 0; i < 50; i++) {
        rmSync(store.path, { recursive: true });
        store.makeSession('a');
      }
      await store.hearsAfter('session c', () => store.makeSession('c'));
      await store.hearsAfter('change a', () => store.append('a', 'y\n'));
    }));

  it('goes on with a store that was replaced by another', () =>
    inWorkspace(async (store) => {
      store.makeSession('a');
      store.makeSession('old');
      const other = join(store.workspace, 'other');
      mkdirSync(join(other, 'a'), { recursive: true });
      mkdirSync(join(other, 'new'));
      store.watcher.start();
      store.watcher.follow('a');
      await store.hearsAfter('session new', () => {
        renameSync(store.path, `${store.path}.old`);
        renameSync(other, store.path);
      });
      expect(store.count('gone old')).toBe(1);
      await store.hearsAfter('change a', () => store.append('a', 'x\n'));
      await store.hearsAfter('session later', () => store.makeSession('later'));
    }));

  it('reports something else in the place of the store once, and takes a folder in its place', () =>
    inWorkspace(async (store) => {
      writeFileSync(store.path, '');
      expect(store.watcher.start()).toBe(false);
      writeFileSync(store.path, 'changed');
      unlinkSync(store.path);
      await store.hearsAfter('session a', () => store.makeSession('a'));
      expect(store.issues.map((issue) => issue.kind)).toEqual(['not-a-folder']);
    }));

  it('is not woken by what else happens in the folder it waits in', () => {
    let heard = 0;
    const notify: OpenFolderWatch = (folder, onEvent, onError) => {
      heard += 1;
      return notifyFolder(folder, onEvent, onError);
    };
    return inWorkspace(
      async (store) => {
        store.watcher.start();
        const before = heard;
        for (let i = 0; i < 200; i++) writeFileSync(join(store.workspace, `file${i}`), '');
        await store.hearsAfter('session a', () => store.makeSession('a'));
        // One more for the store itself.
        expect(heard).toBe(before + 1);
      },
      { notify },
    );
  });
});

describe('StoreWatcher and the moment before a watch stands', () => {
  it('sees the store that is made while the watch for it is set up', () => {
    let made = false;
    return inWorkspace(
      async (store) => {
        expect(store.watcher.start()).toBe(true);
        expect(store.calls).toContain('session a');
      },
      {
        notify: (folder) => {
          if (!made) mkdirSync(join(folder, '.agent-traces', 'a'), { recursive: true });
          made = true;
          return { close: () => {} };
        },
      },
    );
  });

  it('sees the session that is made while the watch on the store is set up', () =>
    inWorkspace(
      async (store) => {
        mkdirSync(store.path);
        store.watcher.start();
        expect(store.calls).toEqual(['session a']);
      },
      {
        notify: (folder) => {
          mkdirSync(join(folder, 'a'));
          return { close: () => {} };
        },
      },
    ));

  it.skipIf(process.platform !== 'linux')('sets a watch anew where the old one may be on another folder', () => {
    const opened: string[] = [];
    const listeners = new Map<string, FolderListener>();
    return inWorkspace(
      async (store) => {
        store.makeSession('a');
        store.watcher.start();
        store.watcher.follow('a');
        opened.length = 0;
        listeners.get(store.path)?.('a', true);
        expect(opened).toEqual([store.folder('a')]);
        listeners.get(store.path)?.('.agent-traces', true);
        expect(opened).toEqual([store.folder('a'), store.path]);
      },
      {
        notify: (folder, onEvent) => {
          opened.push(folder);
          listeners.set(folder, onEvent);
          return { close: () => {} };
        },
      },
    );
  });
});

describe('StoreWatcher where notifications fail', () => {
  const deaf: OpenFolderWatch = () => ({ close: () => {} });

  it('sees everything by polling, when told to', () =>
    inWorkspace(
      async (store) => {
        expect(store.watcher.start()).toBe(false);
        await store.hearsAfter('session a', () => store.makeSession('a', 'x\n'));
        store.watcher.follow('a');
        await store.hears('change a');
        await store.hearsAfter('change a', () => store.append('a', 'y\n'));
        await store.hearsAfter('meta a', () => writeFileSync(join(store.folder('a'), 'meta.json'), '{}'));
        await store.hearsAfter('active a', () => store.markActive('a'));
        await store.hearsAfter('active a', () => writeFileSync(join(store.path, '.active-session'), 'a\n\n'));
        await store.hearsAfter('change a', () => unlinkSync(store.events('a')));
        await store.hearsAfter('change a', () => store.append('a', 'z\n'));
        await store.hearsAfter('gone a', () => rmSync(store.folder('a'), { recursive: true }));
        await store.hearsAfter('change a', () => store.makeSession('a', 'x\n'));
        await store.hearsAfter('change a', () => store.append('a', 'y\n'));
        await store.hearsAfter('store removed', () => rmSync(store.path, { recursive: true }));
        await store.hearsAfter('change a', () => store.makeSession('a', 'x\n'));
        await store.hearsAfter('change a', () => store.append('a', 'y\n'));
        expect(store.issues).toEqual([]);
      },
      { poll: true, pollIntervalMs: 20, notify: deaf },
    ));

  it('does not poll in a loop of its own making', () => {
    let opened = 0;
    return inWorkspace(
      async (store) => {
        store.watcher.start();
        await new Promise((done) => setTimeout(done, 200));
        store.makeSession('a');
        await store.hears('session a');
        store.watcher.follow('a');
        await new Promise((done) => setTimeout(done, 200));
        // The workspace, the store, the session.
        expect(opened).toBe(3);
      },
      {
        poll: true,
        pollIntervalMs: 20,
        notify: () => {
          opened += 1;
          return { close: () => {} };
        },
      },
    );
  });

  it('says once in plain words that there are no notifications left, and polls', () => {
    const exhausted: OpenFolderWatch = () => {
      throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    };
    return inWorkspace(
      async (store) => {
        store.makeSession('a');
        store.makeSession('b');
        store.watcher.start();
        store.watcher.follow('a');
        store.watcher.follow('b');
        await store.hears('change a');
        await store.hearsAfter('change a', () => store.append('a', 'x\n'));
        await store.hearsAfter('change b', () => store.append('b', 'x\n'));
        await store.hearsAfter('session c', () => store.makeSession('c'));
        expect(store.issues.map((issue) => issue.kind)).toEqual(['no-notifications']);
        expect(store.issues[0]?.message).toContain('fs.inotify.max_user_watches');
      },
      { pollIntervalMs: 20, notify: exhausted },
    );
  });

  it('polls when notifications break off later', () => {
    const errors: ((error: NodeJS.ErrnoException) => void)[] = [];
    const notify: OpenFolderWatch = (_folder, _onEvent, onError) => {
      errors.push(onError);
      return { close: () => {} };
    };
    return inWorkspace(
      async (store) => {
        store.makeSession('a');
        store.watcher.start();
        store.watcher.follow('a');
        for (const fail of [...errors]) fail(Object.assign(new Error('broken'), { code: 'EIO' }));
        await store.hearsAfter('change a', () => store.append('a', 'x\n'));
        await store.hearsAfter('session b', () => store.makeSession('b'));
        expect(store.issues.map((issue) => issue.kind)).toEqual(['no-notifications']);
      },
      { pollIntervalMs: 20, notify },
    );
  });

  describe('while notifications of one session come', () => {
    /** `notify` tells so many at once of the session `busy`, beside which there is a `quiet` one. */
    function whileBusy(act: (store: WatchedStore, notify: (count: number) => void) => Promise<void>): Promise<void> {
      const listeners = new Map<string, FolderListener>();
      const notify: OpenFolderWatch = (folder, onEvent) => {
        listeners.set(folder, onEvent);
        return { close: () => {} };
      };
      const run = async (store: WatchedStore): Promise<void> => {
        store.makeSession('busy');
        store.makeSession('quiet');
        store.watcher.start();
        store.watcher.follow('busy');
        store.watcher.follow('quiet');
        await store.hears('change quiet');
        store.makeSession('unheard');
        const busy = listeners.get(store.folder('busy'));
        await act(store, (count) => {
          for (let i = 0; i < count; i++) busy?.('events.ndjson', false);
        });
      };
      return inWorkspace(run, { notify, poll: false });
    }

    it('looks at every followed session again when there are so many that some may have been dropped', () =>
      whileBusy(async (store, notify) => {
        const before = store.count('change quiet');
        // The kernel's queue holds 16384; these are what was in it when it was full.
        notify(2000);
        await waitFor('the quiet session', () => store.count('change quiet') > before);
        expect(store.count('session unheard')).toBe(1);
      }));

    it('looks at what is followed alone when as many come one after the other', () =>
      whileBusy(async (store, notify) => {
        const before = store.count('change quiet');
        for (let turn = 0; turn < 200; turn++) {
          notify(20);
          await nextTurn();
        }
        expect(store.count('change busy')).toBeGreaterThan(4000);
        expect(store.count('change quiet')).toBe(before + 3);
        expect(store.count('session unheard')).toBe(0);
      }));
  });
});
