import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ensureBuilt, HOOK_BUNDLE } from '../rig/build.ts';
import { type HookResult, HookRig } from '../rig/hook-run.ts';
import { fillDisk, mountSmallDisk, NO_MOUNT } from '../rig/mounts.ts';

beforeAll(ensureBuilt);

const STOP = { hook_event_name: 'Stop', last_assistant_message: 'a' };
const NOBODY = 65_534;

function log(rig: HookRig): string {
  const path = join(rig.runtimeDir, 'hook.log');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** Exit status 0, nothing for the agent to read, one line for people, the same line in the log. */
function expectReported(rig: HookRig, result: HookResult, text: RegExp): void {
  expect(result).toMatchObject({ status: 0, stdout: '' });
  expect(result.stderr).toMatch(/^agent-trace hook: [^\n]+\n$/);
  expect(result.stderr).toMatch(text);
  expect(log(rig)).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z [^\n]+\n$/);
  expect(log(rig)).toMatch(text);
}

describe('the hook never fails the agent', () => {
  it.each([
    ['nothing', '', /stdin is empty/],
    ['blanks', ' \n', /stdin is empty/],
    ['no JSON', '{"session_id": "my-secret-id', /stdin holds no JSON object/],
    ['no object', '[1, 2]', /stdin holds no JSON object/],
    ['bytes that are no text', '\0\x01\xff', /stdin holds no JSON object/],
  ])('when stdin holds %s', (_what, input, text) => {
    const rig = new HookRig();
    expectReported(rig, rig.runRaw(input), text);
    expect(log(rig)).not.toContain('my-secret');
    expect(existsSync(rig.store)).toBe(false);
  });

  it('when stdin is closed', () => {
    const rig = new HookRig();
    expect(rig.runRaw('', [], { stdio: ['ignore', 'pipe', 'pipe'] })).toMatchObject({ status: 0, stdout: '' });
  });

  it('when stdin is a pipe that is filled slowly', async () => {
    const rig = new HookRig();
    const child = spawn(process.execPath, [HOOK_BUNDLE], { env: rig.env, stdio: ['pipe', 'ignore', 'ignore'] });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    const text = JSON.stringify({
      session_id: 's1',
      hook_event_name: 'Stop',
      last_assistant_message: 'x'.repeat(200_000),
    });
    for (let at = 0; at < text.length; at += 50_000) {
      child.stdin.write(text.slice(at, at + 50_000));
      await new Promise((resume) => setTimeout(resume, 30));
    }
    child.stdin.end();
    expect((await once(child, 'exit'))[0]).toBe(0);
    expect(rig.events()).toHaveLength(2);
  });

  it.skipIf(process.platform === 'win32')('when stdin does not block, as some parents pass it on', async () => {
    const rig = new HookRig();
    const text = JSON.stringify({ session_id: 's1', ...STOP });
    // Node keeps its sockets in non-blocking mode. It takes the mode from a child's first three descriptors, not from
    // the fourth, which the shell then makes the first.
    const script = `
      const { spawn } = require('node:child_process');
      const net = require('node:net');
      const server = net.createServer((socket) => setTimeout(() => socket.end(process.argv[2]), 200)).listen(0, () => {
        const socket = net.connect(server.address().port, '127.0.0.1', () => {
          const command = ['-c', 'exec "$@" <&3', 'sh', process.execPath, process.argv[1]];
          const child = spawn('sh', command, { stdio: ['ignore', 'inherit', 'inherit', socket] });
          child.on('exit', (code) => process.exit(code));
        });
      });`;
    const result = execFileSync(process.execPath, ['-e', script, HOOK_BUNDLE, text], {
      env: rig.env,
      timeout: 30_000,
    });
    expect(result.toString()).toBe('');
    expect(rig.events()).toHaveLength(2);
  });

  it.skipIf(process.platform === 'win32')('when the store cannot be written', () => {
    const rig = new HookRig();
    const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    if (asNobody.uid) letNobodyIn(rig);
    chmodSync(rig.workspace, 0o555);
    const result = rig.runRaw(JSON.stringify({ session_id: 's1', cwd: rig.workspace, ...STOP }), [], asNobody);
    expectReported(rig, result, /store: EACCES.*\.agent-traces/);
    expect(existsSync(rig.store)).toBe(false);
    chmodSync(rig.workspace, 0o755);
  });

  it.skipIf(process.platform === 'win32')('when neither the store nor the log can be written', () => {
    const rig = new HookRig({ AGENT_TRACE_RUNTIME_DIR: '/dev/null/run', AGENT_TRACE_DIR: '/dev/null/traces' });
    const result = rig.run(STOP);
    expect(result).toMatchObject({ status: 0, stdout: '' });
    expect(result.stderr).toMatch(/^agent-trace hook: [^\n]*\/dev\/null\/traces[^\n]*\n$/);
  });

  it('when the disk is full, and records again when there is room', ({ skip }) => {
    const rig = new HookRig();
    if (!mountSmallDisk(rig.workspace)) return skip(NO_MOUNT);
    rig.run({ ...STOP, last_assistant_message: 'before' });
    const makeRoom = fillDisk(rig.workspace);
    expectReported(rig, rig.run({ ...STOP, last_assistant_message: 'x'.repeat(40_000) }), /ENOSPC|could be written/);
    makeRoom();
    expect(rig.run({ ...STOP, last_assistant_message: 'after' })).toEqual({ status: 0, stdout: '', stderr: '' });
    const lines = readFileSync(join(rig.store, 's1/events.ndjson'), 'utf8').split('\n');
    const texts = lines.flatMap((line) => /"text":"(\w{1,9})"\}\}$/.exec(line)?.[1] ?? []);
    expect(texts).toEqual(['before', 'after']);
  });

  it('however deep the payload nests', () => {
    const rig = new HookRig();
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const result = rig.runRaw(`{"session_id":"s1","hook_event_name":"PreToolUse","tool_input":{"deep":${deep}}}`);
    expect(result).toMatchObject({ status: 0, stdout: '' });
  });

  it('without filling the disk with its complaints', () => {
    const rig = new HookRig();
    rig.runRaw('');
    writeFileSync(join(rig.runtimeDir, 'hook.log'), 'x'.repeat(1_100_000));
    rig.runRaw('');
    expect(log(rig)).toMatch(/^\d{4}-[^\n]{1,60}stdin is empty\n$/);
  });
});

describe.skipIf(process.platform === 'win32')('the hook writes nowhere but into its store', () => {
  it.each(['../x', '..', '/tmp/x', 'a/../../x', '.active-session', 'x\0y', 'C:\\x'])(
    'for session id %j',
    (session_id) => {
      const rig = new HookRig();
      expect(rig.run({ ...STOP, session_id })).toEqual({ status: 0, stdout: '', stderr: '' });
      const folders = readdirSync(rig.store, { withFileTypes: true }).filter((entry) => entry.isDirectory());
      expect(folders.map((entry) => entry.name)).toEqual([expect.stringMatching(/^id-[A-Za-z0-9_-]*-[0-9a-f]{8}$/)]);
      expect(readdirSync(rig.workspace)).toEqual(['.agent-traces']);
      expect(rig.events(folders[0]?.name)[1]).toMatchObject({ session_id: folders[0]?.name });
    },
  );

  it('for a subagent id that leads elsewhere', () => {
    const rig = new HookRig();
    rig.run({ ...STOP, agent_id: '../../x', agent_type: 'Explore' });
    expect(readdirSync(rig.workspace)).toEqual(['.agent-traces']);
  });

  it('when the store is a symbolic link that came with the repository', () => {
    const rig = new HookRig();
    const outside = join(rig.folder, 'outside');
    mkdirSync(outside);
    symlinkSync(outside, rig.store);
    expectReported(rig, rig.run(STOP), /symbolic link/);
    expect(readdirSync(outside)).toEqual([]);
  });

  it('when the session is one', () => {
    const rig = new HookRig();
    const outside = join(rig.folder, 'outside');
    mkdirSync(outside);
    mkdirSync(rig.store);
    symlinkSync(outside, join(rig.store, 's1'));
    expectReported(rig, rig.run(STOP), /not a folder of its own/);
    expect(readdirSync(outside)).toEqual([]);
  });

  it.each(['events.ndjson', 'meta.json'])('when %s is one', (name) => {
    const rig = new HookRig();
    const victim = join(rig.folder, 'victim');
    writeFileSync(victim, 'untouched');
    mkdirSync(join(rig.store, 's1'), { recursive: true });
    symlinkSync(victim, join(rig.store, 's1', name));
    expect(rig.run({ hook_event_name: 'SessionStart' }).status).toBe(0);
    expect(rig.run({ hook_event_name: 'SessionEnd' }).status).toBe(0);
    expect(readFileSync(victim, 'utf8')).toBe('untouched');
  });

  it.each(['.active-session', 's1/events.ndjson', 's1/meta.json', 's1/usage-cursor.json'])(
    'nor waits when %s is a FIFO',
    (name) => {
      const rig = new HookRig();
      const transcript_path = join(rig.folder, 'transcript.jsonl');
      const message = { id: 'msg_1', model: 'm', usage: { input_tokens: 1, output_tokens: 1 } };
      writeFileSync(transcript_path, `${JSON.stringify({ type: 'assistant', message })}\n`);
      mkdirSync(join(rig.store, 's1'), { recursive: true });
      execFileSync('mkfifo', [join(rig.store, name)]);
      expect(rig.run({ hook_event_name: 'SessionEnd', transcript_path })).toMatchObject({ status: 0, stdout: '' });
    },
  );

  it.each(['.active-session', '.gitignore'])('when %s is one', (name) => {
    const rig = new HookRig();
    const victim = join(rig.folder, 'victim');
    writeFileSync(victim, 'untouched');
    mkdirSync(rig.store);
    symlinkSync(victim, join(rig.store, name));
    expect(rig.run({ hook_event_name: 'SessionStart' }).status).toBe(0);
    expect(readFileSync(victim, 'utf8')).toBe('untouched');
  });
});

/** A user without rights needs the way to the workspace, and a runtime folder of its own. */
function letNobodyIn(rig: HookRig): void {
  chmodSync(rig.folder, 0o755);
  mkdirSync(rig.runtimeDir, { mode: 0o700 });
  chownSync(rig.runtimeDir, NOBODY, NOBODY);
}
