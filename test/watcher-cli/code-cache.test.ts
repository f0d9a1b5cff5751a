import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { waitFor } from '../../scripts/wait-for.ts';
import { CodeCache } from '../../watcher-cli/code-cache.ts';
import { runtime } from '../../watcher-cli/kept-code.ts';
import { ensureBuilt, HOOK_BUNDLE } from '../rig/build.ts';
import { CliWorkspace } from '../rig/cli.ts';
import { HookRig } from '../rig/hook-run.ts';
import { tempFolder } from '../rig/temp-folder.ts';

const NAME = 'part.cjs';
const NOBODY = 65_534;

/** A folder with a bundle that exports this word of three letters. */
function folderWith(word: string): string {
  const folder = tempFolder();
  write(folder, word);
  return folder;
}

function write(folder: string, word: string): void {
  writeFileSync(join(folder, NAME), `module.exports = '${word}' + require('node:path').sep;`);
}

function cacheOf(folder: string, use = 'Stop'): CodeCache {
  return new CodeCache(folder, use, createRequire(import.meta.url));
}

/** What the bundle exports, by the code that is kept of it, else by its source, whose code is kept then. */
function load(folder: string, use?: string): string {
  const cache = cacheOf(folder, use);
  const word = cache.load<string>(NAME);
  cache.keep();
  return word.slice(0, 3);
}

function keptFile(folder: string): string {
  const [name = ''] = readdirSync(join(folder, 'code'));
  return join(folder, 'code', name);
}

/**
 * A folder whose bundle says `old`, while what is kept of it says `new`, as no program of ours leaves it. This process has
 * not loaded it by that name yet, or its own memory of the source would be asked first.
 */
function deceived(): string {
  const [folder, other] = [folderWith('old'), folderWith('new')];
  load(folder);
  load(other);
  const code = (of: string) => readFileSync(keptFile(of));
  const head = code(folder).subarray(0, code(folder).indexOf('\n') + 1);
  const foreign = code(other).subarray(code(other).indexOf('\n') + 1);
  expect(foreign.length).toBe(code(folder).length - head.length);
  writeFileSync(keptFile(folder), Buffer.concat([head, foreign]));
  const moved = join(other, 'moved');
  renameSync(folder, moved);
  return moved;
}

describe('compiled code of bundles', () => {
  it('is kept beside them and taken the next time', () => {
    expect(load(deceived())).toBe('new');
  });

  it('is kept once', () => {
    const folder = folderWith('old');
    load(folder);
    const { ino } = statSync(keptFile(folder));
    load(folder);
    expect(readdirSync(join(folder, 'code'))).toHaveLength(1);
    expect(statSync(keptFile(folder)).ino).toBe(ino);
  });

  it('is kept for each use', () => {
    const folder = folderWith('old');
    for (const use of ['Stop', 'PreToolUse', 'Stop']) load(folder, use);
    expect(readdirSync(join(folder, 'code'))).toHaveLength(2);
  });

  it('is kept for each set of options of Node, which refuses code that was made with others', () => {
    const folder = folderWith('old');
    load(folder);
    vi.stubEnv('NODE_OPTIONS', '--max-semi-space-size=32');
    onTestFinished(() => void vi.unstubAllEnvs());
    load(folder);
    expect(readdirSync(join(folder, 'code'))).toHaveLength(2);
  });

  it('is not kept unless that is asked for', () => {
    const folder = folderWith('old');
    cacheOf(folder).load(NAME);
    expect(existsSync(join(folder, 'code'))).toBe(false);
  });

  it('is not taken for a bundle that was changed, though size and time are the same', () => {
    const folder = folderWith('old');
    const file = join(folder, NAME);
    const at = new Date(1_700_000_000_000);
    utimesSync(file, at, at);
    load(folder);
    write(folder, 'new');
    utimesSync(file, at, at);
    expect(load(folder)).toBe('new');
  });

  it('is not taken for a bundle that another one was put in the place of', () => {
    const [folder, other] = [folderWith('old'), folderWith('new')];
    load(folder);
    renameSync(join(other, NAME), join(folder, NAME));
    expect(load(folder)).toBe('new');
  });

  it('is not kept of a bundle that was replaced while it ran', () => {
    const folder = folderWith('old');
    const cache = cacheOf(folder);
    cache.load(NAME);
    write(folder, 'new');
    cache.keep();
    const moved = join(tempFolder(), 'moved');
    renameSync(folder, moved);
    expect(load(moved)).toBe('new');
  });

  it('is kept anew where this Node refuses what is there', () => {
    const folder = folderWith('old');
    load(folder);
    const kept = readFileSync(keptFile(folder));
    const start = kept.indexOf('\n') + 1;
    // The first word of code says what it is.
    kept.writeUInt32LE(1, start);
    writeFileSync(keptFile(folder), kept);
    const moved = join(tempFolder(), 'moved');
    renameSync(folder, moved);
    expect(load(moved)).toBe('old');
    expect(readFileSync(keptFile(moved)).readUInt32LE(start)).not.toBe(1);
  });

  it.runIf(process.platform !== 'win32')('is not taken when others may write it', () => {
    const folder = deceived();
    chmodSync(keptFile(folder), 0o666);
    expect(load(folder)).toBe('old');
  });

  it.runIf(process.getuid?.() === 0)("is not taken when it is another user's", () => {
    const folder = deceived();
    chownSync(keptFile(folder), NOBODY, NOBODY);
    expect(load(folder)).toBe('old');
  });

  it.runIf(process.platform !== 'win32')('is not taken through a link', () => {
    const folder = deceived();
    const kept = keptFile(folder);
    renameSync(kept, join(folder, 'elsewhere'));
    symlinkSync(join(folder, 'elsewhere'), kept);
    expect(load(folder)).toBe('old');
  });

  it('is not taken when a part of it is missing', () => {
    const folder = deceived();
    truncateSync(keptFile(folder), statSync(keptFile(folder)).size - 1);
    expect(load(folder)).toBe('old');
  });

  it('is done without where it cannot be written', () => {
    const folder = folderWith('old');
    writeFileSync(join(folder, 'code'), '');
    const cache = cacheOf(folder);
    expect(cache.load(NAME)).toMatch(/^old/);
    expect(() => cache.keep()).toThrow(/EEXIST|ENOTDIR/);
  });

  it('leaves nothing behind when it could not be put in place', () => {
    const folder = folderWith('old');
    load(folder);
    const kept = keptFile(folder);
    renameSync(kept, join(folder, 'elsewhere'));
    mkdirSync(join(kept, 'in the way'), { recursive: true });
    const cache = cacheOf(folder);
    cache.load(NAME);
    expect(() => cache.keep()).toThrow();
    expect(readdirSync(join(folder, 'code'))).toHaveLength(1);
  });
});

describe('compiled code of a bundle in parts', () => {
  /** A folder with a bundle that gives what its part `first` gives, and more of a part that it requires only if told. */
  function inParts(): string {
    const folder = tempFolder();
    mkdirSync(join(folder, 'parts'));
    const parts = `exports.first = require('./parts/first.cjs'); exports.later = () => require('./parts/later.cjs');`;
    writeFileSync(join(folder, NAME), parts);
    writePart(folder, 'first', 'one');
    writePart(folder, 'later', 'two');
    return folder;
  }

  /** The part exports a new object with this word. */
  function writePart(folder: string, name: string, word: string): void {
    writeFileSync(join(folder, 'parts', `${name}.cjs`), `module.exports = { word: '${word}' };`);
  }

  /** The words of the parts. */
  function words(folder: string, needsLater: boolean): readonly string[] {
    const cache = cacheOf(folder);
    const { first, later } = cache.load<{ first: { word: string }; later: () => { word: string } }>(NAME);
    const found = [first.word, ...(needsLater ? [later().word] : [])];
    cache.keep();
    return found;
  }

  /** The names in the first line of the file. */
  const kept = (folder: string): readonly string[] => {
    const [line = ''] = readFileSync(keptFile(folder), 'latin1').split('\n');
    return (JSON.parse(line) as readonly (readonly string[])[]).slice(1).map(([name = '']) => name);
  };

  it('is kept in one file, with that of parts which are required later as soon as they are', () => {
    const folder = inParts();
    expect(words(folder, false)).toEqual(['one']);
    expect(kept(folder)).toEqual([NAME, 'parts/first.cjs']);
    expect(words(folder, true)).toEqual(['one', 'two']);
    expect(kept(folder)).toEqual([NAME, 'parts/first.cjs', 'parts/later.cjs']);
    const { ino } = statSync(keptFile(folder));
    for (const needsLater of [false, true]) words(folder, needsLater);
    expect(statSync(keptFile(folder)).ino).toBe(ino);
    expect(readdirSync(join(folder, 'code'))).toHaveLength(1);
  });

  it('runs each part once', () => {
    const { first, later } = cacheOf(inParts()).load<{ first: object; later: () => object }>(NAME);
    expect(later()).toBe(later());
    expect(later()).not.toBe(first);
  });

  it('is not taken for a part that was changed, and not kept of one that is gone', () => {
    const folder = inParts();
    words(folder, true);
    writePart(folder, 'first', 'new');
    rmSync(join(folder, 'parts', 'later.cjs'));
    expect(words(folder, false)).toEqual(['new']);
    expect(words(folder, false)).toEqual(['new']);
    expect(kept(folder).toSorted()).toEqual([NAME, 'parts/first.cjs']);
  });

  it('is done without when the line that says whose it is says something else', () => {
    for (const line of ['', '[]\n', 'null\n', '["another Node"]\n', `${JSON.stringify([runtime(), 1])}\n`]) {
      const folder = inParts();
      words(folder, false);
      writeFileSync(keptFile(folder), line);
      expect(words(folder, false)).toEqual(['one']);
      expect(words(folder, false)).toEqual(['one']);
    }
  });
});

/** A copy of the programs of which no code is kept yet. */
function freshPrograms(folder: string): { readonly dist: string; readonly kept: () => string[] } {
  const dist = join(folder, 'dist');
  cpSync(dirname(HOOK_BUNDLE), dist, { recursive: true, filter: (file) => basename(file) !== 'code' });
  const code = join(dist, 'code');
  return { dist, kept: () => (existsSync(code) ? readdirSync(code).sort() : []) };
}

describe('the command line', () => {
  beforeAll(() => ensureBuilt());

  function freshCli() {
    const workspace = new CliWorkspace();
    onTestFinished(() => workspace.dispose());
    const { dist, kept } = freshPrograms(workspace.path);
    const run = (...args: readonly string[]) =>
      spawnSync(process.execPath, [join(dist, 'agent-trace.cjs'), ...args], {
        cwd: workspace.path,
        env: workspace.env,
        encoding: 'utf8',
      });
    return { workspace, dist, run, kept };
  }

  it('keeps the code of each command that succeeds, and says the same by it', () => {
    const { run, kept } = freshCli();
    for (const command of ['--version', 'list']) {
      const [first, second] = [run(command), run(command)];
      expect(first).toMatchObject({ status: 0, stderr: '' });
      expect(second).toMatchObject({ status: 0, stderr: '', stdout: first.stdout });
    }
    expect(run('no-such-command').status).not.toBe(0);
    expect(kept()).toHaveLength(2);
  });

  it('loads neither sockets nor programs of Node to say its version', () => {
    const { workspace, dist } = freshCli();
    const asked = join(workspace.path, 'asked.cjs');
    const code = `process.on('exit', () => require('node:fs').writeSync(2, JSON.stringify(process.moduleLoadList)))`;
    writeFileSync(asked, code);
    const args = ['--require', asked, join(dist, 'agent-trace.cjs'), '--version'];
    const { stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    const loaded = JSON.parse(stderr) as readonly string[];
    expect(loaded).toContain('NativeModule vm');
    for (const name of ['net', 'child_process', 'crypto']) expect(loaded).not.toContain(`NativeModule ${name}`);
  });

  it('keeps that of a command that goes on when it has started', async () => {
    const { workspace, dist, kept } = freshCli();
    workspace.start(process.execPath, [join(dist, 'agent-trace.cjs'), 'watch'], 'ignore');
    await waitFor('the code to be kept', () => kept().length === 2);
    expect(kept()).toEqual([
      expect.stringMatching(/^agent-trace-program\.cjs-/),
      expect.stringMatching(/^prices\.cjs-/),
    ]);
  });
});

describe('the hook', () => {
  beforeAll(() => ensureBuilt());

  /** A copy of the hook of which nothing is kept yet. */
  function freshHook(rig: HookRig): {
    readonly run: (payload: object, ...args: string[]) => unknown;
    readonly kept: () => string[];
  } {
    const { dist, kept } = freshPrograms(rig.folder);
    const run = (payload: object, ...args: string[]) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [join(dist, 'hook.cjs'), ...args], {
        env: rig.env,
        input: JSON.stringify({ session_id: 's1', cwd: rig.workspace, ...payload }),
        encoding: 'utf8',
      });
      return { status, stdout, stderr };
    };
    return { run, kept };
  }

  const QUIET = { status: 0, stdout: '', stderr: '' };

  it('keeps its code with the first step, and records by it as before', () => {
    const rig = new HookRig();
    const { run, kept } = freshHook(rig);
    const stop = (text: string) => run({ hook_event_name: 'Stop', last_assistant_message: text }, 'Stop');
    expect(stop('one')).toEqual(QUIET);
    expect(kept()).toEqual([expect.stringMatching(/^hook-program\.cjs-/)]);
    expect(stop('two')).toEqual(QUIET);
    expect(kept()).toHaveLength(1);
    expect(rig.events().map(({ data }) => data['text'])).toEqual([undefined, 'one', 'two']);
  });

  it('keeps none with a call that does not run: nothing is to come between an agent and that answer', () => {
    const rig = new HookRig();
    const { run, kept } = freshHook(rig);
    const rules = [{ name: 'no env', condition: 'file_path matches "**/.env"', action: 'deny' }];
    writeFileSync(join(rig.workspace, '.watch-rules.json'), JSON.stringify({ rules }));
    const read = (file_path: string) =>
      run(
        { hook_event_name: 'PreToolUse', tool_name: 'Read', tool_input: { file_path }, tool_use_id: file_path },
        'PreToolUse',
      );
    expect(read('/w/.env')).toMatchObject({ status: 0, stdout: expect.stringContaining('no env') });
    expect(kept()).toEqual([]);
    expect(read('/w/README.md')).toEqual(QUIET);
    expect(kept()).toContainEqual(expect.stringMatching(/^judge\.cjs-/));
    expect(read('/w/.env')).toMatchObject({ status: 0, stdout: expect.stringContaining('no env') });
  });

  it('says so and does not fail the agent when a part of it is missing', () => {
    const rig = new HookRig();
    const { run } = freshHook(rig);
    renameSync(join(rig.folder, 'dist', 'hook-program.cjs'), join(rig.folder, 'gone'));
    expect(run({ hook_event_name: 'Stop' }, 'Stop')).toMatchObject({
      status: 0,
      stdout: '',
      stderr: expect.stringMatching(/^agent-trace hook: ENOENT[^\n]+hook-program\.cjs'\n$/),
    });
  });
});
