import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { waitFor } from '../../../../scripts/wait-for.ts';
import { inWorkspace } from './watched-store.ts';

it('hears of alerts: those there are at the start, each new one, and those of a store that came back', async () => {
  let heard = 0;
  await inWorkspace(
    async (store) => {
      const hearsAfter = async (change: () => void) => {
        const before = heard;
        change();
        await waitFor('the alerts', () => heard > before);
      };
      const append = () => appendFileSync(join(store.path, 'alerts.ndjson'), '{}\n');
      mkdirSync(store.path);
      await hearsAfter(() => store.watcher.start());
      await hearsAfter(append);
      rmSync(store.path, { recursive: true });
      await store.hears('store removed');
      await hearsAfter(() => mkdirSync(store.path));
      await hearsAfter(append);
      expect(store.issues).toEqual([]);
    },
    {
      onAlerts: () => {
        heard += 1;
      },
    },
  );
});
