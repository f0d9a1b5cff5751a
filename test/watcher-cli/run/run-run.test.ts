import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { asRecord } from '../../../core/common/json.ts';
import { linuxProcessTable } from '../../../core/node/process/linux-process-table.ts';
import { systemProcessControl } from '../../../core/node/process/system-process-control.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { runRig, stateOf } from './run-rig.ts';

describe('agent-trace run records a command as a session', () => {
  it('with start, end, exit status and duration', async () => {
    const rig = await runRig();
    const result = await rig.start(['--', 'sh', '-c', 'echo out; echo err >&2; exit 3']).done;
    expect(result).toEqual({ code: 3, signal: null, stdout: 'out\n', stderr: 'err\n' });
    const run = await rig.session();
    expect(run.events()).toMatchObject([
      {
        event_type: 'session_start',
        session_id: run.id,
        data: { mode: 'run', agent: 'sh', cwd: rig.cwd, command: 'sh' },
      },
      { event_type: 'session_end', session_id: run.id, duration_ms: expect.any(Number), data: { exit_code: 3 } },
    ]);
    expect(run.meta()).toMatchObject({
      session_id: run.id,
      agent_name: 'sh',
      command: 'sh -c "echo out; echo err >&2; exit 3"',
      started_at: expect.any(Number),
      ended_at: expect.any(Number),
      attribution: { workspace: rig.cwd, process_source: 'spawned' },
    });
    expect((await stat(run.folder)).mode & 0o777).toBe(0o700);
    expect((await stat(path.join(run.folder, 'events.ndjson'))).mode & 0o777).toBe(0o600);
    expect(await readdir(rig.store)).not.toContain('.active-session');
  });

  it('under the name that the user gives it', async () => {
    const rig = await runRig();
    await rig.start(['--name', 'nightly', '--', '/bin/true']).done;
    const run = await rig.session();
    expect(run.events()[0]).toMatchObject({ data: { agent: 'nightly', command: 'true' } });
    expect(run.meta()).toMatchObject({ agent_name: 'nightly' });
  });

  it('whose process is registered, start time and all, and whose whole tree carries its mark', async () => {
    const rig = await runRig();
    const nested = 'setsid sh -c "echo \\$\\$ > nested; exec sleep 1000" & wait';
    const run = rig.start(['--', 'sh', '-c', nested]);
    const session = await rig.session();
    const registration = await session.registration();
    const table = linuxProcessTable();
    const child = table.read(registration.process.pid);
    expect(child).toMatchObject({ ppid: run.pid, name: 'sh', startTime: registration.process.startTime });
    expect(registration).toMatchObject({ source: 'spawned', session_id: session.id, store: rig.store, agent: 'sh' });
    expect(asRecord(session.meta()['attribution'])?.['process']).toEqual(registration.process);
    const pidFile = path.join(rig.cwd, 'nested');
    const pid = Number(await waitFor('the nested process', () => readFile(pidFile, 'utf8').catch(() => '')));
    // Between its fork and its exec the process has no environment to be read.
    await waitFor('the mark', () => table.carriesMark(pid, session.id));
    process.kill(pid, 'SIGKILL');
    expect(await run.done).toMatchObject({ code: 0 });
  });

  it('that can be paused, resumed and killed, and is told what ended it', async () => {
    const rig = await runRig();
    const run = rig.start(['--', 'sh', '-c', 'while :; do echo x >> log; sleep 0.02; done']);
    const session = await rig.session();
    const { process: identity } = await session.registration();
    const control = systemProcessControl(rig.runtimeDir);
    const target = { process: identity, sessionId: session.id };
    expect(await control.pause(target)).toMatchObject({ result: 'done' });
    expect([stateOf(identity.pid), stateOf(run.pid)]).toEqual(['stopped', 'running']);
    expect(await control.resume(target)).toMatchObject({ result: 'done' });
    expect(stateOf(identity.pid)).toBe('running');
    expect(await control.kill(target)).toMatchObject({ result: 'done' });
    expect(await run.done).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect(session.events().at(-1)).toMatchObject({ event_type: 'session_end', data: { signal: 'SIGTERM' } });
  });
});

describe('agent-trace run keeps secrets off the disk', () => {
  const SECRET = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`;

  it('that stand in the arguments, while the command gets them as they are', async () => {
    const rig = await runRig();
    const result = await rig.start(['--', 'sh', '-c', 'echo "$0"', SECRET]).done;
    expect(result.stdout).toBe(`${SECRET}\n`);
    const run = await rig.session();
    expect(run.meta()['command']).toContain('REDACTED');
    for (const folder of [run.folder, path.join(rig.runtimeDir, 'sessions')]) {
      for (const file of await readdir(folder))
        expect(await readFile(path.join(folder, file), 'utf8')).not.toContain(SECRET);
    }
  });

  it('unless the user wants them there', async () => {
    const rig = await runRig();
    await rig.start(['--no-redact', '--', 'true', SECRET]).done;
    expect((await rig.session()).meta()['command']).toContain(SECRET);
  });
});

describe('agent-trace run is transparent', () => {
  it('for stdin', async () => {
    const rig = await runRig();
    const run = rig.start(['--', 'cat']);
    run.process.stdin.end('through and through');
    expect(await run.done).toMatchObject({ code: 0, stdout: 'through and through' });
  });

  it('for a reader that is slower than the command', async () => {
    const rig = await runRig();
    const run = rig.start(['--', 'head', '-c', '1000000', '/dev/zero']);
    run.process.stdout.pause();
    await rig.session();
    run.process.stdout.resume();
    const { code, stdout, stderr } = await run.done;
    expect({ code, length: stdout.length, stderr }).toEqual({ code: 0, length: 1_000_000, stderr: '' });
  });

  it('for arguments of every kind', async () => {
    const rig = await runRig();
    const args = ['', 'a b', '"', "'", '$HOME', '--name', '--', '*', 'ü'];
    const script = 'console.log(JSON.stringify(process.argv.slice(1)))';
    const result = await rig.start(['--', process.execPath, '-e', script, '--', ...args]).done;
    expect(JSON.parse(result.stdout)).toEqual(args);
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGKILL'] as const)(
    'for a command that ends by %s: so do we',
    async (signal) => {
      const rig = await runRig();
      const result = await rig.start(['--', 'sh', '-c', `kill -${signal.slice(3)} $$`]).done;
      expect(result).toMatchObject({ code: null, signal });
      const run = await rig.session();
      expect(run.events().at(-1)).toMatchObject({ event_type: 'session_end', data: { signal } });
      expect(run.meta()).toHaveProperty('ended_at');
    },
  );

  it('for a signal with a memory dump, of which ours would be useless: 128 and its number', async () => {
    const rig = await runRig();
    const result = await rig.start(['--', 'sh', '-c', 'ulimit -c 0; kill -ABRT $$']).done;
    expect(result).toMatchObject({ code: 134, signal: null });
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('for %s, which it hands on', async (signal) => {
    const rig = await runRig();
    const script = `trap 'echo got it; exit 7' ${signal.slice(3)}; echo ready; while :; do sleep 0.02; done`;
    const run = rig.start(['--', 'sh', '-c', script]);
    await new Promise((ready) => run.process.stdout.once('data', ready));
    process.kill(run.pid, signal);
    expect(await run.done).toMatchObject({ code: 7, stdout: 'ready\ngot it\n' });
    expect((await rig.session()).events().at(-1)).toMatchObject({ data: { exit_code: 7 } });
  });

  it.each(['SIGINT', 'SIGQUIT'] as const)('for %s, which the terminal gives to the command itself', async (signal) => {
    const rig = await runRig();
    const run = rig.start(['--', 'sh', '-c', 'echo ready; read line; echo "$line"']);
    await new Promise((ready) => run.process.stdout.once('data', ready));
    process.kill(run.pid, signal);
    run.process.stdin.end('still here\n');
    expect(await run.done).toMatchObject({ code: 0, stdout: 'ready\nstill here\n' });
  });
});

describe('agent-trace run when something is wrong', () => {
  it('says that there is no such command, exits with 127 and leaves a session with the error', async () => {
    const rig = await runRig();
    const result = await rig.start(['--', 'no-such-agent', 'x']).done;
    expect(result).toMatchObject({ code: 127, stdout: '' });
    expect(result.stderr).toBe('agent-trace run: no-such-agent: command not found\n');
    const run = await rig.session();
    expect(run.events().map((event) => event['event_type'])).toEqual(['session_start', 'error', 'session_end']);
    expect(run.events()[1]).toMatchObject({ data: { error: 'no-such-agent: command not found' } });
    expect(run.meta()).toMatchObject({ errors: 1, ended_at: expect.any(Number) });
  });

  it('exits with 126 when the command cannot be executed', async () => {
    const rig = await runRig();
    const file = path.join(rig.cwd, 'not-executable');
    await writeFile(file, 'x');
    await chmod(file, 0o644);
    expect(await rig.start(['--', file]).done).toMatchObject({ code: 126, stderr: expect.stringContaining('EACCES') });
  });

  it('asks for a command when there is none', async () => {
    const rig = await runRig();
    expect(await rig.start(['--']).done).toMatchObject({ code: 2, stderr: expect.stringContaining('-- <command>') });
  });

  it('does not begin what it cannot record', async () => {
    const rig = await runRig();
    await writeFile(rig.store, 'a file in the way');
    const result = await rig.start(['--', 'touch', 'began']).done;
    expect(result).toMatchObject({ code: 5, stderr: expect.stringContaining(rig.store) });
    expect(await readdir(rig.cwd)).not.toContain('began');
  });

  it('does not begin what it could not stop', async () => {
    const rig = await runRig();
    await mkdir(path.join(rig.cwd, 'elsewhere'));
    await symlink(path.join(rig.cwd, 'elsewhere'), rig.runtimeDir);
    expect(await rig.start(['--', 'touch', 'began']).done).toMatchObject({ code: 5 });
    expect(await readdir(rig.cwd)).toEqual(['elsewhere']);
  });

  it('lets the command finish when the store goes away under it, and says so at the end', async () => {
    const rig = await runRig();
    const run = rig.start(['--', 'sh', '-c', 'echo ready; read line; exit 4']);
    await new Promise((ready) => run.process.stdout.once('data', ready));
    await rig.session();
    await rm(rig.store, { recursive: true });
    run.process.stdin.end('go\n');
    expect(await run.done).toMatchObject({ code: 4, stderr: expect.stringMatching(/^agent-trace run: events: .*\n/) });
  });
});
