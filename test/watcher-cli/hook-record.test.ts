import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt, HOOK_BUNDLE } from '../rig/build.ts';
import { HookRig } from '../rig/hook-run.ts';

beforeAll(ensureBuilt);

const START = { hook_event_name: 'SessionStart', source: 'startup', model: 'claude-sonnet-4-6' };
const types = (rig: HookRig, session?: string): unknown[] => rig.events(session).map((event) => event['event_type']);

describe('the hook', () => {
  it('records a session from start to end, and says nothing to the agent', () => {
    const rig = new HookRig();
    const transcript_path = join(rig.folder, 'absent.jsonl');
    const payloads = [
      START,
      { hook_event_name: 'UserPromptSubmit', prompt: 'Go.', prompt_id: 'p1' },
      { hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_input: { command: 'ls' }, tool_use_id: 't1' },
      { hook_event_name: 'PostToolUse', tool_name: 'Bash', tool_response: { stdout: 'a' }, tool_use_id: 't1' },
      { hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_input: { command: 'no' }, tool_use_id: 't2' },
      { hook_event_name: 'PostToolUseFailure', tool_name: 'Bash', error: 'Exit code 1', tool_use_id: 't2' },
      { hook_event_name: 'Stop', last_assistant_message: 'Done.' },
      { hook_event_name: 'SessionEnd', reason: 'other' },
    ];
    for (const payload of payloads) {
      expect(rig.run({ transcript_path, ...payload })).toEqual({ status: 0, stdout: '', stderr: '' });
      if (payload === START) expect(readFileSync(join(rig.store, '.active-session'), 'utf8')).toBe('s1');
    }
    expect(types(rig)).toEqual([
      ...['session_start', 'user_prompt', 'tool_call', 'tool_result', 'tool_call', 'error', 'assistant_response'],
      'session_end',
    ]);
    expect(rig.meta()).toMatchObject({
      session_id: 's1',
      agent_name: 'claude-code',
      tool_calls: 2,
      errors: 1,
      attribution: { workspace: rig.workspace, transcript_path },
    });
    expect(rig.meta()['ended_at']).toBeGreaterThanOrEqual(Number(rig.meta()['started_at']));
    expect(existsSync(join(rig.store, '.active-session'))).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('writes for its user alone, and keeps traces out of git', () => {
    const rig = new HookRig();
    rig.run(START);
    const mode = (path: string): number => statSync(join(rig.store, path)).mode & 0o777;
    expect(['.', 's1'].map(mode)).toEqual([0o700, 0o700]);
    expect(['s1/events.ndjson', 's1/meta.json', '.gitignore', '.active-session'].map(mode)).toEqual(
      Array.from({ length: 4 }, () => 0o600),
    );
    expect(readFileSync(join(rig.store, '.gitignore'), 'utf8')).toBe('*\n');
  });

  it('goes on with a session that is resumed', () => {
    const rig = new HookRig();
    rig.run(START);
    rig.run({ hook_event_name: 'SessionEnd', reason: 'logout' });
    const first = rig.meta();
    expect(first['ended_at']).toBeTypeOf('number');
    rig.run({ ...START, source: 'resume' });
    expect(rig.meta()).not.toHaveProperty('ended_at');
    expect(rig.meta()['started_at']).toBe(first['started_at']);
    expect(types(rig)).toEqual(['session_start', 'session_end', 'session_start']);
  });

  it('gives a start to a session that it joins while it runs, once', () => {
    const rig = new HookRig();
    rig.run({ hook_event_name: 'Stop', last_assistant_message: 'a' });
    rig.run({ hook_event_name: 'Stop', last_assistant_message: 'b' });
    expect(types(rig)).toEqual(['session_start', 'assistant_response', 'assistant_response']);
    expect(rig.events()[0]).toMatchObject({ event_id: 's1.start', data: { source: 'joined', cwd: rig.workspace } });
    expect(rig.meta()).toMatchObject({ session_id: 's1' });
  });

  it('makes one session of the first events of several hooks at once', async () => {
    const rig = new HookRig();
    const calls = Array.from({ length: 12 }, (_, index) => `t${index}`);
    const ends = calls.map(async (tool_use_id) => {
      const child = spawn(process.execPath, [HOOK_BUNDLE], { env: rig.env, stdio: ['pipe', 'inherit', 'pipe'] });
      const complaints = child.stderr.toArray();
      child.stdin.end(JSON.stringify({ session_id: 's1', hook_event_name: 'PreToolUse', tool_use_id }));
      const [status] = await once(child, 'exit');
      return [status, (await complaints).join('')];
    });
    expect(await Promise.all(ends)).toEqual(calls.map(() => [0, '']));
    const ids = rig.events().map((event) => event['event_id']);
    expect(ids.sort()).toEqual(['s1.start', ...calls].sort());
    expect(readdirSync(join(rig.store, 's1')).sort()).toEqual(['events.ndjson', 'meta.json']);
  });

  it('takes the event from the command line when the payload has none, and from the payload when it has', () => {
    const rig = new HookRig();
    rig.run({ last_assistant_message: 'a' }, ['Stop']);
    rig.run({ hook_event_name: 'UserPromptSubmit', prompt: 'b' }, ['Stop', '--some-later-option']);
    expect(types(rig)).toEqual(['session_start', 'assistant_response', 'user_prompt']);
  });

  it('takes the session from the environment when the payload has none', () => {
    const rig = new HookRig({ CLAUDE_CODE_SESSION_ID: 'from-env' });
    rig.run({ session_id: undefined, hook_event_name: 'Stop' });
    expect(types(rig, 'from-env')).toEqual(['session_start', 'assistant_response']);
  });

  it('writes into the store that AGENT_TRACE_DIR names', () => {
    const rig = new HookRig({ AGENT_TRACE_DIR: 'elsewhere/traces' });
    rig.run(START);
    expect(existsSync(rig.store)).toBe(false);
    expect(rig.events('s1', join(rig.workspace, 'elsewhere/traces'))).toHaveLength(1);
  });

  it('finds the store above the current directory when the agent names no workspace', () => {
    const rig = new HookRig({ CLAUDE_PROJECT_DIR: '' });
    mkdirSync(join(rig.workspace, '.agent-traces'));
    mkdirSync(join(rig.workspace, 'deep/down'), { recursive: true });
    rig.run({ ...START, cwd: join(rig.workspace, 'deep/down') });
    expect(types(rig)).toEqual(['session_start']);
  });

  it('loads nothing that a bare Node has not loaded already, but what runs compiled code', () => {
    const rig = new HookRig();
    const probe = join(rig.folder, 'probe.cjs');
    writeFileSync(probe, `process.on('exit', () => process._rawDebug(process.moduleLoadList.join('\\n')));`);
    writeFileSync(join(rig.folder, 'empty.cjs'), '');
    const loadedBy = (script: string) => {
      const { stderr } = spawnSync(process.execPath, ['--require', probe, script, 'Stop'], {
        env: rig.env,
        input: JSON.stringify({ session_id: 's1', hook_event_name: 'Stop' }),
        encoding: 'utf8',
      });
      return stderr.split('\n');
    };
    const bare = new Set(loadedBy(join(rig.folder, 'empty.cjs')));
    expect(bare).toContain('NativeModule fs');
    const added = loadedBy(HOOK_BUNDLE).filter((name) => !bare.has(name));
    expect(added.filter((name) => name !== 'NativeModule vm')).toEqual([]);
  });

  it('keeps several sessions apart', () => {
    const rig = new HookRig();
    for (const session_id of ['one', 'two']) rig.run({ ...START, session_id });
    rig.run({ session_id: 'one', hook_event_name: 'Stop' });
    expect(types(rig, 'one')).toEqual(['session_start', 'assistant_response']);
    expect(types(rig, 'two')).toEqual(['session_start']);
  });

  it('cuts what is long in the middle and keeps no copy of a file', () => {
    const rig = new HookRig();
    const stdout = `first ${'x'.repeat(300_000)} last`;
    rig.run({ hook_event_name: 'PostToolUse', tool_name: 'Bash', tool_use_id: 't1', tool_response: { stdout } });
    const result = String(rig.events()[1]?.data['result']);
    expect(result).toMatch(/^first x+\n\[\.\.\. \d+ bytes left out \.\.\.\]\nx+ last$/);
    expect(result.length).toBeLessThan(70_000);
  });

  it("adds what the transcript says about money, also the subagent's own", () => {
    const rig = new HookRig();
    const usage = { input_tokens: 10, cache_creation_input_tokens: 0, cache_read_input_tokens: 5, output_tokens: 7 };
    const line = (id: string): string =>
      `${JSON.stringify({ type: 'assistant', message: { id, model: 'claude-sonnet-4-6', usage } })}\n`;
    mkdirSync(join(rig.folder, 's1/subagents'), { recursive: true });
    writeFileSync(join(rig.folder, 's1.jsonl'), line('msg_1'));
    writeFileSync(join(rig.folder, 's1/subagents/agent-a1.jsonl'), line('msg_2'));
    const transcript_path = join(rig.folder, 's1.jsonl');
    rig.run({ hook_event_name: 'Stop', transcript_path });
    rig.run({ hook_event_name: 'SubagentStop', transcript_path, agent_id: 'a1', agent_type: 'Explore' });
    const spent = (session: string): unknown[] =>
      rig
        .events(session)
        .flatMap((event) => (event['event_type'] === 'llm_response' ? [event.data['message_id']] : []));
    expect(spent('s1')).toEqual(['msg_1']);
    expect(spent('s1.a1')).toEqual(['msg_2']);
    expect(types(rig, 's1.a1').at(-1)).toBe('session_end');
  });
});

describe('the hook in subagents', () => {
  const inside = { agent_id: 'a1', agent_type: 'Explore' };

  it('opens a session of its own at the start, linked to its parent, and ends it', () => {
    const rig = new HookRig();
    rig.run(START);
    rig.run({ hook_event_name: 'SubagentStart', ...inside });
    rig.run({ hook_event_name: 'PreToolUse', tool_name: 'Read', tool_input: {}, tool_use_id: 't5', ...inside });
    rig.run({ hook_event_name: 'SubagentStop', last_assistant_message: 'Found.', ...inside });
    expect(types(rig)).toEqual(['session_start']);
    expect(types(rig, 's1.a1')).toEqual(['session_start', 'tool_call', 'assistant_response', 'session_end']);
    expect(rig.meta('s1.a1')).toMatchObject({
      session_id: 's1.a1',
      agent_name: 'Explore',
      parent_session_id: 's1',
      depth: 1,
      tool_calls: 1,
    });
    expect(rig.meta('s1.a1')['ended_at']).toBeTypeOf('number');
    expect(rig.meta()).not.toHaveProperty('ended_at');
    rig.run({ hook_event_name: 'SubagentStart', ...inside });
    expect(rig.meta('s1.a1')).not.toHaveProperty('ended_at');
  });

  it('opens it at the first event when the start was not seen, and the parent with it', () => {
    const rig = new HookRig();
    rig.run({ hook_event_name: 'PreToolUse', tool_name: 'Read', tool_input: {}, tool_use_id: 't5', ...inside });
    expect(types(rig, 's1.a1')).toEqual(['session_start', 'tool_call']);
    expect(types(rig)).toEqual(['session_start']);
  });

  it('does not take the end of a subagent that is not named for the end of the session', () => {
    const rig = new HookRig();
    rig.run(START);
    rig.run({ hook_event_name: 'SubagentStop', stop_hook_active: false });
    expect(types(rig)).toEqual(['session_start', 'decision']);
    expect(rig.meta()).not.toHaveProperty('ended_at');
  });

  it('opens nothing for an internal helper that only ends', () => {
    const rig = new HookRig();
    rig.run(START);
    rig.run({ hook_event_name: 'SubagentStop', agent_id: 'a9', agent_type: '' });
    expect(existsSync(join(rig.store, 's1.a9'))).toBe(false);
    rig.run({ hook_event_name: 'PreToolUse', tool_name: 'Read', tool_use_id: 't5', agent_id: 'a9', agent_type: '' });
    rig.run({ hook_event_name: 'SubagentStop', agent_id: 'a9', agent_type: '' });
    expect(types(rig, 's1.a9').at(-1)).toBe('session_end');
  });

  it('links it to the call that started it, once that is known', () => {
    const rig = new HookRig();
    rig.run({ hook_event_name: 'SubagentStart', ...inside });
    const call = { hook_event_name: 'PostToolUse', tool_name: 'Agent', tool_use_id: 'toolu_agent' };
    rig.run({ ...call, tool_response: { status: 'completed', agentId: 'a1', content: [] } });
    expect(rig.meta('s1.a1')).toMatchObject({ parent_session_id: 's1', parent_event_id: 'toolu_agent', depth: 1 });
  });

  it('links one that was launched in the background before its first event', () => {
    const rig = new HookRig();
    const call = { hook_event_name: 'PostToolUse', tool_name: 'Agent', tool_use_id: 'toolu_agent' };
    rig.run({ ...call, tool_response: { status: 'async_launched', agentId: 'a1', agentType: 'Explore' } });
    expect(types(rig, 's1.a1')).toEqual(['session_start']);
    rig.run({ hook_event_name: 'SubagentStart', ...inside });
    expect(rig.meta('s1.a1')).toMatchObject({ parent_event_id: 'toolu_agent', depth: 1 });
    expect(rig.meta('s1.a1')['agent_name']).toBe('Explore');
  });

  it('links a subagent of a subagent to the one that started it', () => {
    const rig = new HookRig();
    rig.run({ hook_event_name: 'SubagentStart', ...inside });
    rig.run({ hook_event_name: 'SubagentStart', agent_id: 'a2', agent_type: 'Plan' });
    const call = { hook_event_name: 'PostToolUse', tool_name: 'Agent', tool_use_id: 'toolu_inner', ...inside };
    rig.run({ ...call, tool_response: { status: 'completed', agentId: 'a2', content: [] } });
    expect(rig.meta('s1.a2')).toMatchObject({
      parent_session_id: 's1.a1',
      parent_event_id: 'toolu_inner',
      depth: 2,
    });
  });
});

describe('the hook and secrets', () => {
  const SECRET = 'hunter2-and-more';
  const payload = {
    hook_event_name: 'PreToolUse',
    tool_name: 'Bash',
    tool_use_id: 't1',
    tool_input: { command: `deploy --password=${SECRET} ACME-1234`, env: { DB_PASSWORD: SECRET } },
  };
  const written = (rig: HookRig): string => JSON.stringify(rig.events());

  it('keeps them off the disk', () => {
    const rig = new HookRig();
    rig.run(payload);
    rig.run({ hook_event_name: 'UserPromptSubmit', prompt: `my password: ${SECRET}1` });
    rig.run({ hook_event_name: 'Whatever', nested: [{ apiKey: SECRET }] });
    expect(written(rig)).not.toContain(SECRET);
    expect(rig.events()).toHaveLength(4);
    expect(written(rig)).toContain('ACME-1234');
  });

  it('records them when the user turned redaction off', () => {
    const byOption = new HookRig();
    byOption.run(payload, ['--no-redact']);
    expect(written(byOption)).toContain(SECRET);
    const byEnvironment = new HookRig({ AGENT_TRACE_NO_REDACT: '1' });
    byEnvironment.run(payload);
    expect(written(byEnvironment)).toContain(SECRET);
  });

  it("takes the user's own patterns as well", () => {
    const rig = new HookRig({ AGENT_TRACE_REDACT_PATTERN: 'ACME-\\d+' });
    rig.run(payload, ['PreToolUse', '--redact-pattern', 'depl(?=oy)', '--redact-pattern=oy']);
    expect(written(rig)).toContain(
      '[REDACTED:custom][REDACTED:custom] --password=[REDACTED:password] [REDACTED:custom]',
    );
  });

  it('reports a pattern that is none, and redacts by the others', () => {
    const rig = new HookRig();
    const { status, stderr } = rig.run(payload, ['--redact-pattern', '(', '--redact-pattern', 'ACME-\\d+']);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^agent-trace hook: redaction: --redact-pattern: Invalid regular expression.*\n$/);
    expect(written(rig)).not.toMatch(/hunter2|ACME/);
  });
});
