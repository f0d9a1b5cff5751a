import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { waitFor } from '../../scripts/wait-for.ts';
import { ensureBuilt } from '../rig/build.ts';
import { CliWorkspace, processState, type WatchProcess } from '../rig/cli.ts';

beforeAll(ensureBuilt);

const PAUSE_ENV = { name: 'secrets', condition: 'file_path matches "**/.env"', action: 'pause' };
const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';

function newWorkspace(): CliWorkspace {
  const workspace = new CliWorkspace();
  onTestFinished(() => workspace.dispose());
  workspace.writeRules(PAUSE_ENV);
  return workspace;
}

const ready = (watch: WatchProcess) =>
  waitFor(`the watcher to be ready: ${watch.stderr}`, () => watch.stderr.includes('watching ') || watch.ended);

describe.skipIf(process.platform !== 'linux')('a watcher', () => {
  it('that has fewer descriptors than sessions to follow stops every agent', async () => {
    const workspace = newWorkspace();
    const agents = Array.from({ length: 60 }, () => workspace.startSleeper());
    const sessions = agents.map((agent, n) => workspace.session(`s${n}`, agent.pid));
    const watch = workspace.watchUnder(['sh', '-c', 'ulimit -n 48 && exec "$0" "$@"']);
    await ready(watch);
    for (const session of sessions) session.call('Read', { file_path: '.env' });
    await waitFor('all agents to be paused', () => agents.every(({ pid }) => processState(pid) === 'T'));
    await watch.stop();
    expect(watch.alerts.filter((alert) => alert.type === 'outcome' && alert.result === 'done')).toHaveLength(60);
  });

  it('that gets no inotify watch looks for itself, says so, and stops the agent', async ({ skip }) => {
    const limit = 'echo 1 > /proc/sys/user/max_inotify_watches';
    if (!works('unshare', ['-Ur', 'sh', '-c', limit])) return skip('needs user namespaces (unshare -Ur)');
    const workspace = newWorkspace();
    const agent = workspace.startSleeper();
    const session = workspace.session('one', agent.pid);
    const watch = workspace.watchUnder(['unshare', '-Ur', 'sh', '-c', `${limit} && exec "$0" "$@"`]);
    await ready(watch);
    expect(watch.ended).toBe(false);
    session.call('Read', { file_path: '.env' });
    expect(await watch.outcome('pause')).toMatchObject({ result: 'done' });
    expect(processState(agent.pid)).toBe('T');
    expect(watch.stderr).toMatch(/no notifications of changes, .*max_user_watches/);
    await watch.stop();
  });

  it('whose clock is set back, and forward by a year, goes on', async ({ skip }) => {
    if (!existsSync(FAKETIME)) return skip('needs libfaketime');
    const workspace = newWorkspace();
    const clock = path.join(workspace.path, 'clock');
    writeFileSync(clock, '+0');
    const agent = workspace.startSleeper();
    const session = workspace.session('one', agent.pid);
    const watch = workspace.watchUnder(['env'], {
      LD_PRELOAD: FAKETIME,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_TIMESTAMP_FILE: clock,
    });
    await ready(watch);
    for (const [n, offset] of ['-2h', '+365d', '-365d'].entries()) {
      writeFileSync(clock, offset);
      session.finish('Bash', { command: `echo ${n}` });
    }
    session.call('Read', { file_path: '.env' });
    expect(await watch.outcome('pause')).toMatchObject({ result: 'done' });
    expect(processState(agent.pid)).toBe('T');
    const at = watch.alerts.find(({ type }) => type === 'decision')?.at ?? 0;
    expect(at, 'the clock of the watcher was not the one set').toBeLessThan(Date.now() / 1000 - 300 * 86_400);
    await watch.stop();
  });
});

function works(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
