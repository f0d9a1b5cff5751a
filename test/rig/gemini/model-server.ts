import type { ServerResponse } from 'node:http';
import { asArray, asRecord, type JsonRecord } from '../../../core/common/json.ts';
import { type ScriptedModel, type Step, sendJson, serveModel, stepFor } from '../scripted-agent/scripted-model.ts';

type Part =
  | { readonly text: string }
  | { readonly functionCall: { readonly id: string; readonly name: string; readonly args: object } };

/** Serves a script as the Gemini API. */
export function serveGemini(steps: readonly Step[]): Promise<ScriptedModel> {
  return serveModel(({ path, body }, reply, bill) => {
    const [resource = '', method] = path.split(':');
    if (method === 'countTokens') return sendJson(reply, 200, { totalTokens: 100 });
    if (!body || (method !== 'generateContent' && method !== 'streamGenerateContent'))
      return sendJson(reply, 404, { error: { code: 404, message: 'scripted', status: 'NOT_FOUND' } });
    const calls = callsIn(body);
    // Requests without tools are not the agent's own: the CLI wants some JSON for a decision of its own.
    const isWork = asArray(body['tools']).length > 0;
    const parts = isWork ? [partOf(stepFor(steps, calls), calls)] : [{ text: '{}' }];
    const used = { input: 300, output: 35 + 2 * calls, cache_read: 200 + calls, cache_write_5m: 0, cache_write_1h: 0 };
    bill({ model: resource.replace(/^.*\//, ''), usage: used, isWork });
    if (method === 'generateContent') sendJson(reply, 200, { ...chunk(parts, calls), ...ending(calls) });
    else stream(reply, parts, calls);
  });
}

/** How many calls the conversation holds. */
function callsIn(body: JsonRecord): number {
  return asArray(body['contents'])
    .map((content) => asRecord(content))
    .filter((content) => content?.['role'] === 'model')
    .flatMap((content) => asArray(content?.['parts']))
    .filter((part) => asRecord(part)?.['functionCall'] !== undefined).length;
}

function partOf(step: Step, n: number): Part {
  if ('text' in step) return { text: step.text };
  const args = { command: step.shell, description: 'A command' };
  return { functionCall: { id: `call-${n}`, name: 'run_shell_command', args } };
}

function stream(reply: ServerResponse, parts: readonly Part[], n: number): void {
  const send = (data: object): void => {
    reply.write(`data: ${JSON.stringify(data)}\r\n\r\n`);
  };
  reply.writeHead(200, { 'content-type': 'text/event-stream' });
  send(chunk(parts, n));
  send({ ...chunk([{ text: '' }], n, 'STOP'), ...ending(n) });
  reply.end();
}

function chunk(parts: readonly Part[], n: number, finishReason?: 'STOP'): object {
  const candidate = { index: 0, content: { role: 'model', parts }, ...(finishReason ? { finishReason } : {}) };
  return { candidates: [candidate], modelVersion: 'gemini-scripted', responseId: `response-${n}` };
}

function ending(n: number): object {
  // The prompt includes what was cached; what was said does not include thoughts.
  const [promptTokenCount, cachedContentTokenCount] = [500 + n, 200 + n];
  const [candidatesTokenCount, thoughtsTokenCount] = [30 + n, 5 + n];
  const totalTokenCount = promptTokenCount + candidatesTokenCount + thoughtsTokenCount;
  const counts = { promptTokenCount, cachedContentTokenCount, candidatesTokenCount, thoughtsTokenCount };
  return { usageMetadata: { ...counts, totalTokenCount } };
}
