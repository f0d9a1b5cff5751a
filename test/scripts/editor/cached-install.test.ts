import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

let cache: string;

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'at-cache-'));
});

afterEach(() => rm(cache, { recursive: true, force: true }));

/** A process of its own that asks for the installation `thing`, and appends a line to `builds` when it builds it. */
async function ask(fails = false): Promise<number | null> {
  const module = pathToFileURL(resolve(import.meta.dirname, '../../../scripts/editor/cached-install.ts')).href;
  const script = `
    import { appendFile, writeFile } from 'node:fs/promises';
    import { setTimeout as sleep } from 'node:timers/promises';
    import { cachedInstall } from ${JSON.stringify(module)};
    await cachedInstall({ name: 'thing', build: async (folder) => {
      await appendFile(${JSON.stringify(join(cache, 'builds'))}, 'built\\n');
      await sleep(500); // long enough for the others to ask meanwhile
      await writeFile(folder + '/content', 'whole');
      if (${fails}) throw new Error('no');
    } });`;
  const env = { ...process.env, AGENT_TRACE_TEST_CACHE: cache };
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { env, stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

const builds = async () => (await readFile(join(cache, 'builds'), 'utf8')).split('\n').length - 1;

it('builds once for several processes that ask at once', async () => {
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([0, 0, 0]);
  expect(await builds()).toBe(1);
  expect(await readFile(join(cache, 'thing', 'content'), 'utf8')).toBe('whole');
});

it('leaves nothing of a build that failed, and builds again', async () => {
  expect(await ask(true)).toBe(1);
  expect(await readdir(cache)).toEqual(['builds']);
  expect(await ask()).toBe(0);
  expect(await builds()).toBe(2);
});

it('removes what interrupted builds left behind, and builds anew', async () => {
  await mkdir(join(cache, 'thing.partial-1'));
  await mkdir(join(cache, 'thing'));
  await writeFile(join(cache, 'thing', 'content'), 'half');
  expect(await ask()).toBe(0);
  expect(await readFile(join(cache, 'thing', 'content'), 'utf8')).toBe('whole');
  expect((await readdir(cache)).sort()).toEqual(['builds', 'thing']);
});
