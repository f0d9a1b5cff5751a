import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Hold } from '../../../core/common/protocol/alert.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { ensureBuilt } from '../../rig/build.ts';
import { CliWorkspace, type WatchProcess } from '../../rig/cli.ts';
import { PendingCall } from '../../rig/pending-call.ts';

const RULE = { name: 'push', when: 'command.startsWith("git push")', action: 'pause' };

let workspace: CliWorkspace;

beforeAll(() => ensureBuilt());

beforeEach(() => {
  workspace = new CliWorkspace();
  // Nothing here is about how soon a busy machine answers.
  workspace.write('.watch-rules.json', JSON.stringify({ answer_within_ms: 30_000, rules: [RULE] }));
  workspace.session('one', workspace.startSleeper().pid);
});

afterEach(() => workspace.dispose());

const bash = (command: string) => new PendingCall(workspace, 'one', 'Bash', { command });

/** All that was told of held calls, once it is so many. */
function holds(watch: WatchProcess, count: number): Promise<readonly Hold[]> {
  return waitFor(`${count} words of held calls; so far: ${watch.stdout}`, () => {
    const told = watch.alerts.filter((alert) => alert.type === 'hold');
    return told.length >= count && told;
  });
}

describe('a call of a paused session', () => {
  it('is told to be held by the rule, and to be allowed when the session goes on', async () => {
    const watch = await workspace.watch();
    const call = bash('git push');
    const [first] = await holds(watch, 1);
    const why = 'command is "git push": the rule forbids command.startsWith("git push")';
    expect(first).toMatchObject({ session_id: 'one', rule: 'push', call: 'held', reason: `Bash git push: ${why}` });
    expect(watch.alerts.find(({ type }) => type === 'decision')?.event_id).toBe(first?.event_id);
    const other = bash('ls');
    expect((await holds(watch, 2))[1]).toMatchObject({ rule: 'push', call: 'held', reason: `Bash ls: ${why}` });
    expect([call.isHeld, other.isHeld]).toEqual([true, true]);
    expect(await workspace.run('resume', 'one')).toMatchObject({ code: 0 });
    expect([await call.verdict(), await other.verdict()]).toEqual(['allowed', 'allowed']);
    const told = await holds(watch, 4);
    expect(told.slice(2).map(({ call: fate }) => fate)).toEqual(['allowed', 'allowed']);
    expect(new Set(told.map(({ decision_id }) => decision_id)).size).toBe(2);
  });

  it('is told to be held by its user, and to be denied when the session is ended', async () => {
    const watch = await workspace.watch();
    await workspace.run('pause', 'one');
    const call = bash('ls');
    const [held] = await holds(watch, 1);
    expect(held).toMatchObject({ rule: '', call: 'held', reason: 'Bash ls: you have paused the session' });
    await workspace.run('kill', 'one');
    expect(await call.verdict()).toBe('deny: you have ended the session');
    expect((await holds(watch, 2))[1]).toMatchObject({ call: 'denied', reason: 'you have ended the session' });
  });

  it('is held no longer when its hook is gone; nor when its watcher is, which the next one says', async () => {
    const first = await workspace.watch();
    const gone = bash('git push');
    await holds(first, 1);
    gone.end();
    expect((await holds(first, 2))[1]).toMatchObject({ call: 'unknown', reason: 'its agent waited no longer' });
    bash('ls');
    await holds(first, 3);
    first.child.kill('SIGKILL');
    const told = await holds(await workspace.watch(), 1);
    expect(told).toMatchObject([{ call: 'unknown', reason: 'its watcher ended' }]);
  });
});
