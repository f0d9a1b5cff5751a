import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  conversationEvents,
  conversationFacts,
  conversationOf,
} from '../../../../../core/common/adapters/opencode/conversation.ts';
import type { TraceEvent } from '../../../../../core/common/trace/trace-event.ts';
import { usageOf } from '../../../../rig/native-events.ts';
import { eventLines } from '../../../../rig/parsed-lines.ts';

/** Exported by OpenCode 1.18.33 after work for a scripted model. */
const recorded: unknown = JSON.parse(readFileSync(join(import.meta.dirname, 'export.json'), 'utf8'));

function eventsOf(value: unknown): readonly TraceEvent[] {
  const conversation = conversationOf(value);
  return conversation ? conversationEvents(conversation) : [];
}

test('an export gives its prompts, answers, calls, results and requests', () => {
  expect(eventLines(eventsOf(recorded))).toMatchInlineSnapshot(`
    [
      "session_start ses_de6acc864ffevpajM0u9QcDhlR.start {"agent":"opencode","source":"session","cwd":"/home/user/project","version":"1.18.33"}",
      "user_prompt msg_219533882001X5DHLHUwuoEJQx {"prompt":"\\"Do the work.\\""}",
      "assistant_response prt_219535dee001DMvcpJ64Bk6zOq {"text":"Let me look."}",
      "tool_call toolu_mock_0_0 {"tool_name":"read","arguments":{"filePath":"/home/user/project/a.txt","offset":1,"limit":2}}",
      "tool_result toolu_mock_0_0.result {"tool_name":"read","result":"<path>/home/user/project/a.txt</path>\\n<type>file</type>\\n<content>\\n1: one\\n2: two\\n\\n(Showing lines 1-2 of 3. Use offset=3 to continue.)\\n</content>",
      "llm_response llm-prt_219535eea0010M6vht8eQ7VuJt {"model":"claude-sonnet-4-5","usage":{"input":100,"output":50,"cache_read":3000,"cache_write_5m":2000,"cache_write_1h":0},"message_id":"prt_219535eea0010M6vht8eQ7VuJt"}",
      "tool_call toolu_mock_1_0 {"tool_name":"bash","arguments":{"command":"echo hi; exit 3","description":"x"}}",
      "error toolu_mock_1_0.result {"tool_name":"bash","error":"hi\\n","exit_code":3}",
      "llm_response llm-prt_219536115001fmmZkAOoDFkmBI {"model":"claude-sonnet-4-5","usage":{"input":101,"output":51,"cache_read":3001,"cache_write_5m":2001,"cache_write_1h":0},"message_id":"prt_219536115001fmmZkAOoDFkmBI"}",
      "tool_call toolu_mock_2_0 {"tool_name":"edit","arguments":{"filePath":"/home/user/project/a.txt","oldString":"two","newString":"TWO\\n2b"}}",
      "tool_result toolu_mock_2_0.result {"tool_name":"edit","result":"Edit applied successfully.","file_path":"/home/user/project/a.txt","patch":[{"start":2,"lines":2}]}",
      "llm_response llm-prt_2195362e900125NbSXJD2Qto1Y {"model":"claude-sonnet-4-5","usage":{"input":102,"output":52,"cache_read":3002,"cache_write_5m":2002,"cache_write_1h":0},"message_id":"prt_2195362e900125NbSXJD2Qto1Y"}",
      "tool_call toolu_mock_3_0 {"tool_name":"write","arguments":{"filePath":"/home/user/project/b.txt","content":"new\\nfile\\n"}}",
      "tool_result toolu_mock_3_0.result {"tool_name":"write","result":"Wrote file successfully.","file_path":"/home/user/project/b.txt","patch":[{"start":1,"lines":2}]}",
      "llm_response llm-prt_219536773001oywaPajDAGAs7T {"model":"claude-sonnet-4-5","usage":{"input":103,"output":53,"cache_read":3003,"cache_write_5m":2003,"cache_write_1h":0},"message_id":"prt_219536773001oywaPajDAGAs7T"}",
      "assistant_response prt_21953683d001ijpuG2mUkGBztq {"text":"All done."}",
      "llm_response llm-prt_2195368a8001EE0b82ZJrn5reL {"model":"claude-sonnet-4-5","usage":{"input":104,"output":54,"cache_read":3004,"cache_write_5m":2004,"cache_write_1h":0},"message_id":"prt_2195368a8001EE0b82ZJrn5reL","reported_us",
    ]
  `);
});

test('the requests are those that the model was asked for', () => {
  // Of five requests n: 100 + n sent, 2000 + n written to and 3000 + n read from the cache, 50 + n said.
  expect(usageOf(eventsOf(recorded))).toEqual({
    input: 510,
    output: 260,
    cache_read: 15_010,
    cache_write_5m: 10_010,
    cache_write_1h: 0,
  });
});

test('line ranges and exit codes are told', () => {
  const of = (id: string) => eventsOf(recorded).find(({ event_id }) => event_id === `${id}.result`);
  expect(of('toolu_mock_0_0')?.data['read']).toEqual({ start_line: 1, num_lines: 2 });
  expect(of('toolu_mock_1_0')).toMatchObject({ event_type: 'error', data: { exit_code: 3 } });
  expect(of('toolu_mock_2_0')?.data['patch']).toEqual([{ start: 2, lines: 2 }]);
  expect(of('toolu_mock_3_0')?.data['patch']).toEqual([{ start: 1, lines: 2 }]);
});

const tokens = { input: 10, output: 3, reasoning: 2, cache: { read: 5, write: 1 } };
const answer = (parts: readonly object[], time: object) => ({
  info: { id: 'ses_1' },
  messages: [{ info: { id: 'm', role: 'assistant', modelID: 'claude-sonnet-4-5', tokens, time }, parts }],
});

test('a message without steps counts once it is complete; one with steps by its steps', () => {
  const used = { input: 10, output: 5, cache_read: 5, cache_write_5m: 1 };
  expect(usageOf(eventsOf(answer([], { created: 1 })))).toMatchObject({ input: 0, output: 0 });
  expect(usageOf(eventsOf(answer([], { created: 1, completed: 2 })))).toMatchObject(used);
  const step = (id: string) => ({ id, type: 'step-finish', tokens });
  expect(usageOf(eventsOf(answer([step('a'), step('b')], { created: 1, completed: 2 })))).toMatchObject({ input: 20 });
});

test('a call that waits is not told, one that runs has no result', () => {
  const call = (status: string) => [
    { id: 'p', type: 'tool', callID: 'c', tool: 'bash', state: { status, input: { command: 'ls' } } },
  ];
  const types = (status: string) => eventsOf(answer(call(status), {})).map(({ event_type }) => event_type);
  expect(types('pending')).toEqual(['session_start']);
  expect(types('running')).toEqual(['session_start', 'tool_call']);
  expect(types('completed')).toEqual(['session_start', 'tool_call', 'tool_result']);
});

test('a subagent is a session of its own', () => {
  const conversation = conversationOf({ info: { id: 'ses_child', parentID: 'ses_parent' }, messages: [] });
  expect(conversation && conversationFacts(conversation)).toMatchObject({
    sessionId: 'ses_parent.ses_child',
    parentSessionId: 'ses_parent',
  });
});

test('hostile conversations never throw', () => {
  const names = [
    'info',
    'id',
    'role',
    'parts',
    'type',
    'tokens',
    'cache',
    'time',
    'created',
    'state',
    'status',
    'input',
    'output',
    'metadata',
    'diff',
    'error',
    'callID',
    'tool',
    'text',
    'cost',
  ];
  const { node } = fc.letrec((tie) => ({
    node: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<unknown>(
        'assistant',
        'user',
        'tool',
        'step-finish',
        'text',
        'completed',
        'error',
        'write',
        1e308,
      ),
      fc.jsonValue(),
      fc.array(tie('node'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom(...names), tie('node'), { maxKeys: 8 }),
    ),
  }));
  fc.assert(
    fc.property(fc.array(node, { maxLength: 8 }), node, (messages, extra) => {
      for (const event of eventsOf({ info: { id: 'ses_1', time: extra, cost: extra }, messages })) {
        expect([event.session_id, Number.isFinite(event.timestamp)]).toEqual(['ses_1', true]);
      }
      expect(eventsOf(extra)).toBeInstanceOf(Array);
    }),
  );
});
