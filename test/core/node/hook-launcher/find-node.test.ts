import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { findNode } from '../../../../core/node/hook-launcher/find-node.ts';
import { tempFolder } from '../../../rig/temp-folder.ts';

let home: string;

beforeEach(() => {
  home = tempFolder();
});

/** A program named `node` below the home folder. */
function program(folder: string, body: string): string {
  const file = join(home, folder, 'node');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** One that says that it is this version, and lies at `path`. */
function node(folder: string, version: string, more: object = {}): string {
  const path = join(home, folder, 'node');
  return program(folder, `echo '${JSON.stringify({ node: version, path, ...more })}'`);
}

function find(folders: readonly string[], workspaces: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  const PATH = folders.map((folder) => join(home, folder)).join(':');
  return findNode({ env: { PATH, ...env }, home, platform: 'linux', workspaces });
}

describe('findNode', () => {
  it('finds the real one behind a link, a shim, and whatever stands in between', async () => {
    program('shims', `exec "${process.execPath}" "$@"`);
    mkdirSync(join(home, 'bin'));
    symlinkSync(join(home, 'shims', 'node'), join(home, 'bin', 'node'));
    // The project's own Node lies in node_modules, where nobody's own Node does.
    const expected = process.execPath.includes('node_modules') ? undefined : process.execPath;
    expect(await findNode({ env: { PATH: join(home, 'bin') }, home, platform: 'linux', workspaces: [] })).toBe(
      expected,
    );
    const behind = node('tools/22', '22.1.0');
    program('volta', `exec "${behind}" "$@"`);
    expect(await find(['volta'])).toBe(behind);
  });

  it('passes over one that is too old, does not answer, fails or is something else', async () => {
    node('16', '16.20.2');
    node('almost', '20.18.9');
    program('odd', 'echo 24.0.0');
    expect(await find(['16', 'almost', 'odd'])).toBeUndefined();
    program('failing', 'exit 1');
    node('bun', '24.3.0', { bun: '1.3.0' });
    const good = node('good', '20.19.0');
    expect(await find(['16', 'failing', 'bun', 'good'])).toBe(good);
  });

  it.each(['workspace/bin', 'tools/node_modules/.bin'])('does not start what it finds in %s', async (folder) => {
    const mark = join(home, 'started');
    program(folder, `: > ${mark}; echo '{"node":"24.0.0","path":"/bin/sh"}'`);
    expect(await find([folder], [join(home, 'workspace')])).toBeUndefined();
    expect(existsSync(mark)).toBe(false);
  });

  it('knows a workspace under its other names', async () => {
    const mark = join(home, 'started');
    const inside = program('real/bin', `: > ${mark}`);
    symlinkSync(join(home, 'real'), join(home, 'link'));
    mkdirSync(join(home, 'bin'));
    symlinkSync(inside, join(home, 'bin', 'node'));
    for (const folder of ['real/bin', 'link/bin', 'bin']) {
      expect(await find([folder], [join(home, 'link')])).toBeUndefined();
    }
    expect(existsSync(mark)).toBe(false);
  });

  it('takes no home folder for a workspace that holds only its own', async () => {
    const own = node('.nvm/versions/node/v24.0.0/bin', '24.0.0');
    expect(await find(['.nvm/versions/node/v24.0.0/bin'], [home, dirname(home)])).toBe(own);
  });

  it('does not start what everybody may write', async () => {
    chmodSync(node('open', '24.0.0'), 0o777);
    expect(await find(['open'])).toBeUndefined();
  });

  it('does not start what others could replace', async () => {
    const open = tempFolder();
    const mark = join(open, 'started');
    writeFileSync(join(open, 'node'), `#!/bin/sh\n: > ${mark}\n`, { mode: 0o755 });
    expect(await findNode({ env: { PATH: open }, home, platform: 'linux', workspaces: [] })).toBeUndefined();
    expect(existsSync(mark)).toBe(false);
  });

  it('does not look into relative folders of PATH', async () => {
    expect(await findNode({ env: { PATH: 'bin::.' }, home, platform: 'linux', workspaces: [] })).toBeUndefined();
  });

  it('asks from the home folder, and lets the environment load nothing', async () => {
    const log = join(home, 'log');
    program('asked', `echo "$PWD $NODE_OPTIONS" > ${log}`);
    await find(['asked'], [], { NODE_OPTIONS: '--require evil' });
    expect(readFileSync(log, 'utf8')).toBe(`${home} \n`);
  });

  it('gives undefined without a PATH', async () => {
    expect(await findNode({ env: {}, home, platform: 'linux', workspaces: [] })).toBeUndefined();
  });
});
