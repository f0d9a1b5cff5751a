import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hookEvents, joinedLate } from '../../../../../core/common/adapters/claude-code/hook-events.ts';
import { decodeHookPayload, type HookPayload } from '../../../../../core/common/adapters/claude-code/hook-payload.ts';
import type { TraceEvent } from '../../../../../core/common/trace/trace-event.ts';

const BASE = {
  session_id: 's1',
  transcript_path: '/home/dev/.claude/projects/-w/s1.jsonl',
  cwd: '/w/sub',
  permission_mode: 'default',
  prompt_id: 'p7',
};
const IN_SUBAGENT = { agent_id: 'a1', agent_type: 'Explore' };

function payload(fields: Record<string, unknown>): HookPayload {
  const decoded = decodeHookPayload({ ...BASE, ...fields });
  if (!decoded) throw new Error('an object is a payload');
  return decoded;
}

/** The events of one payload, without what is the same in all: new ids are n1, n2, ... */
function events(fields: Record<string, unknown>): unknown[] {
  let count = 0;
  const source = { now: 1000.5, newId: () => `n${++count}`, workspace: '/w' };
  return hookEvents(payload(fields), source).map(({ timestamp, ...rest }: TraceEvent) => {
    expect(timestamp).toBe(1000.5);
    return rest;
  });
}

describe('hookEvents', () => {
  it('starts a session with what is known of it', () => {
    const fields = { hook_event_name: 'SessionStart', source: 'resume', model: 'claude-opus-4-6[1m]' };
    expect(events(fields)).toEqual([
      {
        event_type: 'session_start',
        event_id: 'n1',
        session_id: 's1',
        data: {
          mode: 'claude-code-hooks',
          agent: 'claude-code',
          source: 'resume',
          model: 'claude-opus-4-6[1m]',
          cwd: '/w',
          permission_mode: 'default',
        },
      },
    ]);
  });

  it('takes a prompt by its id, so that two recorders count it once', () => {
    expect(events({ hook_event_name: 'UserPromptSubmit', prompt: 'Fix it.', source: 'user' })).toEqual([
      {
        event_type: 'user_prompt',
        event_id: 'p7.prompt',
        session_id: 's1',
        data: { prompt: 'Fix it.', source: 'user' },
      },
    ]);
    expect(events({ hook_event_name: 'UserPromptSubmit', prompt_id: undefined })).toEqual([
      { event_type: 'user_prompt', event_id: 'n1', session_id: 's1', data: { prompt: '' } },
    ]);
  });

  it('links call and result by the id of the call, in parallel calls of one tool too', () => {
    const call = (id: string, command: string): unknown[] =>
      events({ hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_input: { command }, tool_use_id: id });
    const result = (id: string, stdout: string): unknown[] =>
      events({
        hook_event_name: 'PostToolUse',
        tool_name: 'Bash',
        tool_input: {},
        tool_response: { stdout, stderr: '', interrupted: false },
        tool_use_id: id,
        duration_ms: 12,
      });
    const all = [...call('t1', 'one'), ...call('t2', 'two'), ...result('t2', '2'), ...result('t1', '1')];
    expect(all).toEqual([
      {
        event_type: 'tool_call',
        event_id: 't1',
        session_id: 's1',
        data: { tool_name: 'Bash', tool_use_id: 't1', arguments: { command: 'one' } },
      },
      {
        event_type: 'tool_call',
        event_id: 't2',
        session_id: 's1',
        data: { tool_name: 'Bash', tool_use_id: 't2', arguments: { command: 'two' } },
      },
      {
        event_type: 'tool_result',
        event_id: 't2.result',
        session_id: 's1',
        parent_id: 't2',
        duration_ms: 12,
        data: { tool_name: 'Bash', tool_use_id: 't2', result: '2' },
      },
      {
        event_type: 'tool_result',
        event_id: 't1.result',
        session_id: 's1',
        parent_id: 't1',
        duration_ms: 12,
        data: { tool_name: 'Bash', tool_use_id: 't1', result: '1' },
      },
    ]);
  });

  it('records calls without ids, as agents of 2025 sent them', () => {
    expect(events({ hook_event_name: 'PreToolUse', tool_name: 'Read', tool_input: { file_path: '/w/a' } })).toEqual([
      {
        event_type: 'tool_call',
        event_id: 'n1',
        session_id: 's1',
        data: { tool_name: 'Read', arguments: { file_path: '/w/a' } },
      },
    ]);
    expect(events({ hook_event_name: 'PostToolUse', tool_name: 'Read', tool_response: 'text' })).toEqual([
      { event_type: 'tool_result', event_id: 'n1', session_id: 's1', data: { tool_name: 'Read', result: 'text' } },
    ]);
  });

  it('makes an object of whatever a tool takes', () => {
    expect(events({ hook_event_name: 'PreToolUse', tool_name: 'X', tool_input: [1] })).toMatchObject([
      { data: { arguments: { input: [1] } } },
    ]);
    expect(events({ hook_event_name: 'PreToolUse' })).toMatchObject([
      { data: { tool_name: 'unknown', arguments: {} } },
    ]);
  });

  it('records a failed call as an error of that call', () => {
    const failure = {
      hook_event_name: 'PostToolUseFailure',
      tool_name: 'Bash',
      tool_use_id: 't1',
      error: 'Exit code 101\ntest failed',
      is_interrupt: false,
      duration_ms: 5,
    };
    expect(events(failure)).toEqual([
      {
        event_type: 'error',
        event_id: 't1.result',
        session_id: 's1',
        parent_id: 't1',
        duration_ms: 5,
        data: { tool_name: 'Bash', tool_use_id: 't1', error: 'Exit code 101\ntest failed', exit_code: 101 },
      },
    ]);
    expect(events({ ...failure, error: { message: 'no' }, is_interrupt: true })).toMatchObject([
      { data: { error: '{"message":"no"}', is_interrupt: true, interrupted: true } },
    ]);
  });

  it('records the end of a turn, well or not', () => {
    expect(events({ hook_event_name: 'Stop', last_assistant_message: 'Done.' })).toEqual([
      { event_type: 'assistant_response', event_id: 'n1', session_id: 's1', data: { text: 'Done.' } },
    ]);
    expect(events({ hook_event_name: 'StopFailure', error: 'rate_limit', error_details: 'try later' })).toEqual([
      { event_type: 'error', event_id: 'n1', session_id: 's1', data: { error: 'rate_limit: try later' } },
    ]);
  });

  it('ends a session with its reason', () => {
    expect(events({ hook_event_name: 'SessionEnd', reason: 'logout' })).toEqual([
      { event_type: 'session_end', event_id: 'n1', session_id: 's1', data: { reason: 'logout' } },
    ]);
  });

  it('gives a subagent a session of its own, from start to end', () => {
    expect(events({ hook_event_name: 'SubagentStart', ...IN_SUBAGENT })).toEqual([
      {
        event_type: 'session_start',
        event_id: 'n1',
        session_id: 's1.a1',
        data: {
          mode: 'claude-code-hooks',
          agent: 'Explore',
          source: 'subagent',
          cwd: '/w',
          agent_id: 'a1',
          parent_session_id: 's1',
          permission_mode: 'default',
        },
      },
    ]);
    expect(
      events({ hook_event_name: 'PreToolUse', tool_name: 'Read', tool_use_id: 't', ...IN_SUBAGENT }),
    ).toMatchObject([{ event_type: 'tool_call', session_id: 's1.a1' }]);
    expect(events({ hook_event_name: 'SubagentStop', last_assistant_message: 'Found.', ...IN_SUBAGENT })).toMatchObject(
      [
        { event_type: 'assistant_response', session_id: 's1.a1', data: { text: 'Found.' } },
        { event_type: 'session_end', session_id: 's1.a1', data: { reason: 'completed' } },
      ],
    );
  });

  it('notes that the agent waits for its user, until something else happens', () => {
    const request = { hook_event_name: 'PermissionRequest', tool_name: 'Bash', tool_input: { command: 'rm x' } };
    expect(events(request)).toEqual([
      {
        event_type: 'decision',
        event_id: 'n1',
        session_id: 's1',
        data: {
          hook_event_name: 'PermissionRequest',
          choice: 'permission asked: Bash',
          waiting_for: 'permission: Bash',
          payload: { tool_name: 'Bash', tool_input: { command: 'rm x' } },
        },
      },
    ]);
    const notification = {
      hook_event_name: 'Notification',
      message: 'Waiting for you',
      notification_type: 'idle_prompt',
    };
    expect(events(notification)).toMatchObject([
      { data: { choice: 'Waiting for you', waiting_for: 'Waiting for you' } },
    ]);
    const [report] = events({ ...notification, notification_type: 'agent_completed' });
    expect(report).not.toHaveProperty('data.waiting_for');
  });

  it('links a denied permission to its call', () => {
    const denied = { hook_event_name: 'PermissionDenied', tool_name: 'Bash', tool_use_id: 't9', reason: 'by rule' };
    expect(events(denied)).toMatchObject([
      {
        event_type: 'decision',
        parent_id: 't9',
        data: { choice: 'permission denied: Bash', payload: { reason: 'by rule' } },
      },
    ]);
  });

  it('notes compactions and model switches', () => {
    expect(events({ hook_event_name: 'PreCompact', trigger: 'auto' })).toMatchObject([
      { event_type: 'decision', data: { choice: 'compaction starts (auto)', payload: { trigger: 'auto' } } },
    ]);
    expect(
      events({ hook_event_name: 'PostModelSwitch', from_model: 'a', to_model: 'b', pricing: { x: 1 } }),
    ).toMatchObject([{ data: { choice: 'model a -> b', model: 'b', payload: { pricing: { x: 1 } } } }]);
  });

  it('keeps an event it does not know as it is', () => {
    expect(events({ hook_event_name: 'QuantumLeap', to: { when: [1, 2] }, note: 'x' })).toEqual([
      {
        event_type: 'decision',
        event_id: 'n1',
        session_id: 's1',
        data: { hook_event_name: 'QuantumLeap', choice: 'QuantumLeap', payload: { to: { when: [1, 2] }, note: 'x' } },
      },
    ]);
  });

  it('records nothing of what only serves the display', () => {
    expect(events({ hook_event_name: 'MessageDisplay', delta: 'wor' })).toEqual([]);
  });

  it('never fails, whatever the fields hold', () => {
    const names = [
      'SessionStart',
      'PreToolUse',
      'PostToolUse',
      'PostToolUseFailure',
      'SubagentStop',
      'Notification',
      '',
    ];
    const fields = ['tool_name', 'tool_input', 'tool_response', 'tool_use_id', 'error', 'duration_ms', 'agent_id'];
    const anything = fc.dictionary(fc.constantFrom(...fields), fc.jsonValue());
    fc.assert(
      fc.property(fc.constantFrom(...names), anything, (hook_event_name, rest) => {
        for (const event of events({ hook_event_name, ...rest }) as TraceEvent[]) {
          expect(event.event_id).not.toBe('');
          expect(typeof (event.data['result'] ?? '')).toBe('string');
          expect(typeof (event.data['error'] ?? '')).toBe('string');
        }
      }),
    );
  });
});

describe('joinedLate', () => {
  it('is the same event for every process that finds the session without a start', () => {
    const late = payload({ hook_event_name: 'PreToolUse', ...IN_SUBAGENT });
    const make = (): TraceEvent =>
      joinedLate(late, { now: 1, newId: () => String(Math.random()), workspace: undefined });
    expect(make()).toEqual(make());
    expect(make()).toMatchObject({ event_type: 'session_start', event_id: 's1.a1.start', data: { agent: 'Explore' } });
    const main = joinedLate(payload({ hook_event_name: 'Stop' }), { now: 1, newId: () => 'x', workspace: '/w' });
    expect(main.data).toMatchObject({ agent: 'claude-code', source: 'joined', cwd: '/w' });
  });
});
