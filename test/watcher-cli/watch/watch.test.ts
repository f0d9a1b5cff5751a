import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CliWorkspace, processState } from '../../rig/cli.ts';
import { serveLocally } from '../../rig/local-server.ts';

let workspace: CliWorkspace;

beforeEach(() => {
  workspace = new CliWorkspace();
});

afterEach(() => workspace.dispose());

const PAUSE_ENV = { name: 'secrets', condition: 'file_path matches "**/.env"', action: 'pause' };
const KILL_CALLS = { name: 'calls', condition: 'tool_calls > 2', action: 'kill' };

describe('enforcement', () => {
  it('pauses on a path and kills on a count, says so line by line, and leaves a postmortem', async () => {
    workspace.writeRules(PAUSE_ENV, KILL_CALLS);
    const agent = workspace.startSleeper();
    const session = workspace.session('one', agent.pid);
    const watch = await workspace.watch();

    const breach = session.call('Read', { file_path: path.join(workspace.path, 'config/.env') });
    const paused = await watch.outcome('pause');
    expect(paused).toMatchObject({ result: 'done', rule: 'secrets', session_id: 'one', event_id: breach.event_id });
    expect(processState(agent.pid)).toBe('T');

    session.call('Bash', { command: 'ls' });
    session.call('Bash', { command: 'pwd' });
    const killed = await watch.outcome('kill');
    expect(killed).toMatchObject({ result: 'done', rule: 'calls' });
    await waitFor('the agent to be reaped', () => agent.signalCode !== null || agent.exitCode !== null);

    const postmortem = path.join(workspace.store, 'postmortem-one');
    await waitFor('the postmortem', () => watch.stderr.includes(`${postmortem}.md`));
    const facts = JSON.parse(readFileSync(`${postmortem}.json`, 'utf8'));
    expect(facts).toMatchObject({ session_id: 'one', tool_calls: 3, decision: { rule: 'calls' } });
    expect(facts.outcome.signalled[0]).toMatchObject({ pid: agent.pid, state: 'gone' });
    expect(readFileSync(`${postmortem}.md`, 'utf8')).toContain('tool_calls is 3, the rule allows 2');

    // What stdout said is what the log holds, decisions before their outcomes.
    expect(watch.alerts.map((alert) => [alert.type, alert.action])).toEqual([
      ['decision', 'pause'],
      ['outcome', 'pause'],
      ['decision', 'kill'],
      ['outcome', 'kill'],
    ]);
    expect(workspace.alerts()).toEqual(watch.alerts);
  });

  it('does not write a postmortem through a link that somebody put in its place', async () => {
    workspace.writeRules(KILL_CALLS);
    const agent = workspace.startSleeper();
    const session = workspace.session('one', agent.pid);
    workspace.write('precious', 'mine');
    const postmortem = path.join(workspace.store, 'postmortem-one.md');
    symlinkSync(path.join(workspace.path, 'precious'), postmortem);
    const watch = await workspace.watch();
    for (let call = 0; call < 3; call += 1) session.call('Bash', { command: `echo ${call}` });
    await watch.outcome('kill');
    await waitFor('the postmortem', () => watch.stderr.includes(`postmortem: ${postmortem}`));
    expect(readFileSync(path.join(workspace.path, 'precious'), 'utf8')).toBe('mine');
    expect(readFileSync(postmortem, 'utf8')).toContain('Postmortem of session one');
  });

  it('counts what happened before it started', async () => {
    workspace.writeRules(KILL_CALLS);
    const agent = workspace.startSleeper();
    const session = workspace.session('one', agent.pid);
    for (let call = 0; call < 3; call += 1) session.finish('Bash', { command: `echo ${call}` });
    const watch = await workspace.watch();
    expect(await watch.outcome('kill')).toMatchObject({ result: 'done' });
  });

  it('does not decide again, after a restart, what was done', async () => {
    workspace.writeRules(PAUSE_ENV);
    const agent = workspace.startSleeper();
    const session = workspace.session('one', agent.pid);
    session.call('Read', { file_path: '.env' });
    const first = await workspace.watch();
    await first.outcome('pause');
    await first.stop();
    expect(first.stderr).toContain('session one stays paused');
    expect((await workspace.run('resume', 'one')).code).toBe(0);

    const second = await workspace.watch();
    session.call('Read', { file_path: 'other/.env' });
    expect(await second.outcome('pause')).toMatchObject({ result: 'done' });
    expect(second.alerts.filter((alert) => alert.type === 'decision')).toHaveLength(1);
  });

  it('says in a dry run what it would do, and signals nothing', async () => {
    workspace.writeRules(PAUSE_ENV, KILL_CALLS);
    const agent = workspace.startSleeper();
    const session = workspace.session('one', agent.pid);
    const watch = await workspace.watch('--dry-run');
    session.call('Read', { file_path: '.env' });
    session.call('Bash', { command: 'ls' });
    session.call('Bash', { command: 'ls' });
    expect(await watch.outcome('kill')).toMatchObject({ result: 'monitor', signalled: [] });
    expect(await watch.outcome('pause')).toMatchObject({ result: 'monitor' });
    expect(processState(agent.pid)).toBe('S');
  });

  it('acts when time alone breaks a rule', async () => {
    // Long enough for the watcher to have read the session before.
    workspace.writeRules({ name: 'long', condition: 'duration_minutes > 0.1', action: 'pause' });
    const agent = workspace.startSleeper();
    workspace.session('one', agent.pid);
    const watch = await workspace.watch();
    expect(await watch.outcome('pause')).toMatchObject({ result: 'done', rule: 'long', event_id: '' });
  });

  it('follows a session that appears later, and a subagent stops its parent', async () => {
    workspace.writeRules(PAUSE_ENV);
    const watch = await workspace.watch();
    const agent = workspace.startSleeper();
    workspace.session('late', agent.pid);
    const subagent = workspace.session('late.a1');
    const meta = { session_id: 'late.a1', started_at: 1, parent_session_id: 'late' };
    writeFileSync(path.join(subagent.folder, 'meta.json'), JSON.stringify(meta));
    subagent.call('Read', { file_path: '.env' });
    expect(await watch.outcome('pause')).toMatchObject({ result: 'done', session_id: 'late.a1' });
    expect(processState(agent.pid)).toBe('T');
  });
});

describe('a process that cannot be trusted', () => {
  it('is not signalled when only meta.json names it, until the user confirms it', async () => {
    workspace.writeRules(PAUSE_ENV);
    const bystander = workspace.startSleeper();
    const session = workspace.session('forged');
    const claim = { pid: bystander.pid, startTime: '1', bootId: 'x' };
    const meta = { session_id: 'forged', started_at: Date.now() / 1000, attribution: { process: claim } };
    writeFileSync(path.join(session.folder, 'meta.json'), JSON.stringify(meta));
    const watch = await workspace.watch();
    session.call('Read', { file_path: '.env' });
    const outcome = await watch.outcome('pause');
    expect(outcome).toMatchObject({ result: 'refused', signalled: [] });
    expect(outcome.reason).toContain(`--pid ${bystander.pid}`);
    expect(processState(bystander.pid)).toBe('S');

    const confirmed = await workspace.run('pause', 'forged', '--pid', String(bystander.pid));
    expect(confirmed).toMatchObject({ code: 0 });
    expect(processState(bystander.pid)).toBe('T');
  });

  it('is dealt with at the next event, once it can be trusted, although a limit was refused before', async () => {
    workspace.writeRules({ name: 'calls', condition: 'tool_calls > 0', action: 'pause' });
    const agent = workspace.startSleeper();
    const session = workspace.session('one');
    const watch = await workspace.watch();
    session.call('Bash', { command: 'echo 1' });
    expect(await watch.outcome('pause')).toMatchObject({ result: 'refused' });
    session.call('Bash', { command: 'echo again' });
    await workspace.run('list');
    expect(watch.alerts).toHaveLength(2);
    workspace.register('one', agent.pid);
    session.call('Bash', { command: 'echo 2' });
    await waitFor('the second outcome', () =>
      watch.alerts.some((alert) => alert.type === 'outcome' && alert.result === 'done'),
    );
    expect(processState(agent.pid)).toBe('T');
  });

  it('is not signalled when its pid was given to another process', async () => {
    workspace.writeRules(PAUSE_ENV);
    const bystander = workspace.startSleeper();
    const session = workspace.session('reused');
    workspace.register('reused', bystander.pid, { startTime: '12345' });
    const watch = await workspace.watch('reused');
    session.call('Read', { file_path: '.env' });
    expect(await watch.outcome('pause')).toMatchObject({ result: 'refused', signalled: [] });
    expect(processState(bystander.pid)).toBe('S');
  });

  it('is not reached through a link to a parent that a session is not named after', async () => {
    workspace.writeRules(PAUSE_ENV);
    const agent = workspace.startSleeper();
    workspace.session('honest', agent.pid);
    const liar = workspace.session('liar');
    const meta = { session_id: 'liar', started_at: Date.now() / 1000, parent_session_id: 'honest' };
    writeFileSync(path.join(liar.folder, 'meta.json'), JSON.stringify(meta));
    const watch = await workspace.watch();
    liar.call('Read', { file_path: '.env' });
    expect(await watch.outcome('pause')).toMatchObject({ result: 'refused', session_id: 'liar' });
    expect(processState(agent.pid)).toBe('S');
  });
});

describe('rules', () => {
  it('that are broken stop watch before it starts, with place, text and remedy', async () => {
    workspace.write('.watch-rules.json', '{ "rules": [\n  { "condition": "cost_used > 5", "action": "kill" }\n] }');
    const { code, stderr } = await workspace.run('watch');
    expect(code).toBe(3);
    expect(stderr).toMatch(/\.watch-rules\.json:2:19: .*cost_used/);
    expect(stderr).toContain('cost_usd');
  });

  it('are read again when they change; bad ones are shouted about and the old stay in force', async () => {
    workspace.writeRules({ name: 'never', condition: 'tool_calls > 1000', action: 'pause' });
    const agent = workspace.startSleeper();
    const session = workspace.session('one', agent.pid);
    const watch = await workspace.watch();

    workspace.write('.watch-rules.json', '{ "rules": [ { "condition": "tool_calls >", "action": "pause" } ] }');
    await waitFor('the mistake to be shouted', () => watch.stderr.includes('the old ones stay in force'));

    workspace.writeRules({ name: 'now', condition: 'tool_calls > 0', action: 'pause' });
    await waitFor('the new rules', () => (watch.stderr.match(/1 rule from/g)?.length ?? 0) > 1);
    session.call('Bash', { command: 'ls' });
    expect(await watch.outcome('pause')).toMatchObject({ result: 'done', rule: 'now' });
  });

  it('that are missing are said to guard nothing', async () => {
    const watch = await workspace.watch();
    expect(watch.stderr).toContain('no rules: nothing is stopped');
  });
});

describe('the watcher', () => {
  it('is one per store; a second is told who has it', async () => {
    const first = await workspace.watch();
    const { code, stderr } = await workspace.run('watch');
    expect(code).toBe(6);
    expect(stderr).toContain(`already watched by process ${first.child.pid}`);
  });

  it('ends by itself when nothing happens for as long as asked', async () => {
    const { code } = await workspace.run('watch', '--json', '--max-idle', '0.2');
    expect(code).toBe(0);
  });

  it('survives the store being removed and made again', async () => {
    workspace.writeRules(PAUSE_ENV);
    const watch = await workspace.watch();
    rmSync(workspace.store, { recursive: true });
    const agent = workspace.startSleeper();
    workspace.session('again', agent.pid).call('Read', { file_path: '.env' });
    expect(await watch.outcome('pause')).toMatchObject({ result: 'done', session_id: 'again' });
  });

  it('does not let a session start anew by removing its trace', async () => {
    workspace.writeRules(KILL_CALLS);
    const agent = workspace.startSleeper();
    const session = workspace.session('one', agent.pid);
    const watch = await workspace.watch();
    session.finish('Bash', { command: 'echo 1' });
    session.finish('Bash', { command: 'echo 2' });
    rmSync(workspace.store, { recursive: true });
    workspace.session('one').append('tool_call', { tool_name: 'Bash', arguments: {} }, { event_id: 'third' });
    expect(await watch.outcome('kill')).toMatchObject({ result: 'done', event_id: 'third' });
  });

  it('posts alerts where the user, not the workspace, has said', async () => {
    const posted: string[] = [];
    const server = await serveLocally((request, response) => {
      request.on('data', (chunk) => posted.push(String(chunk)));
      request.on('end', () => response.end());
    });
    try {
      const webhook = `${server.url}/`;
      workspace.write('config.json', JSON.stringify({ webhook }));
      workspace.env.AGENT_TRACE_CONFIG = path.join(workspace.path, 'config.json');
      workspace.writeRules({ name: 'look', condition: 'tool_calls > 0', action: 'alert' });
      const session = workspace.session('one');
      await workspace.watch();
      session.call('Bash', { command: 'ls' });
      await waitFor('the webhook', () => posted.join('').includes('tool_calls is 1'));
    } finally {
      await server.close();
    }
  });
});

describe('an end that is only claimed', () => {
  it('in the trace does not end the watch over a process that lives', async () => {
    workspace.writeRules(KILL_CALLS);
    const agent = workspace.startSleeper();
    const session = workspace.session('one', agent.pid);
    const watch = await workspace.watch();
    session.append('session_end', { reason: 'other' });
    for (let call = 0; call < 3; call += 1) session.call('Bash', { command: `echo ${call}` });
    expect(await watch.outcome('kill')).toMatchObject({ result: 'done' });
  });

  it('in meta.json does not keep a process that lives from being watched', async () => {
    workspace.writeRules(KILL_CALLS);
    const agent = workspace.startSleeper();
    const session = workspace.session('one', agent.pid);
    const meta = { session_id: 'one', started_at: 1, ended_at: 2 };
    writeFileSync(path.join(session.folder, 'meta.json'), JSON.stringify(meta));
    const watch = await workspace.watch();
    for (let call = 0; call < 3; call += 1) session.call('Bash', { command: `echo ${call}` });
    expect(await watch.outcome('kill')).toMatchObject({ result: 'done' });
  });
});
