/** Packs the command line and the extension, installs the first into an empty folder and runs it there. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { encodeEvent, type TraceEvent } from '../core/common/trace/trace-event.ts';
import { build } from './build.ts';
import { packVsix } from './pack-vsix.ts';
import { schemas } from './schemas.ts';
import { command, root } from './steps.ts';
import { zipEntries } from './zip-entries.ts';

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

    await writeSession(path.join(target, '.agent-traces', 'one'));
    const priced = run('list', '--json');
    if (!priced.includes('"usd": 0.003,')) throw new Error(`a request that cost $0.003 is listed as ${priced}`);

    const vsix = path.join(folder, 'agent-trace.vsix');
    await packVsix(vsix);
    await checkVsix(vsix);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One request of a thousand tokens at three dollars a million. */
async function writeSession(folder: string): Promise<void> {
  const event: TraceEvent = {
    event_type: 'llm_response',
    timestamp: Date.now() / 1000,
    event_id: 'e1',
    session_id: path.basename(folder),
    data: { model: 'claude-sonnet-4-6', usage: { input: 1000 } },
  };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(path.join(folder, 'events.ndjson'), encodeEvent(event));
}

/** The extension has all that was built, what people read, and nothing else. */
async function checkVsix(vsix: string): Promise<void> {
  const documents = (await readdir(path.join(root, 'docs'))).map((name) => `docs/${name}`);
  const pictures = await picturesIn('media');
  const wanted = new Set(
    [
      'package.json',
      'readme.md',
      'changelog.md',
      'LICENSE.txt',
      ...documents,
      ...pictures,
      ...Object.keys(schemas()).map((name) => `dist/schemas/${name}`),
      ...Object.keys((await build()).outputs),
    ].map((file) => `extension/${file}`),
  );
  // Of the package itself.
  for (const name of ['extension.vsixmanifest', '[Content_Types].xml']) wanted.add(name);
  const packed = new Set(zipEntries(await readFile(vsix)));
  const missing = [...wanted].filter((name) => !packed.has(name));
  const unwanted = [...packed].filter((name) => !wanted.has(name));
  if (missing.length > 0) throw new Error(`the packed extension lacks ${missing.join(', ')}`);
  if (unwanted.length > 0)
    throw new Error(`the packed extension has ${unwanted.join(', ')}, which nothing made or wants`);
}

/** The README's pictures, the icon and what the walkthrough shows; not the drawing that the icon was made of. */
async function picturesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(path.join(root, folder), { recursive: true });
  const files = names.map((name) => `${folder}/${name.replaceAll(path.sep, '/')}`);
  return files.filter((file) => /\.png$|\/walkthrough\/.+/.test(file));
}

/** The installed program runs on the Node its user has, not on the project's own. */
function withoutProjectNode(): NodeJS.ProcessEnv {
  const own = path.join(root, 'node_modules', '.bin');
  const parts = (process.env.PATH ?? '').split(path.delimiter).filter((part) => path.resolve(part) !== own);
  return { ...process.env, PATH: parts.join(path.delimiter) };
}
