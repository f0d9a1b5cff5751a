import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../../core/common/protocol/alert.ts';
import { WatcherLink } from '../../../extension/watcher/watcher-link.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CliWorkspace } from '../../rig/cli.ts';

const LOOK = { name: 'look', condition: 'tool_calls > 0', action: 'alert' };

let workspace: CliWorkspace;
let link: WatcherLink | undefined;
let alerts: Alert[];
let issues: string[];
let changes: number;

beforeEach(() => {
  workspace = new CliWorkspace();
  alerts = [];
  issues = [];
  changes = 0;
});

afterEach(async () => {
  link?.close();
  link = undefined;
  await workspace.dispose();
});

async function open(): Promise<WatcherLink> {
  link = new WatcherLink({
    runtimeDir: workspace.runtime,
    store: workspace.store,
    onAlert: (alert) => alerts.push(alert),
    onAsks: () => {},
    onChange: () => {
      changes += 1;
    },
    onIssue: (message) => issues.push(message),
  });
  await link.start();
  return link;
}

const pidOf = (of: WatcherLink) => of.client?.endpoint.process.pid;

describe('the link to a watcher', () => {
  it('finds one that runs, and hears what it decides', async () => {
    workspace.writeRules(LOOK);
    const session = workspace.session('one');
    const watch = await workspace.watch();
    const opened = await open();
    expect(pidOf(opened)).toBe(watch.child.pid);
    session.call('Bash', { command: 'ls' });
    await waitFor('decision and outcome', () => alerts.length === 2);
    expect(alerts).toEqual(workspace.alerts());
  });

  it('finds one that starts later, loses it, and finds its successor', async () => {
    workspace.session('one');
    const opened = await open();
    expect(opened.client).toBeUndefined();
    const first = await workspace.watch();
    await waitFor('the first', () => pidOf(opened) === first.child.pid);
    await first.stop();
    await waitFor('nobody', () => opened.client === undefined);
    const second = await workspace.watch();
    await waitFor('the second', () => pidOf(opened) === second.child.pid);
    expect(changes).toBe(3);
    expect(issues).toEqual([]);
  });

  it('loses one that was killed, and finds its successor', async () => {
    workspace.session('one');
    const first = await workspace.watch();
    const opened = await open();
    first.child.kill('SIGKILL');
    await waitFor('nobody', () => opened.client === undefined);
    const second = await workspace.watch();
    await waitFor('the second', () => pidOf(opened) === second.child.pid);
  });

  it('goes on when the runtime folder was emptied', async () => {
    workspace.session('one');
    const opened = await open();
    renameSync(join(workspace.runtime, 'watchers'), join(workspace.runtime, 'gone'));
    rmSync(join(workspace.runtime, 'gone'), { recursive: true });
    const watch = await workspace.watch();
    await waitFor('the watcher', () => pidOf(opened) === watch.child.pid);
  });

  it('says once why a watcher is not believed', async () => {
    workspace.session('one');
    const watch = await workspace.watch();
    const { chmodSync, readdirSync } = await import('node:fs');
    const folder = join(workspace.runtime, 'watchers');
    for (const name of readdirSync(folder)) if (name.endsWith('.json')) chmodSync(join(folder, name), 0o644);
    const opened = await open();
    await opened.look();
    expect(opened.client).toBeUndefined();
    expect(issues).toEqual([expect.stringContaining('open to other users')]);
    await watch.stop();
  });
});
