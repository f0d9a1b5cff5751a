import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ChatParser } from '../../../../../core/common/adapters/gemini-cli/chat-parser.ts';
import { expectCalm } from '../../../../rig/hostile-lines.ts';
import { usageOf } from '../../../../rig/native-events.ts';
import { eventLines, parsedLines } from '../../../../rig/parsed-lines.ts';

/** Recorded from Gemini CLI 0.61.0 at work for a scripted model. */
const recorded = readFileSync(join(import.meta.dirname, 'chat.jsonl'), 'utf8');

function parser(parent?: string): ChatParser {
  return new ChatParser({ fallbackId: 'chat', fallbackTime: 0, parent, workspace: () => '/home/user/project' });
}

const lines = (...records: readonly object[]) => records.map((record) => JSON.stringify(record)).join('\n');
const gemini = (id: string, output: number, more: object = {}) => ({
  id,
  timestamp: '2026-04-23T12:00:00Z',
  type: 'gemini',
  content: `said in ${id}`,
  model: 'gemini-2.5-pro',
  tokens: { input: 100, output, cached: 40, thoughts: 5, tool: 7, total: 112 + output },
  ...more,
});

describe('a recorded chat', () => {
  test('gives its prompts, answers, calls, results and requests, each once', () => {
    expect(eventLines(parsedLines(parser(), recorded))).toMatchInlineSnapshot(`
      [
        "session_start c6dd5e68-c033-4d04-8a6c-edf2b9d44e19.start {"agent":"gemini-cli","source":"chat","cwd":"/home/user/project"}",
        "user_prompt 88acf6c3-d418-4ad6-8bb4-e6fe65f96b76 {"prompt":"Do the work."}",
        "assistant_response f531cb05-0cc4-4e66-9e0d-e1288324d340.text {"text":"Let me look."}",
        "llm_response llm-f531cb05-0cc4-4e66-9e0d-e1288324d340 {"model":"gemini-2.5-pro","usage":{"input":300,"output":35,"cache_read":200,"cache_write_5m":0,"cache_write_1h":0,"reasoning":5},"message_id":"f531cb05-0cc4-4e66-9e0d-e1288324d340"",
        "tool_call read_file__fc_0_0.call {"tool_name":"read_file","arguments":{"file_path":"a.txt","start_line":2,"end_line":3}}",
        "tool_result read_file__fc_0_0.call.end {"tool_name":"read_file","result":"\\nIMPORTANT: The file content has been truncated.\\nStatus: Showing lines 2-3 of 4 total lines.\\nAction: To read more of the file, you can use the",
        "llm_response llm-fba98488-6ec9-4997-bf72-6c4038fbf43d {"model":"gemini-2.5-pro","usage":{"input":300,"output":37,"cache_read":201,"cache_write_5m":0,"cache_write_1h":0,"reasoning":6},"message_id":"fba98488-6ec9-4997-bf72-6c4038fbf43d"",
        "tool_call run_shell_command__fc_1_0.call {"tool_name":"run_shell_command","arguments":{"command":"echo hi; exit 3","description":"x"}}",
        "error run_shell_command__fc_1_0.call.end {"tool_name":"run_shell_command","error":"<untrusted_context>\\nOutput: hi\\nExit Code: 3\\nProcess Group PGID: 14361\\n</untrusted_context>","exit_code":3}",
        "tool_call write_file__fc_1_1.call {"tool_name":"write_file","arguments":{"file_path":"b.txt","content":"new\\nfile\\n"}}",
        "tool_result write_file__fc_1_1.call.end {"tool_name":"write_file","result":"Index: b.txt\\n===================================================================\\n--- b.txt\\tOriginal\\n+++ b.txt\\tWritten\\n@@ -0,0 +1,2 @@\\n+ne",
        "llm_response llm-e7a0612f-446c-4915-ad8e-5cb02ccbd0c3 {"model":"gemini-2.5-pro","usage":{"input":300,"output":39,"cache_read":202,"cache_write_5m":0,"cache_write_1h":0,"reasoning":7},"message_id":"e7a0612f-446c-4915-ad8e-5cb02ccbd0c3"",
        "tool_call replace__fc_2_0.call {"tool_name":"replace","arguments":{"file_path":"a.txt","instruction":"x","old_string":"two","new_string":"TWO\\n2b"}}",
        "tool_result replace__fc_2_0.call.end {"tool_name":"replace","result":"Index: a.txt\\n===================================================================\\n--- a.txt\\tCurrent\\n+++ a.txt\\tProposed\\n@@ -1,3 +1,4 @@\\n one\\n",
        "llm_response llm-33732a19-52d4-4cba-95c0-f2823485d46e {"model":"gemini-2.5-pro","usage":{"input":300,"output":41,"cache_read":203,"cache_write_5m":0,"cache_write_1h":0,"reasoning":8},"message_id":"33732a19-52d4-4cba-95c0-f2823485d46e"",
        "tool_call read_file__fc_3_0.call {"tool_name":"read_file","arguments":{"file_path":"nope.txt"}}",
        "error read_file__fc_3_0.call.end {"tool_name":"read_file","error":"File not found: /home/user/project/nope.txt"}",
        "assistant_response e0d27d72-3fb6-42da-92d5-fa069ac71de6.text {"text":"All done."}",
        "llm_response llm-e0d27d72-3fb6-42da-92d5-fa069ac71de6 {"model":"gemini-2.5-pro","usage":{"input":300,"output":43,"cache_read":204,"cache_write_5m":0,"cache_write_1h":0,"reasoning":9},"message_id":"e0d27d72-3fb6-42da-92d5-fa069ac71de6"",
      ]
    `);
  });

  test('tells line ranges, exit codes and what was used', () => {
    const events = parsedLines(parser(), recorded);
    const of = (id: string) => events.find(({ event_id }) => event_id === `${id}.call.end`);
    expect(of('read_file__fc_0_0')?.data['read']).toEqual({ start_line: 2, num_lines: 2, total_lines: 4 });
    expect(of('run_shell_command__fc_1_0')).toMatchObject({ event_type: 'error', data: { exit_code: 3 } });
    expect(of('write_file__fc_1_1')?.data['patch']).toEqual([{ start: 1, lines: 2 }]);
    expect(of('replace__fc_2_0')?.data['patch']).toEqual([{ start: 2, lines: 2 }]);
    expect(of('read_file__fc_3_0')?.event_type).toBe('error');
    // Each request n: 500 + n sent, 200 + n of it cached, 30 + n said and 5 + n thought.
    expect(usageOf(events)).toMatchObject({ input: 5 * 300, cache_read: 1010, output: 5 * 35 + 20 });
  });
});

describe('a message', () => {
  test('that comes again counts as it was last', () => {
    const events = parsedLines(parser(), lines({ sessionId: 'a' }, gemini('m', 10), gemini('m', 10), gemini('m', 25)));
    expect(usageOf(events)).toMatchObject({ input: 67, cache_read: 40, output: 30 });
    expect(events.filter(({ event_type }) => event_type === 'assistant_response')).toHaveLength(1);
  });

  test('that is taken out of the history has been paid for', () => {
    const one = { $set: { messages: [gemini('kept', 1)] } };
    const events = parsedLines(
      parser(),
      lines(
        { sessionId: 'a' },
        gemini('kept', 1),
        gemini('gone', 10),
        { $rewindTo: 'gone' },
        gemini('masked', 20),
        one,
      ),
    );
    expect(usageOf(events).output).toBe(6 + 15 + 25);
    expect(events.flatMap(({ data }) => data['choice'] ?? [])).toEqual([
      'the conversation was rewound',
      'the history was shortened',
    ]);
  });

  test('of the program itself and answers of tools are no prompts', () => {
    const user = (id: string, content: unknown) => ({ id, type: 'user', content });
    const events = parsedLines(
      parser(),
      lines(user('1', [{ text: '<session_context>\nToday' }]), user('2', [{ functionResponse: {} }]), user('3', 'Go')),
    );
    expect(events.flatMap(({ data }) => data['prompt'] ?? [])).toEqual(['Go']);
  });
});

test('a subagent is a session of its own', () => {
  const child = parser('parent');
  parsedLines(child, lines({ sessionId: 'child', kind: 'subagent' }, gemini('m', 1)));
  expect(child.facts).toMatchObject({ sessionId: 'parent.child', parentSessionId: 'parent' });
});

test('hostile lines never throw', () => {
  expectCalm(
    parser,
    [
      'type',
      'id',
      'timestamp',
      'content',
      'tokens',
      'toolCalls',
      'result',
      'resultDisplay',
      'fileDiff',
      'args',
      'status',
      'functionResponse',
      'response',
      'output',
      '$set',
      'messages',
      '$rewindTo',
      'sessionId',
      'directories',
      'thoughts',
      'input',
      'cached',
    ],
    ['gemini', 'user', 'error', 'success', 'cancelled', '@@ -1,2 +1,3 @@\n+x', 'Exit Code: 1'],
  );
});
