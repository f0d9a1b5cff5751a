import type { ServerResponse } from 'node:http';
import { asArray, asRecord, type JsonRecord } from '../../../core/common/json.ts';
import { type ScriptedModel, type Step, sendJson, serveModel, stepFor } from '../scripted-agent/scripted-model.ts';

type Item =
  | {
      readonly type: 'message';
      readonly id: string;
      readonly role: 'assistant';
      readonly content: readonly { readonly type: 'output_text'; readonly text: string }[];
    }
  | {
      readonly type: 'function_call';
      readonly id: string;
      readonly call_id: string;
      readonly name: string;
      readonly arguments: string;
    };

/** Longest time that the shell tool waits for a command before it tells the model that it still runs. */
const YIELD_MS = 30_000;

/** Serves a script as OpenAI's Responses API. */
export function serveCodex(steps: readonly Step[]): Promise<ScriptedModel> {
  return serveModel(({ method, path, body }, reply, bill) => {
    if (method !== 'POST' || !path.endsWith('/responses') || !body)
      return sendJson(reply, 404, { error: { message: 'scripted' } });
    const calls = callsIn(body);
    const used = { input: 600, output: 70 + calls, cache_read: 400 + calls, cache_write_5m: 0, cache_write_1h: 0 };
    bill({ model: String(body['model']), usage: used, isWork: true });
    stream(reply, itemOf(stepFor(steps, calls), calls), calls);
  });
}

/** How many calls the conversation holds. */
function callsIn(body: JsonRecord): number {
  return asArray(body['input']).filter((item) => asRecord(item)?.['type'] === 'function_call').length;
}

function itemOf(step: Step, n: number): Item {
  if ('text' in step) {
    const content = [{ type: 'output_text', text: step.text }] as const;
    return { type: 'message', id: `msg_${n}`, role: 'assistant', content };
  }
  const args = { cmd: step.shell, yield_time_ms: YIELD_MS };
  const call = { id: `fc_${n}`, call_id: `call_${n}`, name: 'exec_command', arguments: JSON.stringify(args) };
  return { type: 'function_call', ...call };
}

function stream(reply: ServerResponse, item: Item, n: number): void {
  const send = (type: string, data: object): void => {
    reply.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  };
  const response = { id: `resp_${n}`, object: 'response' };
  reply.writeHead(200, { 'content-type': 'text/event-stream' });
  send('response.created', { response: { ...response, status: 'in_progress', output: [] } });
  send('response.output_item.added', { output_index: 0, item });
  send('response.output_item.done', { output_index: 0, item });
  send('response.completed', { response: { ...response, status: 'completed', output: [item], usage: usageOf(n) } });
  reply.end();
}

function usageOf(n: number): object {
  const [input_tokens, output_tokens] = [1000 + n, 70 + n];
  // Both counts include these.
  const details = {
    input_tokens_details: { cached_tokens: 400 + n },
    output_tokens_details: { reasoning_tokens: 10 + n },
  };
  return { input_tokens, output_tokens, total_tokens: input_tokens + output_tokens, ...details };
}
