import { expect, test } from 'vitest';
import { EVENT_TYPES, type EventType } from '../../../../core/common/trace/trace-event.ts';
import { describeEvent } from '../../../../core/common/view/describe-event.ts';
import { EventMaker } from '../../../rig/events.ts';

const SESSION = '0c7e91a2-1111-2222-3333-444455556666';

function described(type: EventType, data: Record<string, unknown>, more: object = {}, workspace?: string) {
  const line = describeEvent(new EventMaker(SESSION).event(type, data, more), SESSION, workspace);
  return line && [line.kind, line.tone, line.text];
}

const call = (tool_name: string, args: unknown, workspace?: string) =>
  described('tool_call', { tool_name, arguments: args }, {}, workspace);

test('a line carries the time and the short id of its session', () => {
  const event = new EventMaker(SESSION).event('user_prompt', { prompt: 'fix it' });
  expect(describeEvent(event, SESSION)).toEqual({
    time: event.timestamp,
    session: '0c7e91a2',
    kind: 'prompt',
    text: 'fix it',
    tone: 'strong',
  });
});

test('a line carries the session whose trace it is from, not the one that the event claims', () => {
  const event = new EventMaker('ffffffff-other').event('user_prompt', { prompt: 'fix it' });
  expect(describeEvent(event, SESSION)?.session).toBe('0c7e91a2');
});

test('a session starts with its agent, model and folder, and ends with its reason or status', () => {
  const start = { agent: 'claude-code', model: 'claude-sonnet-4-6', cwd: '/work/app' };
  expect(described('session_start', start)?.[2]).toBe('started: claude-code, claude-sonnet-4-6, /work/app');
  expect(described('session_start', {})?.[2]).toBe('started: session');
  expect(described('session_end', { reason: 'logout' })?.[2]).toBe('ended: logout');
  expect(described('session_end', { exit_code: 3 })?.[2]).toBe('ended: exit code 3');
  expect(described('session_end', { signal: 'SIGTERM' })?.[2]).toBe('ended: SIGTERM');
  expect(described('session_end', {})?.[2]).toBe('ended');
});

test('a call is shown with what says most about it', () => {
  expect(call('Bash', { command: 'npm test', description: 'run tests' })?.[2]).toBe('Bash npm test');
  expect(call('shell', { command: ['bash', '-lc', 'ls'] })?.[2]).toBe('shell bash -lc ls');
  expect(call('Edit', { file_path: '/work/app/src/a.ts', old_string: 'x' })?.[2]).toBe('Edit /work/app/src/a.ts');
  expect(call('Edit', { file_path: '/work/app/src/a.ts' }, '/work/app')?.[2]).toBe('Edit src/a.ts');
  expect(call('Task', { description: 'look around', prompt: 'long' })?.[2]).toBe('Task look around');
  expect(call('WebFetch', { prompt: 'sum up', url: 'https://example.com' })?.[2]).toBe('WebFetch https://example.com');
  expect(call('mcp__db__rows', { table: 'users', limit: 3 })?.[2]).toBe('mcp__db__rows {"table":"users","limit":3}');
  expect(call('Stop', {})?.[2]).toBe('Stop');
  expect(described('tool_call', {})?.[2]).toBe('call');
});

test('a result is shown with its duration and its first line, a failed command as bad', () => {
  const ok = described('tool_result', { tool_name: 'Bash', result: '14 passed' }, { duration_ms: 1240 });
  expect(ok).toEqual(['result', 'quiet', 'Bash 1.2 s 14 passed']);
  const bad = described('tool_result', { tool_name: 'Bash', result: '', exit_code: 2 }, { duration_ms: 10 });
  expect(bad).toEqual(['result', 'bad', 'Bash 10 ms exit code 2']);
  expect(described('tool_result', {})?.[2]).toBe('done');
});

test('the result of an edit names the file and the lines that were written', () => {
  const data = {
    tool_name: 'Edit',
    file_path: '/work/app/a.ts',
    patch: [
      { start: 3, lines: 2 },
      { start: 40, lines: 1 },
    ],
  };
  expect(described('tool_result', data, {}, '/work/app')?.[2]).toBe('Edit a.ts:3,40');
});

test('an error is bad and says what failed', () => {
  const data = { tool_name: 'Bash', error: 'Exit code 1\nno such file' };
  expect(described('error', data, { duration_ms: 30 })).toEqual([
    'error',
    'bad',
    'Bash 30 ms Exit code 1⏎no such file',
  ]);
  expect(described('error', { error: { message: 'overloaded' } })?.[2]).toBe('overloaded');
  expect(described('error', {})?.[2]).toBe('failed');
});

test('an answered request is shown with its model and tokens', () => {
  const usage = { input: 200, cache_read: 12_000, output: 512 };
  expect(described('llm_response', { model: 'claude-sonnet-4-6', usage })).toEqual([
    'request',
    'quiet',
    'claude-sonnet-4-6 12k tokens in, 512 out',
  ]);
});

test('a decision of the agent says when it waits for its user', () => {
  expect(described('decision', { choice: 'permission asked: Bash', waiting_for: 'permission: Bash' })).toEqual([
    'note',
    'warning',
    'waits for its user: permission: Bash',
  ]);
  expect(described('decision', { choice: 'use sqlite', reason: 'small' })).toEqual([
    'note',
    'quiet',
    'use sqlite small',
  ]);
});

test('file events of recorders without calls are shown, those that belong to a call are not', () => {
  expect(described('file_read', { path: 'a.ts' })?.[2]).toBe('read a.ts');
  expect(described('file_write', { file_path: 'a.ts' })?.[2]).toBe('wrote a.ts');
  expect(described('file_read', { path: 'a.ts' }, { parent_id: 'e1' })).toBeUndefined();
});

test('events that tell people nothing have no line', () => {
  expect(described('llm_request', { model: 'm' })).toBeUndefined();
  expect(described('llm_response', {})).toBeUndefined();
  expect(described('assistant_response', { text: ' \n ' })).toBeUndefined();
  expect(described('user_prompt', {})).toBeUndefined();
});

test('no event type can bring a control character, a line break or an endless line, wherever it hides', () => {
  const evil = `\x1b[2J\r\n\u202e${'x'.repeat(100_000)}`;
  const keys = [
    'agent',
    'model',
    'cwd',
    'reason',
    'signal',
    'prompt',
    'text',
    'tool_name',
    'result',
    'error',
    'file_path',
  ];
  const data = {
    ...Object.fromEntries([...keys, 'path', 'choice', 'waiting_for', 'message'].map((key) => [key, evil])),
    arguments: { command: evil, file_path: evil, [evil]: evil },
    patch: [{ start: 1, lines: 1 }],
    usage: { input: 1 },
  };
  for (const type of EVENT_TYPES) {
    for (const tool_name of [evil, 'Bash', 'Read', 'Task', 'Else']) {
      const event = new EventMaker(evil).event(type, { ...data, tool_name });
      const line = describeEvent(event, event.session_id, '/work') ?? { text: '', session: '' };
      expect(line.text + line.session).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(line.text.length).toBeLessThan(5000);
    }
  }
});

test('data of the wrong types is passed over', () => {
  for (const type of EVENT_TYPES) {
    for (const value of [null, 7, [], {}, true]) {
      const data = {
        tool_name: value,
        arguments: value,
        result: value,
        error: value,
        prompt: value,
        text: value,
        patch: value,
      };
      expect(() =>
        describeEvent(new EventMaker().event(type, { ...data, file_path: value, choice: value }), SESSION),
      ).not.toThrow();
    }
  }
});
