import { describe, expect, it } from 'vitest';
import { requestsOfTranscriptLine } from '../../../../../core/common/adapters/claude-code/transcript-usage.ts';

const line = (message: object, more: object = {}) =>
  JSON.stringify({ type: 'assistant', timestamp: '2026-11-20T10:00:00.500Z', message, ...more });

describe('requestsOfTranscriptLine', () => {
  it('splits cache writes by their lifetime', () => {
    const usage = {
      input_tokens: 3,
      output_tokens: 7,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 50,
      cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 30 },
    };
    expect(requestsOfTranscriptLine(line({ id: 'msg_1', model: 'claude-opus-5', usage }))).toEqual([
      {
        id: 'msg_1',
        model: 'claude-opus-5',
        usage: { input: 3, output: 7, cache_read: 100, cache_write_5m: 20, cache_write_1h: 30 },
        at: Date.parse('2026-11-20T10:00:00.500Z') / 1000,
      },
    ]);
  });

  it('takes cache writes of unknown lifetime for five-minute ones', () => {
    const usage = { input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 50 };
    const [request] = requestsOfTranscriptLine(line({ id: 'msg_1', model: 'm', usage }));
    expect(request?.usage).toMatchObject({ cache_write_5m: 50, cache_write_1h: 0 });
  });

  it('reports the advisor at its own model beside the request it advised', () => {
    const usage = {
      input_tokens: 1,
      output_tokens: 2,
      iterations: [
        { type: 'message', input_tokens: 1, output_tokens: 2 },
        { type: 'advisor_message', model: 'claude-fable-5', input_tokens: 900, output_tokens: 80 },
      ],
    };
    const requests = requestsOfTranscriptLine(line({ id: 'msg_1', model: 'claude-opus-5', usage }));
    expect(requests.map(({ id, model, usage }) => [id, model, usage.input])).toEqual([
      ['msg_1', 'claude-opus-5', 1],
      ['msg_1.advisor-1', 'claude-fable-5', 900],
    ]);
  });

  it('takes along what else decides the price, and leaves out what is as usual', () => {
    const usage = {
      input_tokens: 1,
      output_tokens: 9,
      output_tokens_details: { thinking_tokens: 4 },
      server_tool_use: { web_search_requests: 2, web_fetch_requests: 1 },
      speed: 'fast',
      inference_geo: 'us',
      service_tier: 'standard',
    };
    const [request] = requestsOfTranscriptLine(line({ id: 'msg_1', model: 'm', usage }));
    expect(request?.usage).toEqual({
      input: 1,
      output: 9,
      cache_read: 0,
      cache_write_5m: 0,
      cache_write_1h: 0,
      reasoning: 4,
      web_searches: 2,
      speed: 'fast',
      inference_geo: 'us',
    });
  });

  it('names a request without an id of its own after the request or the line', () => {
    const usage = { input_tokens: 1, output_tokens: 9 };
    const idOf = (more: object) => requestsOfTranscriptLine(line({ model: 'm', usage }, more))[0]?.id;
    expect(idOf({ requestId: 'req_1', uuid: 'u1' })).toBe('req_1');
    expect(idOf({ uuid: 'u1' })).toBe('u1');
    expect(idOf({})).toBeUndefined();
  });

  it.each([
    ['a prompt', JSON.stringify({ type: 'user', message: { content: 'usage' } })],
    ['what the program wrote itself', line({ id: 'x', model: '<synthetic>', usage: { input_tokens: 0 } })],
    ['an answer without usage', line({ id: 'x', model: 'm' })],
    ['half a line', line({ id: 'x', model: 'm', usage: {} }).slice(0, 40)],
    ['a line that is no object', '[1]'],
  ])('finds nothing in %s', (_, text) => {
    expect(requestsOfTranscriptLine(text)).toEqual([]);
  });
});
