import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { QUIET_AFTER } from '../../../core/common/session/session-phase.ts';
import { systemProcessTable } from '../../../core/node/process/system-process-table.ts';
import { changeMeta } from '../../../core/node/store/session-meta-file.ts';
import { LiveSessions } from '../../../watcher-cli/watch/live-sessions.ts';
import { CliWorkspace, type StoredSessionWriter } from '../../rig/cli.ts';

const NEVER = 2 ** 22 + 1;

/** A workspace, and the sessions that live in it. */
function liveSessions(): { readonly workspace: CliWorkspace; readonly live: LiveSessions } {
  const workspace = new CliWorkspace();
  onTestFinished(() => workspace.dispose());
  return { workspace, live: new LiveSessions(systemProcessTable(), workspace.runtime, workspace.store) };
}

function end(workspace: CliWorkspace, id: string): void {
  changeMeta(workspace.store, id, (meta) => ({ ...meta, ended_at: Date.now() / 1000 }));
}

function letRest(session: StoredSessionWriter): void {
  const long = Date.now() / 1000 - QUIET_AFTER - 10;
  utimesSync(join(session.folder, 'events.ndjson'), long, long);
}

describe('a session without a known process', () => {
  it('lives until it is ended, or nothing was written for a while', () => {
    const { workspace, live } = liveSessions();
    for (const id of ['now', 'over']) workspace.session(id);
    letRest(workspace.session('quiet'));
    end(workspace, 'over');
    expect(['now', 'over', 'quiet'].filter((id) => live.has(id))).toEqual(['now']);
  });
});

describe.skipIf(process.platform === 'win32')('a session with a process', () => {
  it('lives as long as that, whatever the store says', () => {
    const { workspace, live } = liveSessions();
    const session = workspace.session('s1', process.pid);
    letRest(session);
    end(workspace, 's1');
    expect(live.has('s1')).toBe(true);
  });

  it('is over with it, however lately it wrote', () => {
    const { workspace, live } = liveSessions();
    workspace.session('s1');
    workspace.register('s1', process.pid, { startTime: String(NEVER) });
    expect(live.has('s1')).toBe(false);
  });

  it('gives it to its subagents, and to those who are not named after it nothing', () => {
    const { workspace, live } = liveSessions();
    workspace.session('s1', process.pid);
    const subagents = ['s1.a', 's1.a.b', 'other.a'];
    for (const id of subagents) {
      letRest(workspace.session(id, undefined, 's1'));
      end(workspace, id);
    }
    expect(subagents.filter((id) => live.has(id))).toEqual(['s1.a', 's1.a.b']);
  });

  it('is found to have one that was registered after others were asked for', async () => {
    const { workspace, live } = liveSessions();
    const session = workspace.session('s1');
    letRest(session);
    expect(live.has('s1')).toBe(false);
    await nextTurn();
    workspace.register('s1', process.pid);
    expect(live.has('s1')).toBe(true);
  });
});
