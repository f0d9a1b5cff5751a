import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { callAnswer, decodeAgentPayload } from '../../../../core/common/adapters/agent-hooks.ts';
import { hookEvents } from '../../../../core/common/adapters/claude-code/hook-events.ts';
import type { TraceEvent } from '../../../../core/common/trace/trace-event.ts';

/** What a scripted session of the real command line gave its hooks, a payload a line. */
function recorded(agent: string): readonly TraceEvent[] {
  const text = readFileSync(new URL(`./${agent}/hooks.jsonl`, import.meta.url), 'utf8');
  return text.split('\n').flatMap((line) => (line === '' ? [] : eventsOf(agent, JSON.parse(line))));
}

let count = 0;

function eventsOf(agent: string, payload: object): readonly TraceEvent[] {
  const source = { now: 1000, newId: () => `new-${++count}`, workspace: '/w' };
  return (decodeAgentPayload(agent, payload) ?? []).flatMap((each) => hookEvents(each, source));
}

const brief = (events: readonly TraceEvent[]): unknown[] => events.map(({ event_type, data }) => [event_type, data]);

describe('payloads of Codex, recorded with 0.169.0', () => {
  it('give the events and ids that its rollout gives', () => {
    const events = recorded('codex');
    const session = '01a2197a-8fa3-74b0-b2bb-6e041e4316ba';
    expect(new Set(events.map((event) => event.session_id))).toEqual(new Set([session]));
    expect(events.map(({ event_type, event_id, parent_id }) => [event_type, event_id, parent_id])).toEqual([
      ['session_start', expect.any(String), undefined],
      ['user_prompt', '01a2197a-8fcf-7c00-b406-3c3bb03aec7b.prompt', undefined],
      ['tool_call', 'call_0', undefined],
      ['tool_result', 'call_0.result', 'call_0'],
      ['tool_call', 'call_1', undefined],
      ['tool_result', 'call_1.result', 'call_1'],
      ['assistant_response', expect.any(String), undefined],
      ['session_end', expect.any(String), undefined],
    ]);
    expect(events[0]?.data).toMatchObject({ mode: 'codex-hooks', agent: 'codex', model: 'gpt-5.5' });
    expect(events[3]?.data).toMatchObject({ result: 'hello\n' });
  });

  it('tell of a patch of two files as a call for each', () => {
    const patch =
      '*** Begin Patch\n*** Add File: a.txt\n+one\n+two\n*** Update File: b.txt\n@@\n-x\n+y\n*** End Patch\n';
    const call = { session_id: 's', tool_name: 'apply_patch', tool_input: { command: patch }, tool_use_id: 'c1' };
    const before = eventsOf('codex', { ...call, hook_event_name: 'PreToolUse' });
    expect(before.map(({ event_id, data }) => [event_id, data['arguments']])).toMatchObject([
      ['c1', { file_path: 'a.txt' }],
      ['c1.1', { file_path: 'b.txt' }],
    ]);
    const after = eventsOf('codex', { ...call, hook_event_name: 'PostToolUse', tool_response: 'Done.' });
    expect(after).toMatchObject([
      { event_id: 'c1.result', data: { file_path: 'a.txt', patch: [{ start: 1, lines: 2 }] } },
      { event_id: 'c1.1.result', data: { file_path: 'b.txt' } },
    ]);
  });
});

describe('the answer to a call that is denied, and ends the turn', () => {
  const said = (agent: string): unknown => JSON.parse(callAnswer(agent, { denied: 'no', stop: true }));
  const deny = { hookEventName: 'PreToolUse', permissionDecision: 'deny', permissionDecisionReason: 'no' };

  it.each([
    ['claude-code', { continue: false, stopReason: 'no', hookSpecificOutput: deny }],
    // With `continue` in it the answer would be passed over, and the call would run.
    ['codex', { hookSpecificOutput: deny }],
    ['gemini-cli', { decision: 'deny', reason: 'no', continue: false, stopReason: 'no' }],
    ['cursor', { permission: 'deny', user_message: 'no', agent_message: 'no' }],
    ['copilot-cli', { permissionDecision: 'deny', permissionDecisionReason: 'no' }],
  ])('%s', (agent, words) => expect(said(agent)).toEqual(words));
});

describe('payloads of Gemini CLI, recorded with 0.61.0', () => {
  it('give a session from its start to its end, a failed command as an error', () => {
    const events = recorded('gemini-cli');
    expect(brief(events)).toMatchObject([
      ['session_start', { mode: 'gemini-cli-hooks', agent: 'gemini-cli', source: 'startup' }],
      ['user_prompt', { prompt: 'Do the work.' }],
      ['tool_call', { tool_name: 'run_shell_command', arguments: { command: 'echo hello > a.txt; cat a.txt' } }],
      ['tool_result', { tool_name: 'run_shell_command', result: expect.stringContaining('Output: hello') }],
      ['tool_call', { arguments: { command: 'false' } }],
      ['error', { tool_name: 'run_shell_command', exit_code: 1 }],
      ['assistant_response', { text: 'All done.' }],
      ['session_end', { reason: 'exit' }],
    ]);
  });

  it('say which lines a change of a file has written', () => {
    const fileDiff = '--- a\n+++ a\n@@ -1,2 +1,3 @@\n one\n+two\n three\n';
    const tool_response = { llmContent: 'Written.', returnDisplay: { fileDiff, filePath: '/w/a' } };
    const call = { session_id: 's', tool_name: 'replace', tool_input: { file_path: '/w/a' }, tool_response };
    const [event] = eventsOf('gemini-cli', { ...call, hook_event_name: 'AfterTool' });
    expect(event).toMatchObject({ data: { file_path: '/w/a', patch: [{ start: 2, lines: 1 }], result: fileDiff } });
  });
});

/** By the documentation: none of these was recorded. */
const CURSOR = {
  conversation_id: 'c1',
  generation_id: 'g1',
  model: 'default',
  cursor_version: '2.4.0',
  workspace_roots: ['/w'],
  user_email: 'somebody@example.com',
  transcript_path: null,
};

describe('payloads of Cursor, as documented', () => {
  const cursor = (payload: object): readonly TraceEvent[] => eventsOf('cursor', { ...CURSOR, ...payload });

  it('give the events of a turn, its tokens from `stop`, once', () => {
    const call = { tool_name: 'Write', tool_input: { path: '/w/a', contents: 'x\ny\n' }, tool_use_id: 'call_1\nfc_1' };
    const stop = { hook_event_name: 'stop', status: 'completed', loop_count: 0 };
    const tokens = { input_tokens: 20152, output_tokens: 15, cache_read_tokens: 8704, cache_write_tokens: 0 };
    const events = [
      ...cursor({ hook_event_name: 'sessionStart', session_id: 'c1' }),
      ...cursor({ hook_event_name: 'beforeSubmitPrompt', prompt: 'Go.' }),
      ...cursor({ hook_event_name: 'preToolUse', ...call }),
      ...cursor({ hook_event_name: 'postToolUse', ...call, tool_output: '{"output":"ok"}', duration: 12 }),
      ...cursor({ hook_event_name: 'afterAgentResponse', text: 'Done.' }),
      ...cursor({ ...stop, ...tokens }),
      ...cursor({ hook_event_name: 'sessionEnd', session_id: 'c1', reason: 'completed' }),
    ];
    expect(events).toMatchObject([
      { event_type: 'session_start', session_id: 'c1', data: { mode: 'cursor-hooks', model: 'default' } },
      { event_type: 'user_prompt', event_id: 'g1.prompt' },
      { event_type: 'tool_call', event_id: 'call_1-fc_1' },
      {
        event_type: 'tool_result',
        parent_id: 'call_1-fc_1',
        duration_ms: 12,
        data: { result: 'ok', file_path: '/w/a', patch: [{ start: 1, lines: 2 }] },
      },
      { event_type: 'assistant_response', data: { text: 'Done.' } },
      {
        event_type: 'llm_response',
        event_id: 'llm-g1.0',
        data: { model: 'default', usage: { input: 20152, output: 15, cache_read: 8704, cache_write_5m: 0 } },
      },
      { event_type: 'session_end', session_id: 'c1' },
    ]);
    expect(JSON.stringify(events)).not.toContain('somebody@example.com');
  });

  it('tell of an aborted turn', () => {
    expect(cursor({ hook_event_name: 'stop', status: 'aborted', loop_count: 0 })).toMatchObject([
      { event_type: 'error', data: { interrupted: true } },
    ]);
  });

  it('are nothing when Cursor runs the hooks of Claude Code: its own say the same', () => {
    const payload = { session_id: 'c1', hook_event_name: 'PreToolUse', tool_name: 'Shell', tool_use_id: 't1' };
    const transcript_path = '/home/u/.cursor/projects/w/agent-transcripts/c1/c1.jsonl';
    expect(eventsOf('claude-code', { ...payload, transcript_path })).toEqual([]);
    expect(eventsOf('claude-code', { ...payload, cursor_version: '2.4.0' })).toEqual([]);
    expect(eventsOf('claude-code', payload)).toHaveLength(1);
  });
});

/** As 1.0.102 gave them to hooks with these events' names, which only its notifications say themselves. */
describe('payloads of Copilot CLI', () => {
  const GIVEN = { sessionId: 's1', timestamp: 1795748410010, cwd: '/w' };
  const copilot = (event: string, payload: object): readonly TraceEvent[] => {
    const source = { now: 1000, newId: () => `new-${++count}`, workspace: '/w' };
    const decoded = decodeAgentPayload('copilot-cli', { ...GIVEN, ...payload }, { event }) ?? [];
    return decoded.flatMap((each) => hookEvents(each, source));
  };
  const call = (command: string) => ({ toolName: 'bash', toolArgs: { command, description: 'A command' } });
  const ended = (code: number) => ({
    toolResult: { resultType: 'success', textResultForLlm: `hello\n<shellId: 0 completed with exit code ${code}>` },
  });

  it('give a session from its start to its end, a failed command as an error', () => {
    const events = [
      ...copilot('sessionStart', { source: 'new', initialPrompt: 'Do the work.' }),
      ...copilot('userPromptSubmitted', { prompt: 'Do the work.' }),
      ...copilot('preToolUse', call('echo hello')),
      ...copilot('postToolUse', { ...call('echo hello'), ...ended(0) }),
      ...copilot('preToolUse', call('exit 3')),
      ...copilot('postToolUse', { ...call('exit 3'), ...ended(3) }),
      ...copilot('sessionEnd', { reason: 'complete' }),
    ];
    expect(new Set(events.map(({ session_id }) => session_id))).toEqual(new Set(['s1']));
    expect(events[0]?.event_id).toBe('s1.start');
    expect(brief(events)).toMatchObject([
      ['session_start', { mode: 'copilot-cli-hooks', agent: 'copilot-cli', source: 'startup' }],
      ['user_prompt', { prompt: 'Do the work.' }],
      ['tool_call', { tool_name: 'bash', arguments: { command: 'echo hello' } }],
      ['tool_result', { tool_name: 'bash', result: expect.stringContaining('hello') }],
      ['tool_call', { arguments: { command: 'exit 3' } }],
      ['error', { tool_name: 'bash', exit_code: 3 }],
      ['session_end', { reason: 'complete' }],
    ]);
  });

  it('say which lines a new file has', () => {
    const toolArgs = { path: '/w/a', file_text: 'one\ntwo\n' };
    const [event] = copilot('postToolUse', {
      toolName: 'create',
      toolArgs,
      toolResult: { textResultForLlm: 'Created' },
    });
    expect(event).toMatchObject({ data: { file_path: '/w/a', patch: [{ start: 1, lines: 2 }], result: 'Created' } });
  });

  it('are nothing when it runs the hooks of Claude Code: its own say the same', () => {
    const payload = { session_id: 's1', hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_input: {} };
    expect(eventsOf('claude-code', { ...payload, timestamp: '2026-11-27T03:02:34.074Z' })).toEqual([]);
    const transcript_path = '/home/u/.copilot/session-state/s1/events.jsonl';
    expect(eventsOf('claude-code', { ...payload, hook_event_name: 'Stop', transcript_path })).toEqual([]);
    const claudes = '/home/u/.claude/projects/w/s1.jsonl';
    expect(eventsOf('claude-code', { ...payload, timestamp: 'later', transcript_path: claudes })).toHaveLength(1);
  });
});
