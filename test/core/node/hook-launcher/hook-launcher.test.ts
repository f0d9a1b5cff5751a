import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type LauncherPlace,
  launcherFile,
  readLauncher,
  registerInstallation,
} from '../../../../core/node/hook-launcher/hook-launcher.ts';
import type { Installation } from '../../../../core/node/hook-launcher/launcher-record.ts';
import { ownRuntime } from '../../../rig/own-runtime.ts';
import { tempFolder } from '../../../rig/temp-folder.ts';

let home: string;
let place: LauncherPlace;
let launcher: string;
let ownNode: string;

beforeEach(() => {
  home = tempFolder();
  ownNode = ownRuntime(home);
  place = { home, platform: 'linux' };
  launcher = launcherFile(place);
});

/** Tells what ran, and how. */
const TELL = `let input = ''; process.stdin.on('data', (data) => { input += data; }).on('end', () => console.log(JSON.stringify({
  hook: __filename, runtime: process.execPath, args: process.argv.slice(2), parent: process.ppid, input,
  asNode: process.env.ELECTRON_RUN_AS_NODE, options: process.env.NODE_OPTIONS,
})));`;

interface Told {
  readonly hook: string;
  readonly runtime: string;
  readonly args: readonly string[];
  readonly parent: number;
  readonly input: string;
  readonly asNode: string;
  readonly options?: string;
}

/** A copy of the extension below the home folder. */
function install(folder: string, version: string, runtime = ownNode): Installation {
  const hook = join(home, folder, `agent-trace.agent-trace-${version}`, 'dist', 'hook.cjs');
  mkdirSync(dirname(hook), { recursive: true });
  writeFileSync(hook, TELL);
  return { version, hook, runtime };
}

/** A runtime of one's own, known by its path: a program that becomes Node. */
function runtimeAt(...names: readonly string[]): string {
  const file = join(home, ...names);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\nRAN_BY="$0"; export RAN_BY; exec "${process.execPath}" "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}

/** Runs the launcher as an agent does, with a PATH that has nothing. */
function run(args: readonly string[] = ['Stop'], env: NodeJS.ProcessEnv = {}, input = '{"a":1}') {
  return spawnSync(launcher, args, { input, encoding: 'utf8', env: { PATH: '/nonexistent', HOME: home, ...env } });
}

function told(...args: Parameters<typeof run>): Told {
  const { status, stdout, stderr } = run(...args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout) as Told;
}

const SILENT = { status: 0, stdout: '', stderr: '' };

describe('the launcher', () => {
  it('becomes the recorder: with its arguments and its input, on the runtime given, and no process in between', () => {
    const own = install('extensions', '0.1.0');
    registerInstallation(place, own);
    const args = ['Stop', '--no-redact', "--redact-pattern=it's $x `y` *"];
    expect(told(args)).toEqual({
      ...{ hook: own.hook, runtime: ownNode, args, parent: process.pid, input: '{"a":1}' },
      asNode: '1',
    });
  });

  it.each(['a folder', "it's", '"quoted" $HOME `id` \\', 'größer 日本語', 'two\nlines', '%x% !y! ^&|<>'])(
    'finds what lies in a folder named %j',
    (name) => {
      const own = { ...install(name, '0.1.0'), runtime: runtimeAt(name, 'runtime') };
      registerInstallation(place, own);
      expect(told().hook).toBe(own.hook);
      expect(readLauncher(place)?.installations).toEqual([own]);
    },
  );

  it('prefers the Node that was found, and goes on with the editor when that is gone', () => {
    const node = runtimeAt('bin', 'node');
    const own = { ...install('extensions', '0.1.0'), runtime: runtimeAt('editor') };
    writeFileSync(own.hook, 'console.log(process.env.RAN_BY)');
    registerInstallation(place, own, node);
    expect(run().stdout.trim()).toBe(node);
    rmSync(node);
    expect(run().stdout.trim()).toBe(own.runtime);
    rmSync(own.runtime);
    expect(run()).toMatchObject(SILENT);
  });

  it('loads nothing that the environment names', () => {
    registerInstallation(place, install('extensions', '0.1.0'));
    const evil = join(home, 'evil.cjs');
    writeFileSync(evil, 'console.log("evil")');
    expect(told(['Stop'], { NODE_OPTIONS: `--require ${evil}` }).options).toBeUndefined();
  });

  it('does not look at PATH, nor at the folder it is called in', () => {
    const runtime = runtimeAt('editor');
    registerInstallation(place, install('extensions', '0.1.0', runtime));
    rmSync(runtime);
    const fake = runtimeAt('workspace', 'bin', 'node');
    expect(run(['Stop'], { PATH: `${dirname(fake)}:.` })).toMatchObject(SILENT);
  });

  it('takes the newest that is still there', () => {
    const older = install('code', '0.9.0');
    const newer = install('cursor', '0.10.0');
    const between = install('other', '0.9.1');
    for (const each of [newer, older, between]) registerInstallation(place, each);
    expect(told().hook).toBe(newer.hook);
    rmSync(dirname(dirname(newer.hook)), { recursive: true });
    expect(told().hook).toBe(between.hook);
    rmSync(join(home, 'other'), { recursive: true });
    expect(told().hook).toBe(older.hook);
  });

  it('passes over an installation whose editor is gone', () => {
    const runtime = runtimeAt('removed editor');
    registerInstallation(place, install('code', '0.2.0', runtime));
    rmSync(runtime);
    const other = install('cursor', '0.1.0');
    registerInstallation(place, other);
    expect(told().hook).toBe(other.hook);
  });

  it('finds what an update put beside it, before the editor has started the new version', () => {
    const own = install('code', '0.1.0');
    registerInstallation(place, own);
    rmSync(join(home, 'code', 'agent-trace.agent-trace-0.1.0'), { recursive: true });
    expect(run()).toMatchObject(SILENT);
    const updated = install('code', '0.2.0');
    install('code', 'other');
    expect(told().hook).toBe(updated.hook);
  });

  it('ends in silence, and hears the agent out, when nothing is left of it', async () => {
    registerInstallation(place, install('code', '0.1.0'));
    rmSync(join(home, 'code'), { recursive: true });
    // More than a pipe holds: whoever does not read makes the writer fail.
    const child = spawn(launcher, ['Stop'], { env: { PATH: '/nonexistent' }, stdio: ['pipe', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
    const failures: unknown[] = [];
    child.stdin.on('error', (error) => failures.push(error));
    child.stdin.end('x'.repeat(4 * 1024 * 1024));
    const [code] = await once(child, 'close');
    expect({ code, said, failures }).toEqual({ code: 0, said: '', failures: [] });
  });
});

describe('registering an installation', () => {
  it('writes one file that only its user may read, write and run', () => {
    const own = install('code', '0.1.0');
    const before = process.umask(0);
    try {
      registerInstallation(place, own);
    } finally {
      process.umask(before);
    }
    expect(readdirSync(dirname(launcher))).toEqual(['hook']);
    expect(statSync(launcher).mode & 0o777).toBe(0o700);
    expect(statSync(dirname(launcher)).mode & 0o777).toBe(0o700);
  });

  it('writes nothing when nothing changes, and editors do not take turns', () => {
    const [code, cursor] = [install('code', '0.1.0'), install('cursor', '0.1.0')];
    registerInstallation(place, code);
    registerInstallation(place, cursor);
    const written = statSync(launcher);
    for (const each of [code, cursor, code, cursor]) registerInstallation(place, each);
    expect(statSync(launcher)).toMatchObject({ ino: written.ino, mtimeMs: written.mtimeMs });
    const text = readFileSync(launcher, 'utf8');
    rmSync(launcher);
    for (const each of [cursor, code]) registerInstallation(place, each);
    expect(readFileSync(launcher, 'utf8')).toBe(text);
  });

  it('replaces the file in one step: a hook that reads it meanwhile has the old one or the new one', () => {
    registerInstallation(place, install('code', '0.1.0'));
    const { ino } = statSync(launcher);
    registerInstallation(place, install('code', '0.2.0'));
    expect(statSync(launcher).ino).not.toBe(ino);
  });

  it('forgets what has gone, and a Node that has gone', () => {
    const node = runtimeAt('bin', 'node');
    registerInstallation(place, install('code', '0.1.0'), node);
    expect(readLauncher(place)?.node).toBe(node);
    rmSync(join(home, 'code'), { recursive: true });
    rmSync(node);
    const cursor = install('cursor', '0.1.0');
    registerInstallation(place, cursor);
    expect(readLauncher(place)).toEqual({ node: undefined, installations: [cursor] });
  });

  it('keeps the Node that is known when none is named', () => {
    const node = runtimeAt('bin', 'node');
    registerInstallation(place, install('code', '0.1.0'), node);
    registerInstallation(place, install('code', '0.2.0'));
    expect(readLauncher(place)?.node).toBe(node);
  });

  it('replaces a link in its place, and leaves what it leads to alone', () => {
    const target = join(home, 'target');
    writeFileSync(target, 'precious');
    mkdirSync(dirname(launcher), { recursive: true, mode: 0o700 });
    symlinkSync(target, launcher);
    registerInstallation(place, install('code', '0.1.0'));
    expect(lstatSync(launcher).isSymbolicLink()).toBe(false);
    expect(readFileSync(target, 'utf8')).toBe('precious');
    expect(told().args).toEqual(['Stop']);
  });

  it('believes no launcher that others could have written', () => {
    const own = install('code', '0.1.0');
    registerInstallation(place, own);
    const forged = { ...install('evil', '9.0.0') };
    registerInstallation(place, forged);
    chmodSync(launcher, 0o777);
    registerInstallation(place, own);
    expect(readLauncher(place)?.installations).toEqual([own]);
    expect(statSync(launcher).mode & 0o777).toBe(0o700);
  });

  it.each([
    ['is a symbolic link', (bin: string) => symlinkSync(tempFolder(), bin)],
    ['is not a folder', (bin: string) => writeFileSync(bin, '')],
  ])('refuses a folder that %s', (why, make) => {
    mkdirSync(join(home, '.agent-trace'), { mode: 0o700 });
    make(dirname(launcher));
    const own = install('code', '0.1.0');
    expect(() => registerInstallation(place, own)).toThrow(
      expect.objectContaining({ code: 'refused', message: expect.stringContaining(why) }),
    );
  });

  it('names nothing that lies where other users may write, even with the sticky bit: a program may come when it goes', () => {
    const open = tempFolder();
    chmodSync(open, 0o1777);
    const runtime = join(open, '.mount_editor', 'editor');
    mkdirSync(dirname(runtime));
    writeFileSync(runtime, '', { mode: 0o755 });
    const own = { ...install('code', '0.1.0'), runtime };
    expect(() => registerInstallation(place, own)).toThrow(
      expect.objectContaining({ code: 'refused', message: expect.stringContaining(runtime) }),
    );
    expect(existsSync(launcher)).toBe(false);
    registerInstallation(place, own, ownNode);
    expect(readFileSync(launcher, 'utf8')).not.toContain(runtime);
    expect(told().hook).toBe(own.hook);
    const link = join(home, 'link');
    symlinkSync(runtime, link);
    registerInstallation(place, { ...own, runtime: link });
    expect(readLauncher(place)?.installations).toEqual([{ ...own, runtime: undefined }]);
  });

  it('takes a file that is no launcher for an empty one', () => {
    mkdirSync(dirname(launcher), { recursive: true, mode: 0o700 });
    for (const text of ['', 'agent-trace-installations {', 'agent-trace-installations {"installations":[1,{}]}']) {
      writeFileSync(launcher, text, { mode: 0o700 });
      expect(readLauncher(place)).toEqual({ node: undefined, installations: [] });
    }
  });

  it('survives that two write at once', async () => {
    const code = install('code', '0.1.0');
    const script = `
      import { registerInstallation } from ${JSON.stringify(join(import.meta.dirname, '../../../../core/node/hook-launcher/hook-launcher.ts'))};
      const [home, own] = JSON.parse(process.argv[1]);
      registerInstallation({ home, platform: 'linux' }, own);`;
    const all = [code, ...Array.from({ length: 3 }, (_, index) => install(`editor${index}`, '0.1.0'))];
    const children = all.map((own) =>
      spawn(process.execPath, ['--input-type=module', '-e', script, JSON.stringify([home, own])], { stdio: 'inherit' }),
    );
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]));
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(readdirSync(dirname(launcher))).toEqual(['hook']);
    expect(told().args).toEqual(['Stop']);
    // Whoever was overwritten is in it again when it starts next.
    for (const own of all) registerInstallation(place, own);
    expect(readLauncher(place)?.installations).toHaveLength(4);
  });

  it('leaves an installation alone that was moved away and is back', () => {
    const own = install('code', '0.1.0');
    registerInstallation(place, own);
    renameSync(join(home, 'code'), join(home, 'away'));
    expect(existsSync(own.hook)).toBe(false);
    renameSync(join(home, 'away'), join(home, 'code'));
    expect(told().hook).toBe(own.hook);
  });
});
