import { mkdirSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { requireRealStore } from '../../../../core/node/store/real-store.ts';
import { tempFolder } from '../../../rig/temp-folder.ts';

let store: string;

beforeEach(() => {
  store = join(realpathSync.native(tempFolder()), 'workspace', '.agent-traces');
  mkdirSync(store, { recursive: true });
});

describe('requireRealStore', () => {
  it('lets a store pass, and one that was made anew', () => {
    requireRealStore(store);
    rmSync(store, { recursive: true });
    mkdirSync(store);
    requireRealStore(store);
  });

  it('refuses a link in the place of the store, and of a folder on the way to it', () => {
    for (const place of [store, dirname(store)]) {
      renameSync(place, `${place}-moved`);
      symlinkSync(`${place}-moved`, place);
      expect(() => requireRealStore(store)).toThrow(expect.objectContaining({ code: 'refused' }));
      rmSync(place);
      renameSync(`${place}-moved`, place);
    }
  });

  it('says that there is none', () => {
    rmSync(store, { recursive: true });
    expect(() => requireRealStore(store)).toThrow(/ENOENT/);
  });
});
