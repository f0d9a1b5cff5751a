import { expect, test } from 'vitest';
import { CursorParser } from '../../../../../core/common/adapters/cursor/transcript-parser.ts';
import { genaiPriceBook } from '../../../../../core/common/cost/genai-price-book.ts';
import { SessionFold } from '../../../../../core/common/session/session-fold.ts';
import { expectCalm } from '../../../../rig/hostile-lines.ts';
import { eventLines, parsedLines } from '../../../../rig/parsed-lines.ts';

const parser = () =>
  new CursorParser({ id: 'conversation', workspace: '/home/user/project', time: () => 1_780_000_000 });
const say = (role: string, ...content: readonly object[]) => JSON.stringify({ role, message: { content } });

const TRANSCRIPT = [
  say('user', {
    type: 'text',
    text: '<timestamp>Tuesday, Jul 28, 2026</timestamp>\n<user_query>\nFix it\n</user_query>',
  }),
  say(
    'assistant',
    { type: 'text', text: 'Let me look.' },
    { type: 'tool_use', name: 'Read', input: { path: '/home/user/project/a.ts', offset: 3, limit: 4 } },
    { type: 'tool_use', name: 'Write', input: { path: '/home/user/project/b.ts', contents: 'one\ntwo\n' } },
  ),
  JSON.stringify({ type: 'turn_ended', status: 'error', error: 'no connection' }),
].join('\n');

test('a transcript gives who said what and the calls, with places for ids', () => {
  expect(eventLines(parsedLines(parser(), TRANSCRIPT))).toMatchInlineSnapshot(`
    [
      "session_start conversation.start {"agent":"cursor","source":"transcript","usage":"none","cwd":"/home/user/project"}",
      "user_prompt conversation@0.0 {"prompt":"Fix it"}",
      "assistant_response conversation@147.0 {"text":"Let me look."}",
      "tool_call conversation@147.1 {"tool_name":"Read","arguments":{"path":"/home/user/project/a.ts","offset":3,"limit":4}}",
      "tool_result conversation@147.1.end {"tool_name":"Read","result":"","file_path":"/home/user/project/a.ts"}",
      "tool_call conversation@147.2 {"tool_name":"Write","arguments":{"path":"/home/user/project/b.ts","contents":"one\\ntwo\\n"}}",
      "tool_result conversation@147.2.end {"tool_name":"Write","result":"","file_path":"/home/user/project/b.ts","patch":[{"start":1,"lines":2}]}",
      "error conversation@430 {"error":"no connection"}",
    ]
  `);
});

test('its cost is an estimate, or not known', () => {
  const fold = new SessionFold('conversation', genaiPriceBook());
  for (const event of parsedLines(parser(), TRANSCRIPT)) fold.apply(event);
  expect(fold.state).toMatchObject({ prompts: 1, toolCalls: 2, filesRead: 1, filesModified: 1, errors: 1 });
  expect(fold.state.cost.kind).not.toBe('known');
});

test('the older form, which is text, gives the same', () => {
  const text = `user:
<user_query>
Fix it
</user_query>

assistant:
<think>
hidden
</think>
Let me look.

[Tool call] Write
  path: /home/user/project/b.ts
  contents: one
two

[Tool result] Write

A:
Done.
`;
  expect(eventLines(parser().text(text))).toMatchInlineSnapshot(`
    [
      "session_start conversation.start {"agent":"cursor","source":"transcript","usage":"none","cwd":"/home/user/project"}",
      "user_prompt conversation@t0 {"prompt":"Fix it"}",
      "assistant_response conversation@t1 {"text":"Let me look."}",
      "tool_call conversation@t2 {"tool_name":"Write","arguments":{"path":"/home/user/project/b.ts","contents":"one\\ntwo"}}",
      "tool_result conversation@t2.end {"tool_name":"Write","result":"","file_path":"/home/user/project/b.ts","patch":[{"start":1,"lines":2}]}",
      "assistant_response conversation@t3 {"text":"Done."}",
    ]
  `);
});

test('hostile lines never throw', () => {
  expectCalm(
    parser,
    ['role', 'message', 'content', 'type', 'text', 'name', 'input', 'path', 'contents', 'status', 'error'],
    ['user', 'assistant', 'text', 'tool_use', 'turn_ended', 'Write', '<user_query>'],
  );
});
