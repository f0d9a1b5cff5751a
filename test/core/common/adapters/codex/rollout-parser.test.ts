import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ThreadPast } from '../../../../../core/common/adapters/codex/replay-filter.ts';
import { RolloutParser } from '../../../../../core/common/adapters/codex/rollout-parser.ts';
import type { TraceEvent } from '../../../../../core/common/trace/trace-event.ts';
import { usageOf } from '../../../../rig/native-events.ts';
import { eventLines, parsedLines } from '../../../../rig/parsed-lines.ts';

/** Recorded from Codex 0.169.0 at work for a scripted model; instructions to the model are taken out. */
function recorded(name: string): string {
  return readFileSync(join(import.meta.dirname, `${name}.jsonl`), 'utf8');
}

function parser(past?: ThreadPast): RolloutParser {
  return new RolloutParser({ fallbackId: 'thread', fallbackTime: 0, past: () => past });
}

const eventsOf = (text: string, past?: ThreadPast): readonly TraceEvent[] => parsedLines(parser(past), text);

/** What a request of the scripted model with this number has used. */
function scripted(...numbers: readonly number[]): object {
  const sum = (of: (n: number) => number) => numbers.reduce((total, n) => total + of(n), 0);
  return {
    input: sum(() => 600),
    output: sum((n) => 70 + n),
    cache_read: sum((n) => 400 + n),
    cache_write_5m: 0,
    cache_write_1h: 0,
  };
}

describe('a recorded session', () => {
  test('gives its prompts, answers, calls, results and requests', () => {
    expect(eventLines(eventsOf(recorded('session')))).toMatchInlineSnapshot(`
      [
        "session_start 01a2192f-0e00-79e3-bc39-201531e1ed31.start {"agent":"codex","source":"rollout","cwd":"/home/user/project","version":"0.169.0"}",
        "user_prompt 01a2192f-0e16-7e23-be60-472ad2855f00.prompt {"prompt":"Do the work."}",
        "assistant_response 01a2192f-0e00-79e3-bc39-201531e1ed31@3549 {"text":"Let me look."}",
        "tool_call call_mock_0_0 {"tool_name":"exec_command","arguments":{"cmd":"cat a.txt; exit 3","yield_time_ms":3000}}",
        "llm_response llm-01a2192f-0e00-79e3-bc39-201531e1ed31@4411 {"model":"gpt-5.5","usage":{"input":600,"output":70,"cache_read":400,"cache_write_5m":0,"cache_write_1h":0},"message_id":"resp_mock_0"}",
        "error call_mock_0_0.result {"tool_name":"exec_command","error":"Chunk ID: 471b4f\\nWall time: 0.0000 seconds\\nProcess exited with code 3\\nOriginal token count: 4\\nOutput:\\none\\ntwo\\nthree\\n","exit_code":3}",
        "tool_call call_mock_1_0 {"tool_name":"apply_patch","arguments":{"file_path":"a.txt","patch":"*** Update File: a.txt\\n@@\\n one\\n-two\\n+TWO\\n+2b\\n three"}}",
        "tool_call call_mock_1_0.1 {"tool_name":"apply_patch","arguments":{"file_path":"b.txt","patch":"*** Add File: b.txt\\n+new\\n+file"}}",
        "llm_response llm-01a2192f-0e00-79e3-bc39-201531e1ed31@7026 {"model":"gpt-5.5","usage":{"input":600,"output":71,"cache_read":401,"cache_write_5m":0,"cache_write_1h":0},"message_id":"resp_mock_1"}",
        "tool_result call_mock_1_0.result {"tool_name":"apply_patch","result":"@@ -1,3 +1,4 @@\\n one\\n-two\\n+TWO\\n+2b\\n three\\n","file_path":"/home/user/project/a.txt","patch":[{"start":2,"lines":2}]}",
        "tool_result call_mock_1_0.1.result {"tool_name":"apply_patch","result":"new\\nfile\\n","file_path":"/home/user/project/b.txt","patch":[{"start":1,"lines":2}]}",
        "tool_call call_mock_2_0 {"tool_name":"exec_command","arguments":{"cmd":"sed -n 1,2p a.txt"}}",
        "tool_call call_mock_2_1 {"tool_name":"update_plan","arguments":{"plan":[{"step":"x","status":"completed"}]}}",
        "llm_response llm-01a2192f-0e00-79e3-bc39-201531e1ed31@9796 {"model":"gpt-5.5","usage":{"input":600,"output":72,"cache_read":402,"cache_write_5m":0,"cache_write_1h":0},"message_id":"resp_mock_2"}",
        "file_read call_mock_2_0.read-0 {"file_path":"a.txt","read":{"start_line":1,"num_lines":2}}",
        "tool_result call_mock_2_0.result {"tool_name":"exec_command","result":"Chunk ID: 59fd36\\nWall time: 0.0000 seconds\\nProcess exited with code 0\\nOriginal token count: 2\\nOutput:\\none\\nTWO\\n","exit_code":0}",
        "tool_result call_mock_2_1.result {"tool_name":"update_plan","result":"unsupported call: update_plan"}",
        "assistant_response 01a2192f-0e00-79e3-bc39-201531e1ed31@12337 {"text":"All done."}",
        "llm_response llm-01a2192f-0e00-79e3-bc39-201531e1ed31@12929 {"model":"gpt-5.5","usage":{"input":600,"output":73,"cache_read":403,"cache_write_5m":0,"cache_write_1h":0},"message_id":"resp_mock_3"}",
        "user_prompt 01a21936-26d3-7931-8000-7ac16003b307.prompt {"prompt":"And resume"}",
        "assistant_response 01a2192f-0e00-79e3-bc39-201531e1ed31@16535 {"text":"All done."}",
        "llm_response llm-01a2192f-0e00-79e3-bc39-201531e1ed31@17127 {"model":"gpt-5.5","usage":{"input":600,"output":73,"cache_read":403,"cache_write_5m":0,"cache_write_1h":0},"message_id":"resp_mock_3"}",
      ]
    `);
  });

  test('counts each request once, also after the session was taken up again', () => {
    expect(usageOf(eventsOf(recorded('session')))).toEqual(scripted(0, 1, 2, 3, 3));
  });

  test('tells line ranges, durations and exit codes', () => {
    const events = eventsOf(recorded('session'));
    const result = (id: string) => events.find(({ event_id }) => event_id === `${id}.result`);
    expect(result('call_mock_0_0')).toMatchObject({
      event_type: 'error',
      parent_id: 'call_mock_0_0',
      duration_ms: 0.004867,
      data: { exit_code: 3 },
    });
    expect(result('call_mock_1_0')?.data).toMatchObject({ patch: [{ start: 2, lines: 2 }] });
    expect(result('call_mock_1_0.1')?.data).toMatchObject({ patch: [{ start: 1, lines: 2 }] });
  });

  test('a script of code mode is a call, and so is each command and patch that it runs', () => {
    expect(eventLines(eventsOf(recorded('code-mode')))).toMatchInlineSnapshot(`
      [
        "session_start 01a21936-f6c4-7443-89f2-c9fe1b352a37.start {"agent":"codex","source":"rollout","cwd":"/home/user/project","version":"0.169.0"}",
        "user_prompt 01a21936-f719-7393-99f3-e229b1d7fee3.prompt {"prompt":"Do the work."}",
        "tool_call call_mock_0_0 {"tool_name":"exec","arguments":{"input":"const r = await tools.exec_command({cmd:\\"cat a.txt\\"}); text(r.output); const q = await tools.exec_command({cmd:\\"sed -n 2,3p a.txt; exit",
        "llm_response llm-01a21936-f6c4-7443-89f2-c9fe1b352a37@3338 {"model":"gpt-5.5","usage":{"input":600,"output":70,"cache_read":400,"cache_write_5m":0,"cache_write_1h":0},"message_id":"resp_mock_0"}",
        "tool_call exec-37f1b048-360a-4853-9378-291b3e3d8d99 {"tool_name":"exec_command","arguments":{"cmd":"cat a.txt"}}",
        "tool_result exec-37f1b048-360a-4853-9378-291b3e3d8d99.result {"tool_name":"exec_command","result":"one\\ntwo\\nthree\\n","exit_code":0}",
        "file_read exec-37f1b048-360a-4853-9378-291b3e3d8d99.read-0 {"file_path":"a.txt"}",
        "tool_call exec-dc0466cb-dd0b-41ab-bf91-1e0c86f80ed8 {"tool_name":"exec_command","arguments":{"cmd":"sed -n 2,3p a.txt; exit 4"}}",
        "error exec-dc0466cb-dd0b-41ab-bf91-1e0c86f80ed8.result {"tool_name":"exec_command","error":"two\\nthree\\n","exit_code":4}",
        "tool_result call_mock_0_0.result {"tool_name":"exec","result":"Script completed\\nWall time 1.1 seconds\\nOutput:\\n\\none\\ntwo\\nthree\\n\\ntwo\\nthree\\n"}",
        "tool_call call_mock_1_0 {"tool_name":"exec","arguments":{"input":"const p = \`*** Begin Patch\\n*** Update File: a.txt\\n@@\\n one\\n-two\\n+TWO\\n three\\n*** End Patch\`; text(await tools.apply_patch(p));"}}",
        "llm_response llm-01a21936-f6c4-7443-89f2-c9fe1b352a37@6721 {"model":"gpt-5.5","usage":{"input":600,"output":71,"cache_read":401,"cache_write_5m":0,"cache_write_1h":0},"message_id":"resp_mock_1"}",
        "tool_call exec-53e21a89-6916-4635-9050-8a971d6b69dc.0 {"tool_name":"apply_patch","arguments":{"file_path":"/home/user/project/a.txt"}}",
        "tool_result exec-53e21a89-6916-4635-9050-8a971d6b69dc.0.result {"tool_name":"apply_patch","result":"@@ -1,3 +1,3 @@\\n one\\n-two\\n+TWO\\n three\\n","file_path":"/home/user/project/a.txt","patch":[{"start":2,"lines":1}]}",
        "tool_result call_mock_1_0.result {"tool_name":"exec","result":"Script completed\\nWall time 0.0 seconds\\nOutput:\\n\\n{}"}",
        "assistant_response 01a21936-f6c4-7443-89f2-c9fe1b352a37@8948 {"text":"All done."}",
        "llm_response llm-01a21936-f6c4-7443-89f2-c9fe1b352a37@9540 {"model":"gpt-5.5","usage":{"input":600,"output":72,"cache_read":402,"cache_write_5m":0,"cache_write_1h":0},"message_id":"resp_mock_2"}",
      ]
    `);
  });
});

describe('a copy of another thread', () => {
  test('a fork goes on from totals that are not its own', () => {
    expect(usageOf(eventsOf(recorded('fork')))).toEqual(scripted(3));
  });

  test('a subagent is a session of its own, without what it was given of its parent', () => {
    const child = parser();
    const events = parsedLines(child, recorded('subagent'));
    expect(child.facts).toMatchObject({
      sessionId: '01a21938-dbfd-7bf3-8a1b-5af6984a02d6.01a21938-dced-7672-b8ce-fe4a674bc89d',
      parentSessionId: '01a21938-dbfd-7bf3-8a1b-5af6984a02d6',
    });
    expect(usageOf(events)).toEqual(scripted(2, 3));
    expect(events.filter(({ event_type }) => event_type === 'tool_call').map(({ data }) => data['arguments'])).toEqual([
      { cmd: 'echo from sub' },
    ]);
    const parent = eventsOf(recorded('with-subagent'));
    expect(usageOf(parent)).toEqual(scripted(0, 1, 2, 3));
  });

  const at = (seconds: number) => new Date(1_780_000_000_000 + seconds * 1000).toISOString();
  const line = (seconds: number, type: string, payload: object) =>
    JSON.stringify({ timestamp: at(seconds), type, payload });
  const count = (seconds: number, total: number, last: number) =>
    line(seconds, 'event_msg', {
      type: 'token_count',
      info: {
        total_token_usage: { input_tokens: total, cached_input_tokens: 0, output_tokens: total / 10 },
        last_token_usage: { input_tokens: last, cached_input_tokens: 0, output_tokens: last / 10 },
      },
    });
  const forkOfOld = [
    line(0, 'session_meta', { id: 'child', forked_from_id: 'parent' }),
    line(0.1, 'session_meta', { id: 'parent' }),
    line(0.1, 'turn_context', { turn_id: 'of-parent', model: 'gpt-5.4' }),
    line(0.1, 'event_msg', { type: 'user_message', message: 'asked of the parent' }),
    count(0.1, 1000, 1000),
    count(0.1, 3000, 2000),
    line(5, 'turn_context', { turn_id: 'own', model: 'gpt-5.4' }),
    line(5, 'event_msg', { type: 'user_message', message: 'asked of the fork' }),
    count(9, 3000, 2000),
    count(9, 3500, 500),
  ].join('\n');
  const total = (input: number) => ({ input, cached: 0, cacheWrite: 0, output: input / 10 });

  test.each([
    ['is known', { turns: new Set(['of-parent']), totals: [total(1000), total(3000), total(9000)] }],
    ['is gone', undefined],
  ])('up to 0.147 it repeats everything: the other thread %s', (_, past) => {
    const events = eventsOf(forkOfOld, past);
    expect(usageOf(events)).toMatchObject({ input: 500, output: 50 });
    expect(events.flatMap(({ data }) => data['prompt'] ?? [])).toEqual(['asked of the fork']);
  });

  test('totals that begin anew count from the newest request on', () => {
    const text = [line(0, 'session_meta', { id: 'a' }), count(1, 5000, 5000), count(2, 700, 300), count(3, 900, 200)];
    expect(usageOf(eventsOf(text.join('\n')))).toMatchObject({ input: 5000 + 300 + 200 });
  });
});

describe('code mode of versions that do not tell of single commands', () => {
  test('the commands are those that stand in the script', () => {
    const input =
      'const r = await tools.exec_command({cmd:"sed -n \'2,4p\' a.ts", workdir:"/x"}); await tools.exec_command({cmd: `ls "q"`});';
    const text = [
      { type: 'session_meta', payload: { id: 'a' } },
      { type: 'response_item', payload: { type: 'custom_tool_call', name: 'exec', call_id: 'c1', input } },
      { type: 'response_item', payload: { type: 'custom_tool_call_output', call_id: 'c1', output: 'Output:\n' } },
    ];
    const events = eventsOf(text.map((each) => JSON.stringify(each)).join('\n'));
    expect(events.filter(({ event_type }) => event_type === 'tool_call').map(({ data }) => data['arguments'])).toEqual([
      { input },
      { cmd: "sed -n '2,4p' a.ts" },
      { cmd: 'ls "q"' },
    ]);
    expect(events.find(({ event_type }) => event_type === 'file_read')?.data).toEqual({
      file_path: 'a.ts',
      read: { start_line: 2, num_lines: 3 },
    });
  });
});

describe('hostile lines', () => {
  const types = ['session_meta', 'turn_context', 'token_usage_record', 'response_item', 'event_msg', 'compacted', 'x'];
  const kinds = [
    'message',
    'function_call',
    'function_call_output',
    'custom_tool_call',
    'local_shell_call',
    'web_search_call',
    'token_count',
    'item_completed',
    'exec_command_end',
    'patch_apply_end',
    'user_message',
    'task_started',
    'turn_aborted',
  ];
  const names = [
    'id',
    'call_id',
    'name',
    'arguments',
    'input',
    'output',
    'info',
    'item',
    'changes',
    'turn_id',
    'model',
    'content',
    'source',
    'usage',
    'thread_token_usage',
    'total_token_usage',
    'parsed_cmd',
    'command',
    'duration',
  ];
  const payload = fc
    .dictionary(fc.constantFrom(...names), fc.jsonValue(), { maxKeys: 8 })
    .chain((fields) => fc.constantFrom(...kinds).map((type) => ({ type, ...fields })));
  const record = fc.record(
    {
      timestamp: fc.oneof(fc.string(), fc.integer()),
      type: fc.constantFrom(...types),
      payload: fc.oneof(payload, fc.jsonValue()),
    },
    { requiredKeys: [] },
  );

  test('never throw, and give events of this session', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            record.map((each) => JSON.stringify(each)),
            fc.string(),
            fc.json(),
          ),
          { maxLength: 20 },
        ),
        (lines) => {
          const events = eventsOf(lines.join('\n'));
          for (const event of events)
            expect([event.session_id !== '', Number.isFinite(event.timestamp)]).toEqual([true, true]);
        },
      ),
    );
  });

  test('a line that is no record is told', () => {
    for (const broken of ['', '{"type":', '[]', '3', 'x'.repeat(1_000_000)])
      expect(parser().push(broken, 0)).toBeUndefined();
  });
});
