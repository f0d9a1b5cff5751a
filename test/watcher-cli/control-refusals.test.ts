import { type ChildProcess, execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readRegistration } from '../../core/node/process/registration.ts';
import { waitFor } from '../../scripts/wait-for.ts';
import { ensureBuilt } from '../rig/build.ts';
import { CLI, CliWorkspace, processState, type StoredSessionWriter } from '../rig/cli.ts';

let workspace: CliWorkspace;

beforeAll(ensureBuilt);

beforeEach(() => {
  workspace = new CliWorkspace();
});

afterEach(() => workspace.dispose());

/** As the recorder closes a session: by its last event and in its meta. */
function end(session: StoredSessionWriter): void {
  session.append('session_end', { reason: 'clear' });
  const file = path.join(session.folder, 'meta.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ended_at: Date.now() / 1000 }));
}

function registered(id: string): number | undefined {
  return readRegistration(workspace.runtime, workspace.store, id)?.process.pid;
}

async function ended(child: ChildProcess): Promise<void> {
  await waitFor('the process to end', () => child.exitCode !== null || child.signalCode !== null);
}

describe.each(['with a watcher', 'without one'])('a session that has ended, %s', (circumstance) => {
  it('is not stopped when its process goes on with another one', async () => {
    const agent = workspace.startSleeper();
    const before = workspace.session('before', agent.pid);
    if (circumstance === 'with a watcher') await workspace.watch();
    await new Promise((resolve) => setTimeout(resolve, 5));
    end(before);
    workspace.session('after', agent.pid);
    const refused = await workspace.run('kill', 'before');
    expect(refused.code).toBe(5);
    expect(refused.stderr).toContain('goes on with another session, after');
    expect(processState(agent.pid)).toBe('S');
    expect((await workspace.run('kill', 'after', '--grace', '1')).code).toBe(0);
  });

  it('is stopped when no other claims its process: the end may be forged', async () => {
    const agent = workspace.startSleeper();
    const session = workspace.session('liar', agent.pid);
    if (circumstance === 'with a watcher') await workspace.watch();
    end(session);
    const other = workspace.startSleeper();
    workspace.session('bystander', other.pid);
    expect(await workspace.run('kill', 'liar')).toMatchObject({ code: 0 });
    await ended(agent);
    expect(processState(other.pid)).toBe('S');
  });
});

describe('--pid', () => {
  it.each(['0', '-1', '1.5', '12e2', 'x'])('%s is no process id', async (pid) => {
    workspace.session('one');
    expect(await workspace.run('pause', 'one', `--pid=${pid}`)).toMatchObject({ code: 2 });
  });

  it('registers nothing that may not be signalled', async () => {
    workspace.session('one');
    for (const pid of [1, process.pid, 4_194_303]) {
      expect(await workspace.run('pause', 'one', '--pid', String(pid))).toMatchObject({ code: 5 });
      expect(registered('one')).toBeUndefined();
    }
  });

  it('replaces a registration only of a process that is dead', async () => {
    const agent = workspace.startSleeper();
    const other = workspace.startSleeper();
    workspace.session('one', agent.pid);
    const refused = await workspace.run('pause', 'one', '--pid', String(other.pid));
    expect(refused.code).toBe(5);
    expect(refused.stderr).toContain(`runs in process ${agent.pid}, which is alive`);
    expect(registered('one')).toBe(agent.pid);
    expect(processState(other.pid)).toBe('S');

    agent.kill('SIGKILL');
    await ended(agent);
    expect(await workspace.run('pause', 'one', '--pid', String(other.pid))).toMatchObject({ code: 0 });
    expect(processState(other.pid)).toBe('T');
  });
});

describe.each(['with a watcher', 'without one'])('an agent that commands its own session, %s', (circumstance) => {
  it('is refused', async () => {
    workspace.session('one');
    if (circumstance === 'with a watcher') await workspace.watch('one');
    // The agent waits until it is registered, then has a child of its own ask.
    const script =
      'while [ ! -e go ]; do sleep 0.05; done; "$0" "$1" kill one > answer 2>&1; echo $? > code; exec sleep 3600';
    const agent = workspace.start('sh', ['-c', script, process.execPath, CLI], 'ignore');
    const pid = agent.pid ?? 0;
    workspace.register('one', pid);
    workspace.write('go', '');
    const code = path.join(workspace.path, 'code');
    await waitFor('the answer', () => existsSync(code) && readFileSync(code, 'utf8') !== '');
    expect(readFileSync(code, 'utf8').trim()).toBe('5');
    expect(readFileSync(path.join(workspace.path, 'answer'), 'utf8')).toContain('from inside itself');
    expect(processState(pid)).toBe('S');
  });

  it('is refused when it is no descendant any more', async () => {
    const agent = workspace.startSleeper();
    workspace.session('one', agent.pid);
    if (circumstance === 'with a watcher') await workspace.watch('one');
    workspace.env['AGENT_TRACE_SESSION'] = 'one';
    expect(await workspace.run('kill', 'one')).toMatchObject({ code: 5 });
    expect(processState(agent.pid)).toBe('S');
  });
});

describe('what cannot be read or written', () => {
  it('is a warning after a kill that worked', async () => {
    const agent = workspace.startSleeper();
    workspace.session('one', agent.pid);
    mkdirSync(path.join(workspace.store, 'alerts.ndjson'));
    const { code, stdout, stderr } = await workspace.run('kill', 'one', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ result: 'done' });
    expect(stderr).toMatch(/alerts\.ndjson cannot be written/);
    await ended(agent);
  });

  it('is told with its path and a way out, without a stack', async () => {
    workspace.write('.agent-traces', 'not a folder');
    const { code, stderr } = await workspace.run('list');
    expect(code).toBe(10);
    expect(stderr).toContain(`the store ${workspace.store} cannot be read`);
    expect(stderr).toContain('AGENT_TRACE_DIR');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it.each(['list', 'watch', 'run -- true'])('%s in a folder that was removed says so', async (command) => {
    const script = `mkdir gone && cd gone && rmdir ../gone && exec "${process.execPath}" "${CLI}" ${command}`;
    const { code, stderr } = await shell(script);
    expect(code).toBe(10);
    expect(stderr).toMatch(/gone is gone; change to a folder that is there/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

function shell(script: string): Promise<{ code: number | null; stderr: string }> {
  return new Promise((resolve) => {
    const options = { cwd: workspace.path, env: workspace.env, encoding: 'utf8', timeout: 60_000 } as const;
    const child = execFile('sh', ['-c', script], options, (_error, _stdout, stderr) =>
      resolve({ code: child.exitCode, stderr }),
    );
  });
}

describe('limits', () => {
  it.each([
    ['--max-idle', ['watch', '--max-idle', '2147484'], '2147483'],
    ['--grace', ['kill', 'one', '--grace', '61'], '60'],
  ])('%s names its limit', async (_, args, limit) => {
    const { code, stderr } = await workspace.run(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(`at most ${limit} seconds`);
  });
});

describe('what is printed', () => {
  it('holds nothing that steers the terminal, and keeps its lines', async () => {
    for (const args of [['status', 'no\u001b[31msuch'], ['wach\u001b[31m']]) {
      const { stderr } = await workspace.run(...args);
      expect(stderr).toContain('\u241b[31m');
      expect(stderr).not.toContain('\u001b');
    }
    workspace.write('.watch-rules.json', '[\n  { "condition": "cost_used > 5", "action": "kill" }\n]');
    expect((await workspace.run('watch')).stderr).toMatch(/json:2:\d+: .*\n {2}.*\n/);
  });

  it('holds no time that is none', async () => {
    const session = workspace.session('one');
    session.append('user_prompt', { prompt: 'x' }, { timestamp: 1e300 });
    const lines = ['{"event_type":"session_start","timestamp":1e300,"event_id":"a","session_id":"one","data":{}}'];
    writeFileSync(path.join(session.folder, 'events.ndjson'), `${lines.join('\n')}\n`);
    for (const args of [['list'], ['status', 'one']]) {
      const { code, stdout } = await workspace.run(...args);
      expect(code).toBe(0);
      expect(stdout).not.toMatch(/Invalid|NaN|e\+|Infinity/);
    }
  });
});

describe('a rule file that is a symbolic link', () => {
  it('is refused when found, and nothing of it shown; the user may name one', async () => {
    workspace.write('secret', 'password: [hunter2\n');
    symlinkSync('secret', path.join(workspace.path, '.watch-rules.yml'));
    const { code, stderr } = await workspace.run('watch');
    expect(code).toBe(3);
    expect(stderr).toContain('symbolic link');
    expect(stderr).not.toContain('hunter2');

    workspace.write('rules.json', '[{ "name": "a", "condition": "errors > 3", "action": "alert" }]');
    symlinkSync('rules.json', path.join(workspace.path, 'link.json'));
    const named = await workspace.run('watch', '--json', '--rules', 'link.json', '--max-idle', '0.1');
    expect(named.stderr).toContain('1 rule from');
    expect(named.code).toBe(0);
  });

  it('with a hundred mistakes shows twenty', async () => {
    workspace.write('.watch-rules.json', `[\n${Array(100).fill('{ "condition": "x > 1" }').join(',\n')}\n]`);
    const { stderr } = await workspace.run('watch');
    expect(stderr.match(/\.watch-rules\.json:\d+:\d+: /g)).toHaveLength(20);
    expect(stderr).toMatch(/and \d+ more/);
    expect(readdirSync(workspace.path)).not.toContain('.agent-traces');
  });
});
