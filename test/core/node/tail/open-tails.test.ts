import { appendFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { OpenTails } from '../../../../core/node/tail/open-tails.ts';
import { inFolder, TailedFile } from './tailed-file.ts';

it.skipIf(process.platform !== 'linux')(
  'keeps 256 tails open at the most, and those that were closed lose nothing',
  () =>
    inFolder((folder) => {
      const openTails = new OpenTails();
      const before = readdirSync('/proc/self/fd').length;
      const held = () => readdirSync('/proc/self/fd').length - before;
      const files = Array.from({ length: 300 }, (_, n) => new TailedFile(join(folder, `${n}`), { openTails }));
      const paths = files.map((_, n) => join(folder, `${n}`));
      for (const path of paths) writeFileSync(path, 'a\nhalf');
      for (const file of files) file.readAll();
      expect(held()).toBe(256);
      openTails.makeRoom();
      expect(held()).toBe(128);
      for (const path of paths) appendFileSync(path, ' a line\nc\n');
      for (const file of files) file.readAll();
      expect(held()).toBe(128);
      expect(files.map(({ lines }) => lines)).toEqual(files.map(() => ['a', 'half a line', 'c']));
      for (const { tail } of files) tail.close();
      expect(held()).toBe(0);
    }),
);
