import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { waitFor } from '../../../scripts/wait-for.ts';
import { findClaude, type KnownClaude } from '../../../watcher-cli/setup/claude-installation.ts';
import { type SetupRig, setupRig } from './setup-rig.ts';

function find(rig: SetupRig, folders: readonly string[]): Promise<KnownClaude> {
  const env = { PATH: [...folders, '/usr/bin', '/bin'].join(':') };
  return findClaude({ env, home: rig.home, platform: process.platform });
}

describe('findClaude', () => {
  it('takes the first one on PATH', async () => {
    const rig = await setupRig();
    const claude = await rig.fakeClaude('echo "2.1.50 (Claude Code)"');
    expect(await find(rig, [path.dirname(claude)])).toEqual({ version: [2, 1, 50], executable: claude });
  });

  it.each(['.claude/local', '.local/bin'])('looks into ~/%s when PATH has none', async (folder) => {
    const rig = await setupRig();
    const claude = await rig.fakeClaude('echo "2.1.50 (Claude Code)"', path.join(rig.home, folder));
    expect(await find(rig, [])).toEqual({ version: [2, 1, 50], executable: claude });
  });

  it('passes over another program of that name', async () => {
    const rig = await setupRig();
    const other = await rig.fakeClaude('echo "claude, a piano, version 3.0.0"');
    const claude = await rig.fakeClaude('echo "2.1.50 (Claude Code)"', path.join(rig.home, '.local', 'bin'));
    expect((await find(rig, [path.dirname(other)])).executable).toBe(claude);
  });

  it('does not start what a relative PATH entry finds in the workspace', async () => {
    const rig = await setupRig();
    await rig.fakeClaude('echo "2.1.50 (Claude Code)"', path.join(rig.home, 'bin'));
    const before = process.cwd();
    onTestFinished(() => process.chdir(before));
    process.chdir(rig.home);
    expect(await find(rig, ['bin', '.', ''])).toEqual({ version: undefined, executable: undefined });
  });

  it('does not wait longer than its deadline, and ends what it started', async () => {
    const rig = await setupRig();
    const pidFile = path.join(rig.home, 'pid');
    const claude = await rig.fakeClaude(`sleep 1000 & echo $! > ${pidFile}; wait; echo "2.1.50 (Claude Code)"`);
    expect(await find(rig, [path.dirname(claude)])).toEqual({ version: undefined, executable: undefined });
    const pid = Number(await readFile(pidFile, 'utf8'));
    await waitFor('the end of its child', () => !isAlive(pid));
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
