import { readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { markActive } from '../../../core/node/store/active-session.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { ensureBuilt } from '../../rig/build.ts';
import { CliWorkspace, processState, type StoredSessionWriter } from '../../rig/cli.ts';

/** More than a watcher keeps of those that have ended. */
const MANY = 130;
let workspace: CliWorkspace;

beforeAll(() => ensureBuilt());

beforeEach(() => {
  workspace = new CliWorkspace();
});

afterEach(() => workspace.dispose());

/** Names of sessions whose files a process holds open. */
function held(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((fd) => {
    try {
      const link = readlinkSync(path.join(folder, fd));
      return link.endsWith('events.ndjson') ? [path.basename(path.dirname(link))] : [];
    } catch {
      return [];
    }
  });
}

it('forgets the oldest of many ended sessions, and guards one of them again that goes on', async () => {
  workspace.writeRules(
    { name: 'look', condition: 'command matches "look*"', action: 'alert' },
    { name: 'tree', condition: 'cost_usd_session_tree > 1', action: 'alert' },
    { name: 'push', condition: 'command matches "git push*"', action: 'pause' },
  );
  const agent = workspace.startSleeper();
  const sessions = Array.from({ length: MANY }, (_, n) =>
    workspace.session(`s${String(n).padStart(3, '0')}`, agent.pid),
  );
  const [oldest, newest] = [sessions[0], sessions.at(-1)] as [StoredSessionWriter, StoredSessionWriter];
  const watch = await workspace.watch();
  const alertsOf = (id: string, rule: string) =>
    watch.alerts.filter((alert) => alert.type === 'decision' && alert.session_id === id && alert.rule === rule);
  // Each is read to its end.
  oldest.append('llm_response', { model: 'claude-opus-4-8', usage: { output: 80_000 } });
  for (const session of sessions) {
    session.call('Bash', { command: 'look' });
    session.append('session_end', {});
  }
  await waitFor('every session', () => sessions.every(({ id }) => alertsOf(id, 'look').length === 1));
  expect(alertsOf(oldest.id, 'tree')).toHaveLength(1);
  const gone = new Promise((resolve) => agent.once('exit', resolve));
  agent.kill('SIGKILL');
  await gone;
  const other = workspace.startSleeper();
  workspace.session('another', other.pid);
  const pid = watch.child.pid as number;
  await waitFor('the oldest to be forgotten', () => !held(pid).includes(oldest.id));
  expect(held(pid)).toContain(newest.id);

  const again = workspace.startSleeper();
  workspace.register(oldest.id, again.pid);
  oldest.append('user_prompt', { prompt: 'Go on.' });
  // As recorders do.
  markActive(workspace.store, oldest.id);
  oldest.call('Bash', { command: 'git push' });
  expect(await watch.outcome('pause')).toMatchObject({ result: 'done', session_id: oldest.id });
  expect(processState(again.pid)).toBe('T');
  // What was said of it before is not said again.
  expect(alertsOf(oldest.id, 'look')).toHaveLength(1);
  expect(alertsOf(oldest.id, 'tree')).toHaveLength(1);
});
