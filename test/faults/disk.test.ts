import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { waitFor } from '../../scripts/wait-for.ts';
import { ensureBuilt } from '../rig/build.ts';
import { CliWorkspace, processState } from '../rig/cli.ts';
import { fillDisk, mountSmallDisk, mountWithoutNotifications, NO_MOUNT, remount } from '../rig/mounts.ts';

beforeAll(ensureBuilt);

const PAUSE_ENV = { name: 'secrets', condition: 'file_path matches "**/.env"', action: 'pause' };
const KILL_CALLS = { name: 'calls', condition: 'tool_calls > 2', action: 'kill' };

function newWorkspace(): CliWorkspace {
  const workspace = new CliWorkspace();
  onTestFinished(() => workspace.dispose());
  return workspace;
}

describe('a watcher whose store is on a disk', () => {
  it('that is full stops the agent all the same, says what it cannot write, and writes again when there is room', async ({
    skip,
  }) => {
    const workspace = newWorkspace();
    if (!mountSmallDisk(workspace.store)) return skip(NO_MOUNT);
    workspace.writeRules(PAUSE_ENV, KILL_CALLS);
    const agent = workspace.startSleeper();
    const session = workspace.session('one', agent.pid);
    const watch = await workspace.watch();
    session.call('Read', { file_path: 'src/.env' });
    const makeRoom = fillDisk(workspace.store);
    expect(await watch.outcome('pause')).toMatchObject({ result: 'done', rule: 'secrets' });
    expect(processState(agent.pid)).toBe('T');
    makeRoom();
    session.call('Bash', { command: 'ls' });
    session.call('Bash', { command: 'pwd' });
    expect(await watch.outcome('kill')).toMatchObject({ result: 'done', rule: 'calls' });
    await waitFor('the postmortem', () => existsSync(path.join(workspace.store, 'postmortem-one.md')));
    await watch.stop();
    // What could not be written is in the watcher's own record, which lies elsewhere.
    expect(watch.alerts.map(({ type, action }) => `${type} ${action}`)).toEqual([
      'decision pause',
      'outcome pause',
      'decision kill',
      'outcome kill',
    ]);
  });

  it('that became read-only stops the agent all the same, and complains once', async ({ skip }) => {
    const workspace = newWorkspace();
    if (!mountSmallDisk(workspace.store)) return skip(NO_MOUNT);
    workspace.writeRules({ name: 'few', condition: 'tool_calls > 0', action: 'kill' });
    const agent = workspace.startSleeper();
    workspace.session('one', agent.pid).call('Read', { file_path: '.env' });
    remount(workspace.store, 'ro');
    const watch = await workspace.watch();
    expect(await watch.outcome('kill')).toMatchObject({ result: 'done' });
    await waitFor('the complaint about the postmortem', () => watch.stderr.includes('EROFS'));
    await watch.stop();
    expect(watch.stderr.match(/alerts\.ndjson cannot be written/g)).toHaveLength(1);
    remount(workspace.store, 'rw');
    expect((await workspace.run('list', '--json')).stdout).toContain('"one"');
  });

  it('that tells nobody of changes sees them all the same', async ({ skip }) => {
    const workspace = newWorkspace();
    const behind = new CliWorkspace({ path: path.join(workspace.path, 'behind'), runtime: workspace.runtime });
    mkdirSync(behind.path);
    if (!mountWithoutNotifications(behind.path, workspace.store)) {
      return skip(`${NO_MOUNT}, and bindfs`);
    }
    workspace.writeRules(PAUSE_ENV);
    const watch = await workspace.watch();
    // Written behind the mount, as from another machine: only looking again shows it.
    const agent = workspace.startSleeper();
    workspace.register('one', agent.pid);
    const elsewhere = new CliWorkspace({ path: behind.path, runtime: workspace.runtime });
    Object.assign(elsewhere, { store: behind.path });
    const session = elsewhere.session('one');
    session.call('Read', { file_path: '.env' });
    expect(await watch.outcome('pause')).toMatchObject({ result: 'done' });
    expect(processState(agent.pid)).toBe('T');
    expect(readFileSync(path.join(workspace.store, 'one/events.ndjson'), 'utf8')).toContain('.env');
    await watch.stop();
  });
});
