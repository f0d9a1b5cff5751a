import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ListedSession } from '../../core/common/session/listed-session.ts';
import { formatSessions } from '../../watcher-cli/commands/format-sessions.ts';
import { CliWorkspace } from '../rig/cli.ts';

let workspace: CliWorkspace;
beforeEach(() => {
  workspace = new CliWorkspace();
});
afterEach(() => workspace.dispose());

describe('the help', () => {
  it('has every command under a heading of its kind, and says how to begin', async () => {
    const { stdout, code } = await workspace.run('--help');
    expect(code).toBe(0);
    expect(stdout).not.toContain('Commands:');
    expect(stdout.match(/^[A-Z].*:$/gm)).toEqual([
      'Options:',
      'See:',
      'Stop:',
      'Look back:',
      'Record:',
      'More:',
      'First steps, in the folder that your agent works in:',
    ]);
    expect(stdout).toMatch(/Record:\n {2}setup.*\n {2}run/);
  });

  it.each(['list', 'cost'])('of an empty folder is in what %s says', async (command) => {
    const { stdout } = await workspace.run(command);
    expect(stdout).toMatch(/^no sessions in .*; agent-trace setup records .*, agent-trace import --discover lists /);
  });
});

describe('the list in a narrow terminal', () => {
  const summary = (session_id: string): ListedSession => ({
    session_id,
    agent: 'claude-code',
    state: 'completed',
    started_at: 1_795_000_000,
    ended_at: 1_795_000_100,
    reactivated_at: null,
    cost: { usd: 1.5, kind: 'known' },
    tokens: { input: 0, output: 0, cache_read: 0, cache_write_5m: 0, cache_write_1h: 0 },
    tool_calls: 3,
    errors: 0,
    files_read: 0,
    files_modified: 0,
    process: null,
    parent_session_id: null,
    guard: null,
  });
  const sessions = [
    '8463c716-a2ea-4c14-9efa-87158ebd9f20',
    '8463c716-a2ea-4c14-9efa-87158ebd9f20.a7be2f0',
    '8463c716-a2ea-4c14-9efa-87158ebd9f20.acompact',
    '4520f070-9e99-41bb-9400-2efd7eda4632',
  ].map(summary);

  it('is no wider than it, and names each session by a beginning that fits it alone', () => {
    const table = formatSessions(sessions, 0, 100);
    const lines = table.trimEnd().split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      'SESSION',
      '8463c716',
      '8463c716-a2ea-4c14-9efa-87158ebd9f20.a7',
      '8463c716-a2ea-4c14-9efa-87158ebd9f20.ac',
      '4520f070',
    ]);
  });

  it('leaves out what matters least, and nothing where there is room', () => {
    expect(formatSessions(sessions, 0, 80).split('\n')[0]).not.toContain('PID');
    expect(formatSessions(sessions, 0, 80).split('\n')[0]).toContain('COST');
    expect(formatSessions(sessions, 0, 200)).toBe(formatSessions(sessions, 0));
    expect(formatSessions(sessions, 0, 200)).toContain('PID');
  });

  it('names below it which sessions are guarded and which are not, a line for each reason', () => {
    const guarded = { mode: 'guarded', reason: 'It asks.' } as const;
    const observed = { mode: 'observed', reason: 'It does not ask.' } as const;
    const guards = [guarded, observed, observed, null];
    const table = formatSessions(
      sessions.map((session, index) => ({ ...session, guard: guards[index] ?? null })),
      0,
    );
    expect(table).toMatch(/^8463c716-\S+ +claude-code +completed +guarded /m);
    expect(table).toMatch(/^4520f070-\S+ +claude-code +completed +- /m);
    expect(table.split('\n').slice(-4)).toEqual([
      '',
      'guarded 8463c716: It asks.',
      'observed 8463c716.a7be, 8463c716.acom: It does not ask.',
      '',
    ]);
  });
});
