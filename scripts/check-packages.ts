/** Packs the command line and the extension, installs the first into an empty folder and runs it there. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { packVsix } from './pack-vsix.ts';
import { command, root } from './steps.ts';

export async function checkPackages(): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'agent-trace-pack-'));
  try {
    await command('npm', ['pack', '--pack-destination', folder, '--loglevel=error']);
    const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
    if (!tarball) throw new Error('npm pack made no package');
    const target = path.join(folder, 'empty');
    await writeFile(path.join(folder, 'package.json'), '{"private":true}');
    await command('npm', ['install', '--prefix', target, '--no-audit', '--no-fund', path.join(folder, tarball)]);

    const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { version: string };
    const program = path.join(target, 'node_modules', '.bin', 'agent-trace');
    const run = (...args: string[]) =>
      execFileSync(program, args, {
        cwd: target,
        encoding: 'utf8',
        env: withoutProjectNode(),
        shell: process.platform === 'win32',
      });
    const said = run('--version').trim();
    if (said !== version) throw new Error(`the installed command says version ${said}, package.json says ${version}`);
    const sessions = run('list', '--json').trim();
    if (sessions !== '[]') throw new Error(`list --json in an empty folder printed ${sessions}`);

    await packVsix(path.join(folder, 'agent-trace.vsix'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The installed program runs on the Node its user has, not on the project's own. */
function withoutProjectNode(): NodeJS.ProcessEnv {
  const own = path.join(root, 'node_modules', '.bin');
  const parts = (process.env.PATH ?? '').split(path.delimiter).filter((part) => path.resolve(part) !== own);
  return { ...process.env, PATH: parts.join(path.delimiter) };
}
