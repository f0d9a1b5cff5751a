import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cachedInstall } from '../../../scripts/editor/cached-install.ts';

const run = promisify(execFile);

const INSTALL_DEADLINE_MS = 10 * 60_000;
/** A connection that hangs is given up, and tried again, after a minute. */
const NETWORK = ['--fetch-retries=3', '--fetch-timeout=60000'];

export interface NpmPackage {
  readonly packageName: string;
  readonly version: string;
  /** The executable's name. */
  readonly bin: string;
  /** A script of the package that has to run once, relative to it. */
  readonly setup?: string;
}

/** Path of an executable of an npm package, installed on first use into the cache outside the tree. */
export async function installFromNpm({ packageName, version, bin, setup }: NpmPackage): Promise<string> {
  const folder = await cachedInstall({
    name: `${bin}-${version}`,
    build: async (empty) => {
      await writeFile(join(empty, 'package.json'), '{ "private": true }\n');
      const flags = ['--ignore-scripts', '--no-engine-strict', '--no-audit', '--no-fund', '--loglevel=error'];
      await run('npm', ['install', '--prefix', empty, ...flags, ...NETWORK, `${packageName}@${version}`], {
        cwd: empty,
        timeout: INSTALL_DEADLINE_MS,
      });
      if (setup) await run('node', [setup], { cwd: join(empty, 'node_modules', packageName) });
      const { stdout } = await run(executableIn(empty, bin), ['--version'], {
        env: { PATH: process.env['PATH'], HOME: empty },
        timeout: 60_000,
      });
      if (!stdout.includes(version)) throw new Error(`${packageName} says "${stdout.trim()}", not ${version}`);
    },
  });
  return executableIn(folder, bin);
}

function executableIn(folder: string, bin: string): string {
  return join(folder, 'node_modules', '.bin', bin);
}
