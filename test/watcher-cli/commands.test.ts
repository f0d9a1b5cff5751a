import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '../../scripts/wait-for.ts';
import { CLI, CliWorkspace, processState } from '../rig/cli.ts';

let workspace: CliWorkspace;

beforeEach(() => {
  workspace = new CliWorkspace();
});

afterEach(() => workspace.dispose());

describe('list --json', () => {
  it('gives every session in the documented shape', async () => {
    const agent = workspace.startSleeper();
    const session = workspace.session('one', agent.pid);
    session.finish('Edit', { file_path: 'a.ts' });
    session.finish('Read', { file_path: 'b.ts' });
    session.finish('Bash', { command: 'false' }, 'Exit code 1');
    const usage = { input: 1000, output: 100, cache_read: 10, cache_write_5m: 0, cache_write_1h: 0 };
    session.append('llm_response', { model: 'claude-sonnet-4-6', usage });
    const [listed, ...rest] = JSON.parse((await workspace.run('list', '--json')).stdout);
    expect(rest).toEqual([]);
    expect(listed).toEqual({
      session_id: 'one',
      agent: 'test-agent',
      state: 'active',
      started_at: expect.any(Number),
      ended_at: null,
      reactivated_at: null,
      cost: { usd: (1000 * 3 + 100 * 15 + 10 * 0.3) / 1e6, kind: 'known' },
      tokens: usage,
      tool_calls: 3,
      errors: 1,
      files_read: 1,
      files_modified: 1,
      process: { pid: agent.pid, alive: true },
      parent_session_id: null,
      guard: { mode: 'observed', reason: 'There are no rules: nothing is stopped' },
    });
  });

  it('tells sessions that ended from those whose process is gone', async () => {
    workspace.session('ended').append('session_end', {});
    const agent = workspace.startSleeper();
    workspace.session('killed', agent.pid);
    agent.kill('SIGKILL');
    await new Promise((resolve) => agent.once('exit', resolve));
    const sessions = JSON.parse((await workspace.run('list', '--json')).stdout);
    const states = Object.fromEntries(
      sessions.map((each: { session_id: string; state: string }) => [each.session_id, each.state]),
    );
    expect(states).toEqual({ ended: 'completed', killed: 'interrupted' });
  });

  it('tells of a session that goes on after its end that it does, and since when', async () => {
    const session = workspace.session('back');
    session.append('session_end', {});
    const { timestamp } = session.append('user_prompt', { prompt: 'Go on.' });
    const [listed] = JSON.parse((await workspace.run('list', '--json')).stdout);
    expect(listed).toMatchObject({ state: 'active', ended_at: null, reactivated_at: timestamp });
    expect((await workspace.run('status', 'back')).stdout).toMatch(/^state +active, again since .+: it had ended$/m);
    session.append('session_end', {});
    expect((await workspace.run('status', 'back')).stdout).toMatch(/^state +completed$/m);
  });

  it('opens a trace that agent-strace wrote', async () => {
    const session = workspace.session('0a1b2c3d4e5f6071');
    const events = [
      { event_type: 'session_start', timestamp: 1e9, event_id: 'aa', session_id: 'x', data: { mode: 'hooks' } },
      {
        event_type: 'tool_call',
        timestamp: 1e9,
        event_id: 'bb',
        data: { tool_name: 'bash', arguments: { command: 'ls' } },
      },
      {
        event_type: 'tool_result',
        timestamp: 1e9,
        event_id: 'cc',
        parent_id: 'bb',
        duration_ms: 5,
        data: { result: 'x' },
      },
      { event_type: 'file_read', timestamp: 1e9, event_id: 'dd', data: { path: 'README.md' }, prev_hash: 'beyond us' },
    ];
    writeFileSync(
      path.join(session.folder, 'events.ndjson'),
      events.map((event) => `${JSON.stringify(event)}\n`).join(''),
    );
    const [listed] = JSON.parse((await workspace.run('list', '--json')).stdout);
    expect(listed).toMatchObject({ tool_calls: 1, files_read: 1, cost: { kind: 'estimated' } });
  });
});

describe('guarded or observed', () => {
  const NO_ENV = { name: 'no env', when: 'sensitive', action: 'deny' };
  const guards = async () => {
    const listed: { session_id: string; guard: unknown }[] = JSON.parse((await workspace.run('list', '--json')).stdout);
    return Object.fromEntries(listed.map(({ session_id, guard }) => [session_id, guard]));
  };

  beforeEach(() => {
    const agent = workspace.startSleeper();
    workspace.session('asking', agent.pid);
    workspace.register('asking', agent.pid, { asks: true });
    workspace.session('asking.sub', undefined, 'asking');
    workspace.session('silent', agent.pid);
    workspace.session('ended').append('session_end', {});
    workspace.writeRules(NO_ENV);
  });

  it('is told by the watcher, with the reason; not of what is over', async () => {
    await workspace.watch();
    const guarded = { mode: 'guarded', reason: 'The agent asks before each call: one that breaks a rule does not run' };
    const reason = 'The agent does not ask before its calls: one that breaks a rule has begun already';
    const silent = { mode: 'observed', reason };
    expect(await guards()).toEqual({ asking: guarded, 'asking.sub': guarded, silent, ended: null });
    expect((await workspace.run('list')).stdout).toContain(`\nobserved silent: ${reason}\n`);
    expect((await workspace.run('status', 'silent')).stdout).toContain(`observed  ${reason}\n`);
  });

  it('takes a dry run for what it is, and a watcher of one session for none of the others', async () => {
    await workspace.watch('asking', '--dry-run');
    expect(await guards()).toMatchObject({
      asking: { mode: 'observed', reason: 'The rules only tell: nothing is stopped' },
      silent: { mode: 'observed', reason: 'The watcher follows other sessions only: nothing is stopped' },
    });
  });

  it('is told without a watcher too, by the rules as the files have them', async () => {
    expect(await guards()).toMatchObject({
      asking: { reason: 'No watcher runs: hooks hold only rules about a call alone' },
      silent: { reason: 'No watcher runs: nothing is stopped' },
      ended: null,
    });
    workspace.writeRules({ ...NO_ENV, actoin: 'deny' });
    expect(await guards()).toMatchObject({ asking: { reason: 'The rule file has a mistake: nothing is stopped' } });
  });

  it('is told by `watch` when it becomes so', async () => {
    const watch = workspace.start(process.execPath, [CLI, 'watch'], 'pipe');
    let shown = '';
    watch.stdout?.on('data', (chunk) => {
      shown += chunk;
    });
    await waitFor('the word of the guard', () => /asking status active, .*, guarded: The agent asks/.test(shown));
    await waitFor('the other', () => /silent status active, .*, observed: The agent does not ask/.test(shown));
    workspace.writeRules({ ...NO_ENV, action: 'alert' });
    await waitFor('the change', () => /asking status active, .*, observed: The rules only tell/.test(shown));
  });
});

describe.each(['with a watcher', 'without one'])('pause, resume and kill %s', (circumstance) => {
  it('act on the process and say what came of it', async () => {
    const agent = workspace.startSleeper();
    workspace.session('one', agent.pid);
    const watch = circumstance === 'with a watcher' ? await workspace.watch() : undefined;

    expect(await workspace.run('pause')).toMatchObject({ code: 0 });
    expect(processState(agent.pid)).toBe('T');
    const [listed] = JSON.parse((await workspace.run('list', '--json')).stdout);
    expect(listed.state).toBe('paused');

    expect(await workspace.run('resume', 'on')).toMatchObject({ code: 0 });
    expect(processState(agent.pid)).toBe('S');

    const gone = new Promise((resolve) => agent.once('exit', resolve));
    const killed = await workspace.run('kill', 'one', '--json');
    expect(JSON.parse(killed.stdout)).toMatchObject({ type: 'outcome', action: 'kill', result: 'done', rule: '' });
    await gone;

    expect(await workspace.run('kill', 'one', '--json')).toMatchObject({ code: 5 });
    expect(workspace.alerts().map((alert) => alert.action)).toEqual(['pause', 'resume', 'kill', 'kill']);
    if (watch) expect(watch.alerts).toEqual(workspace.alerts());
  });
});

describe('a session that is not clear', () => {
  it('is asked for, with what there is', async () => {
    workspace.session('aa-1');
    workspace.session('aa-2');
    const unclear = await workspace.run('pause', 'aa');
    expect(unclear.code).toBe(4);
    expect(unclear.stderr).toMatch(/aa-1, aa-2|aa-2, aa-1/);
    expect(await workspace.run('pause', 'zz')).toMatchObject({ code: 4 });
    expect((await workspace.run('status')).stderr).toContain('several sessions are alive');
  });
});

describe('wrong usage', () => {
  it.each([
    ['an unknown command', ['wach'], 'Did you mean watch'],
    ['an unknown option', ['list', '--jsn'], '--json'],
    ['a bad number', ['watch', '--max-idle', 'soon'], 'soon'],
  ])('%s is explained and ends with 2', async (_, args, text) => {
    const { code, stderr } = await workspace.run(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(text);
  });
});
