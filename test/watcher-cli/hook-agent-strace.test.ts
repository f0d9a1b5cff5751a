import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { asciiJson } from '../../core/common/json.ts';
import { readLikeAgentStrace } from '../rig/agent-strace-reader.ts';
import { ensureBuilt } from '../rig/build.ts';
import { HookRig, type Payload } from '../rig/hook-run.ts';

beforeAll(ensureBuilt);

/** Text at which readers stumble: line ends of other alphabets, half a character, control characters, a secret. */
const NASTY = 'Grüße \u2028\u2029\u0085\u001c 密码 😀 \ud800 "quoted" \\ \u0007 token=abcdef123456';
const IN_SUBAGENT = { agent_id: 'a1', agent_type: 'Explore' };

const PAYLOADS: readonly Payload[] = [
  { hook_event_name: 'SessionStart', source: 'startup', model: 'claude-sonnet-4-6' },
  { hook_event_name: 'SessionStart', source: { odd: 1 }, model: null },
  { hook_event_name: 'UserPromptSubmit', prompt: NASTY, prompt_id: 'p1' },
  { hook_event_name: 'UserPromptSubmit', prompt: 5 },
  { hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_input: { command: NASTY }, tool_use_id: 't1' },
  { hook_event_name: 'PreToolUse', tool_name: 7, tool_input: 'text', tool_use_id: {} },
  { hook_event_name: 'PostToolUse', tool_name: 'Bash', tool_response: { stdout: NASTY }, tool_use_id: 't1' },
  { hook_event_name: 'PostToolUse', tool_name: 'Odd', tool_response: { a: [1, { b: null }] }, duration_ms: 'x' },
  { hook_event_name: 'PostToolUse', tool_name: 'Edit', tool_response: { filePath: '/a', structuredPatch: [] } },
  { hook_event_name: 'PostToolUseFailure', tool_name: 'Bash', error: { why: NASTY }, tool_use_id: 't2' },
  { hook_event_name: 'PermissionRequest', tool_name: 'Bash', tool_input: { command: NASTY } },
  { hook_event_name: 'PermissionDenied', tool_name: 'Bash', tool_use_id: 't3', reason: { a: 1 } },
  { hook_event_name: 'Notification', message: NASTY, notification_type: 'idle_prompt' },
  { hook_event_name: 'PreCompact', trigger: 'auto', custom_instructions: null },
  { hook_event_name: 'PostModelSwitch', from_model: 'a', to_model: 'b' },
  { hook_event_name: 'PostToolBatch', tool_calls: [{ tool_name: 'Bash', tool_use_id: 't1' }, 3] },
  { hook_event_name: 'NeverHeardOf', choice: 1, data: NASTY, event_type: 'x' },
  { hook_event_name: 7 },
  { hook_event_name: 'SubagentStart', ...IN_SUBAGENT },
  { hook_event_name: 'PostToolUse', tool_name: 'Agent', tool_use_id: 't4', tool_response: { agentId: 'a1' } },
  { hook_event_name: 'SubagentStop', last_assistant_message: NASTY, ...IN_SUBAGENT },
  { hook_event_name: 'Stop', last_assistant_message: NASTY },
  { hook_event_name: 'StopFailure', error: 'overloaded', error_details: { a: 1 } },
  { hook_event_name: 'MessageDisplay', delta: 'x' },
  { session_id: '../../odd id', hook_event_name: 'Stop' },
  { hook_event_name: 'SessionEnd', reason: 5 },
];

describe('what the hook writes', () => {
  it('opens in agent-strace, which rejects any field and event type it does not know', () => {
    const rig = new HookRig();
    for (const payload of PAYLOADS) {
      const transcript_path = join(rig.workspace, 'Grüße.jsonl');
      const input = asciiJson({ session_id: 's1', cwd: rig.workspace, transcript_path, ...payload });
      expect(rig.runRaw(input)).toEqual({ status: 0, stdout: '', stderr: '' });
    }
    const traces = readLikeAgentStrace(rig.store);
    expect([...traces.keys()].sort()).toEqual([expect.stringMatching(/^id-/), 's1', 's1.a1']);
    expect(traces.get('s1')?.events).toHaveLength(21);
    expect(traces.get('s1.a1')?.meta).toMatchObject({ parent_session_id: 's1', parent_event_id: 't4', depth: 1 });
    expect(traces.get('s1.a1')?.events).toHaveLength(3);
  });
});
