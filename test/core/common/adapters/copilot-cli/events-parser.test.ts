import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CopilotParser } from '../../../../../core/common/adapters/copilot-cli/events-parser.ts';
import { expectCalm } from '../../../../rig/hostile-lines.ts';
import { usageOf } from '../../../../rig/native-events.ts';
import { eventLines, parsedLines } from '../../../../rig/parsed-lines.ts';

/** Recorded from Copilot CLI 1.0.102 at work for a scripted model; instructions to the model are taken out. */
const recorded = readFileSync(join(import.meta.dirname, 'events.jsonl'), 'utf8');
const parser = () => new CopilotParser({ fallbackId: 'session', fallbackTime: 0 });

/** Of five requests n: 100 + n sent, 2000 + n written to and 3000 + n read from the cache, 50 + n said. */
const USED = { input: 510, output: 260, cache_read: 15_010, cache_write_5m: 10_010, cache_write_1h: 0 };

test('a recorded session gives its prompts, answers, calls, results and requests', () => {
  expect(eventLines(parsedLines(parser(), recorded))).toMatchInlineSnapshot(`
    [
      "session_start c4ef634e-8773-4063-b726-012d57d414b3.start {"agent":"copilot-cli","source":"events","cwd":"/home/user/project","version":"1.0.102","model":"claude-sonnet-4-5"}",
      "user_prompt 00aa5734-22f7-404e-acb5-83c11ccef4c0 {"prompt":"Do the work."}",
      "llm_response llm-5aa95749-6e0f-42ba-8648-149ecb47b589 {"model":"claude-sonnet-4-5","usage":{"input":100,"output":50,"cache_read":3000,"cache_write_5m":2000,"cache_write_1h":0},"message_id":"msg_mock_0_1795721262356"}",
      "assistant_response 159e706a-fd8c-48ac-8289-5c3c40df33ec {"text":"Let me look."}",
      "tool_call toolu_mock_0_0 {"tool_name":"view","arguments":{"path":"/home/user/project/a.txt","view_range":[1,2]}}",
      "tool_result toolu_mock_0_0.result {"tool_name":"view","result":"one\\ntwo","read":{"start_line":1,"num_lines":2}}",
      "llm_response llm-1df990d8-b45f-49f1-ac47-a483feb28313 {"model":"claude-sonnet-4-5","usage":{"input":101,"output":51,"cache_read":3001,"cache_write_5m":2001,"cache_write_1h":0},"message_id":"msg_mock_1_1795721262571"}",
      "tool_call toolu_mock_1_0 {"tool_name":"bash","arguments":{"command":"echo hi; exit 3","description":"x"}}",
      "error toolu_mock_1_0.result {"tool_name":"bash","error":"hi\\n<shellId: 0 completed with exit code 3>","exit_code":3}",
      "llm_response llm-acb85d56-c39d-413b-8b01-8e1243f02682 {"model":"claude-sonnet-4-5","usage":{"input":102,"output":52,"cache_read":3002,"cache_write_5m":2002,"cache_write_1h":0},"message_id":"msg_mock_2_1795721262747"}",
      "tool_call toolu_mock_2_0 {"tool_name":"edit","arguments":{"path":"/home/user/project/a.txt","old_str":"two","new_str":"TWO\\n2b"}}",
      "tool_result toolu_mock_2_0.result {"tool_name":"edit","result":"File /home/user/project/a.txt updated with changes.","file_path":"/home/user/project/a.txt","patch":[{"start":2,"lines":2}]}",
      "llm_response llm-df3cb1fc-78d1-4c03-81f8-21a789464df3 {"model":"claude-sonnet-4-5","usage":{"input":103,"output":53,"cache_read":3003,"cache_write_5m":2003,"cache_write_1h":0},"message_id":"msg_mock_3_1795721262801"}",
      "tool_call toolu_mock_3_0 {"tool_name":"create","arguments":{"path":"/home/user/project/b.txt","file_text":"new\\nfile\\n"}}",
      "tool_result toolu_mock_3_0.result {"tool_name":"create","result":"Created file /home/user/project/b.txt with 9 characters","file_path":"/home/user/project/b.txt","patch":[{"start":1,"lines":2}]}",
      "llm_response llm-e0630adc-44a9-4a41-b146-1803d845ff2b {"model":"claude-sonnet-4-5","usage":{"input":104,"output":54,"cache_read":3004,"cache_write_5m":2004,"cache_write_1h":0},"message_id":"msg_mock_4_1795721262899"}",
      "assistant_response 800005d7-d26b-4059-a04f-68c8db5b664e {"text":"All done."}",
      "session_end 2d3b07cc-3c54-4848-8f8e-5e14a5a15b41 {"reason":"routine"}",
    ]
  `);
});

test('each request counts as it is told, and the sums at the end add nothing', () => {
  expect(usageOf(parsedLines(parser(), recorded))).toEqual(USED);
});

test('of versions that tell sums at the end only, those count', () => {
  const older = recorded
    .split('\n')
    .filter((line) => !line.includes('session.usage_record'))
    .join('\n');
  expect(older.length).toBeLessThan(recorded.length);
  expect(usageOf(parsedLines(parser(), older))).toEqual(USED);
});

test('line ranges and exit codes are told', () => {
  const events = parsedLines(parser(), recorded);
  const of = (id: string) => events.find(({ event_id }) => event_id === `${id}.result`);
  expect(of('toolu_mock_0_0')?.data['read']).toEqual({ start_line: 1, num_lines: 2 });
  expect(of('toolu_mock_1_0')).toMatchObject({ event_type: 'error', data: { exit_code: 3 } });
  expect(of('toolu_mock_2_0')?.data['patch']).toEqual([{ start: 2, lines: 2 }]);
  expect(of('toolu_mock_3_0')?.data['patch']).toEqual([{ start: 1, lines: 2 }]);
});

test('hostile lines never throw', () => {
  expectCalm(
    parser,
    [
      'type',
      'data',
      'id',
      'timestamp',
      'usage',
      'modelMetrics',
      'result',
      'content',
      'detailedContent',
      'toolCallId',
      'toolName',
      'arguments',
      'success',
      'error',
      'fileEdits',
      'shellExecution',
      'context',
      'inputTokens',
      'outputTokens',
      'permissionRequest',
    ],
    [
      'session.start',
      'session.usage_record',
      'session.shutdown',
      'tool.execution_start',
      'tool.execution_complete',
      'assistant.message',
      'user.message',
      'permission.requested',
      'session.model_change',
      'view',
    ],
  );
});
