import { describe, expect, it } from 'vitest';
import {
  type TranscriptOptions,
  TranscriptParser,
} from '../../../../../core/common/adapters/claude-code/transcript-parser.ts';
import type { TraceEvent } from '../../../../../core/common/trace/trace-event.ts';

const AT = '2026-11-20T10:00:00.500Z';
const SECONDS = Date.parse(AT) / 1000;
const USAGE = { input_tokens: 3, output_tokens: 7 };

function parser(options: Partial<TranscriptOptions> = {}): TranscriptParser {
  return new TranscriptParser({ sessionId: 's1', fallbackTime: 1, fallbackId: 'file', ...options });
}

/** The events of some records, without the start. */
function eventsOf(records: readonly object[], options: Partial<TranscriptOptions> = {}): readonly TraceEvent[] {
  const reader = parser(options);
  return records
    .flatMap((record, index) => reader.push(JSON.stringify(record), index * 100) ?? [])
    .filter((event) => event.event_type !== 'session_start');
}

const record = (type: string, message: object, more: object = {}) => ({
  type,
  sessionId: 's1',
  cwd: '/w',
  version: '2.1.39',
  timestamp: AT,
  uuid: `u-${type}`,
  message,
  ...more,
});
const answer = (content: readonly object[], more: object = {}, usage: object = USAGE) =>
  record('assistant', { id: 'msg_1', model: 'claude-opus-4-6', content, usage }, more);
const call = (name: string, input: object) => answer([{ type: 'tool_use', id: 'toolu_1', name, input }]);
const result = (block: object, toolUseResult?: unknown) =>
  record('user', { content: [{ type: 'tool_result', tool_use_id: 'toolu_1', ...block }] }, { toolUseResult });

describe('TranscriptParser', () => {
  it('starts a session at its first record', () => {
    const reader = parser();
    const [start] = reader.push(JSON.stringify(record('user', { content: 'go' })), 0) ?? [];
    expect(start).toMatchObject({
      event_type: 'session_start',
      event_id: 's1.start',
      timestamp: SECONDS,
      data: { mode: 'claude-code-transcript', agent: 'claude-code', cwd: '/w' },
    });
    expect(reader.facts).toMatchObject({ sessionId: 's1', workspace: '/w', startedAt: SECONDS, version: '2.1.39' });
  });

  it('gives calls, results, prompts and requests the ids that hooks give them', () => {
    const events = eventsOf([
      record('user', { content: 'go' }, { promptId: 'p1' }),
      call('Bash', { command: 'ls' }),
      result({ content: 'a' }, { stdout: 'a', stderr: '' }),
    ]);
    expect(events.map(({ event_type, event_id, parent_id }) => [event_type, event_id, parent_id])).toEqual([
      ['user_prompt', 'p1.prompt', undefined],
      ['llm_response', 'llm-msg_1', undefined],
      ['tool_call', 'toolu_1', undefined],
      ['tool_result', 'toolu_1.result', 'toolu_1'],
    ]);
  });

  it('tells a request once, and again only when its answer has grown', () => {
    const text = [{ type: 'text', text: 'x' }];
    const events = eventsOf([answer(text), answer(text), answer(text, {}, { ...USAGE, output_tokens: 9 })]);
    const requests = events.filter((event) => event.event_type === 'llm_response');
    expect(requests.map(({ data }) => data.usage)).toMatchObject([{ output: 7 }, { output: 9 }]);
  });

  it('keeps which lines were written and read', () => {
    const patch = { filePath: '/w/a', structuredPatch: [{ newStart: 4, newLines: 3, lines: [' a', '+b', ' c'] }] };
    const edited = eventsOf([call('Edit', { file_path: '/w/a' }), result({ content: 'ok' }, patch)]);
    expect(edited.at(-1)?.data).toMatchObject({ file_path: '/w/a', patch: [{ start: 5, lines: 1 }] });
    const file = { filePath: '/w/a', content: 'x', startLine: 2, numLines: 3, totalLines: 9 };
    const read = eventsOf([call('Read', { file_path: '/w/a' }), result({ content: 'x' }, { type: 'text', file })]);
    expect(read.at(-1)?.data).toMatchObject({ read: { start_line: 2, num_lines: 3, total_lines: 9 } });
  });

  it('makes an error of a failed call, with its exit code', () => {
    const events = eventsOf([call('Bash', {}), result({ content: 'Exit code 2\nno', is_error: true }, 'Error: no')]);
    expect(events.at(-1)).toMatchObject({
      event_type: 'error',
      event_id: 'toolu_1.result',
      data: { tool_name: 'Bash', exit_code: 2, error: 'Exit code 2\nno' },
    });
  });

  it.each([
    ['a summary after a compaction', record('user', { content: 'summary' }, { isCompactSummary: true })],
    ['what the program put there', record('user', { content: 'caveat' }, { isMeta: true })],
    ['the output of a command', record('user', { content: '<local-command-stdout>x</local-command-stdout>' })],
    ['an interrupt', record('user', { content: [{ type: 'text', text: '[Request interrupted by user]' }] })],
    ["a subagent's order in its parent's transcript", record('user', { content: 'go' }, { isSidechain: true })],
    ['a type that is not known', { ...record('atis-latch', {}), more: 1 }],
  ])('takes no prompt from %s', (_, each) => {
    expect(eventsOf([each])).toEqual([]);
  });

  it('counts nothing that the program itself said', () => {
    const message = { id: 'x', model: '<synthetic>', content: [{ type: 'text', text: 'No response' }], usage: USAGE };
    expect(eventsOf([record('assistant', message)])).toEqual([]);
  });

  it('tells a compaction', () => {
    const boundary = { subtype: 'compact_boundary', compactMetadata: { trigger: 'auto', preTokens: 170_251 } };
    expect(eventsOf([record('system', {}, boundary)])).toMatchObject([
      { event_type: 'decision', data: { choice: 'compaction done (auto)', payload: { preTokens: 170_251 } } },
    ]);
  });

  it("tells a subagent's progress only where it has no transcript of its own", () => {
    const progress = record(
      'progress',
      {},
      {
        data: { type: 'agent_progress', agentId: 'a1', message: answer([{ type: 'text', text: 'hi' }]) },
      },
    );
    expect(eventsOf([progress], { hasTranscript: () => true })).toEqual([]);
    const events = eventsOf([progress], { hasTranscript: () => false });
    expect(events.map(({ event_type, session_id }) => [event_type, session_id])).toEqual([
      ['llm_response', 's1.a1'],
      ['assistant_response', 's1.a1'],
    ]);
  });

  it('leaves out what another session has said first', () => {
    const copied = record('user', { content: 'old' }, { uuid: 'old' });
    const own = record('user', { content: 'new' }, { uuid: 'new' });
    const events = eventsOf([copied, answer([], { uuid: 'a' }), own], {
      isReplay: (id) => id === 'old' || id === 'msg_1',
    });
    expect(events.map(({ data }) => data.prompt)).toEqual(['new']);
  });

  it("tells the program's own figure of the cost when it has changed", () => {
    const figure = (totalCostUSD: unknown) => ({ type: 'cost-state', sessionId: 's1', totalCostUSD });
    const events = eventsOf([figure(0.5), figure(0.5), figure('1'), figure(0.75)]);
    expect(events.map(({ event_type, data }) => [event_type, data.reported_usd, data.choice])).toEqual([
      ['decision', 0.5, "cost so far by the agent's own count: $0.5000"],
      ['decision', 0.75, "cost so far by the agent's own count: $0.7500"],
    ]);
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(2);
  });

  it('does without type, session and time', () => {
    const reader = parser({ sessionId: undefined });
    const bare = { message: { role: 'user', content: 'go' } };
    const [start, prompt] = reader.push(JSON.stringify(bare), 40) ?? [];
    expect(start).toMatchObject({ session_id: 'file', timestamp: 1 });
    expect(prompt).toMatchObject({ event_type: 'user_prompt', event_id: 'file@40', timestamp: 1 });
  });

  it.each(['{"type":', '[1]', '3', ''])('says of %j that it is no record', (line) => {
    expect(parser().push(line, 0)).toBeUndefined();
  });
});
