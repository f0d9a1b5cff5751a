import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../../core/common/protocol/alert.ts';
import { AlertFeed } from '../../../core/node/alerts/alert-feed.ts';
import { type ControlledSession, ControlService } from '../../../extension/control/control-service.ts';
import { WatcherLink } from '../../../extension/watcher/watcher-link.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CliWorkspace, processState } from '../../rig/cli.ts';

let workspace: CliWorkspace;
let link: WatcherLink | undefined;
let feed: AlertFeed;
let alerts: Alert[];
let issues: string[];
/** What was pending at each change. */
let pending: (string | null)[];
let trusted: boolean;

beforeEach(() => {
  workspace = new CliWorkspace();
  [alerts, issues, pending, trusted] = [[], [], [], true];
  feed = new AlertFeed({
    store: workspace.store,
    onAlert: (alert) => alerts.push(alert),
    onIssue: (message) => issues.push(message),
  });
});

afterEach(async () => {
  link?.close();
  link = undefined;
  feed.close();
  await workspace.dispose();
});

async function service(): Promise<ControlService> {
  const opened = new WatcherLink({
    runtimeDir: workspace.runtime,
    store: workspace.store,
    onAlert: (alert) => feed.receive(alert),
    onAsks: () => {},
    onChange: () => {},
    onIssue: (message) => issues.push(message),
  });
  link = opened;
  await opened.start();
  const made = new ControlService({
    runtimeDir: workspace.runtime,
    isTrusted: () => trusted,
    findWatcher: async () => {
      await opened.look();
      return opened.client;
    },
    now: () => Date.now() / 1000,
    onChange: (session) => pending.push(made.pending(session)),
    onAlert: (_, alert) => feed.receive(alert),
    onIssue: (message) => issues.push(message),
  });
  return made;
}

/** A process that was continued runs for a moment before it sleeps again. */
const goesOn = (pid: number) => waitFor(`process ${pid} to go on`, () => processState(pid) === 'S');

const one = (): ControlledSession => ({ id: 'one', store: workspace.store });

describe.each(['with a watcher', 'without one'])('pause, resume and kill %s', (circumstance) => {
  it('act on the process, are pending until the outcome is there, and are told once', async () => {
    const agent = workspace.startSleeper();
    workspace.session('one', agent.pid);
    const watch = circumstance === 'with a watcher' ? await workspace.watch() : undefined;
    const control = await service();

    const pausing = control.request('pause', one());
    expect(control.pending(one())).toBe('pause');
    expect(await pausing).toMatchObject({ action: 'pause', result: 'done' });
    expect(processState(agent.pid)).toBe('T');
    expect(control.pending(one())).toBeNull();

    expect(await control.request('resume', one())).toMatchObject({ result: 'done' });
    await goesOn(agent.pid);

    const gone = new Promise((resolve) => agent.once('exit', resolve));
    expect(await control.request('kill', one())).toMatchObject({ result: 'done' });
    await gone;
    expect(await control.request('kill', one())).toMatchObject({ result: 'refused' });

    expect(pending).toEqual(['pause', null, 'resume', null, 'kill', null, 'kill', null]);
    expect(workspace.alerts().map((alert) => alert.action)).toEqual(['pause', 'resume', 'kill', 'kill']);
    if (watch) {
      await waitFor('what the watcher prints', () => watch.alerts.length >= 4);
      expect(watch.alerts).toEqual(workspace.alerts());
    }
    await waitFor('the alerts', async () => {
      await feed.drain();
      return alerts.length >= 4;
    });
    expect(alerts).toEqual(workspace.alerts());
  });
});

describe('a session', () => {
  it('is resumed although the watcher that paused it has died', async () => {
    const agent = workspace.startSleeper();
    workspace.session('one', agent.pid);
    const watch = await workspace.watch();
    const control = await service();
    expect(await control.request('pause', one())).toMatchObject({ result: 'done' });
    watch.child.kill('SIGKILL');
    expect(await control.request('resume', one())).toMatchObject({ result: 'done' });
    await goesOn(agent.pid);
  });

  it('is killed although the watcher hangs', async () => {
    const agent = workspace.startSleeper();
    workspace.session('one', agent.pid);
    const watch = await workspace.watch();
    const control = await service();
    watch.child.kill('SIGSTOP');
    try {
      const gone = new Promise((resolve) => agent.once('exit', resolve));
      expect(await control.request('kill', one())).toMatchObject({ result: 'done' });
      await gone;
      expect(issues).toEqual([expect.stringContaining('without the watcher')]);
    } finally {
      watch.child.kill('SIGCONT');
    }
  });

  it('that the watcher does not follow is acted on directly', async () => {
    const [agent, other] = [workspace.startSleeper(), workspace.startSleeper()];
    workspace.session('one', agent.pid);
    workspace.session('two', other.pid);
    await workspace.watch('two');
    const control = await service();
    expect(await control.request('pause', one())).toMatchObject({ result: 'done' });
    expect([processState(agent.pid), processState(other.pid)]).toEqual(['T', 'S']);
  });

  it('can be killed while a pause is under way', async () => {
    const agent = workspace.startSleeper();
    workspace.session('one', agent.pid);
    const control = await service();
    const gone = new Promise((resolve) => agent.once('exit', resolve));
    const pausing = control.request('pause', one());
    const killing = control.request('kill', one());
    expect(control.pending(one())).toBe('kill');
    await pausing;
    expect(control.pending(one())).toBe('kill');
    expect(await killing).toMatchObject({ result: 'done' });
    expect(control.pending(one())).toBeNull();
    await gone;
  });

  it('whose process nobody registered is not signalled', async () => {
    workspace.session('one');
    const control = await service();
    expect(await control.request('pause', one())).toMatchObject({
      result: 'refused',
      reason: expect.stringContaining('no process is known'),
    });
  });

  it('of a workspace without trust is not signalled, not even by the watcher', async () => {
    const agent = workspace.startSleeper();
    workspace.session('one', agent.pid);
    const watch = await workspace.watch();
    trusted = false;
    const control = await service();
    await expect(control.request('kill', one())).rejects.toMatchObject({ code: 'refused' });
    expect(processState(agent.pid)).toBe('S');
    expect(watch.alerts).toEqual([]);
    expect(workspace.alerts()).toEqual([]);
    expect(pending).toEqual([]);
    expect(readdirSync(workspace.store)).not.toContain('alerts.ndjson');
  });
});
