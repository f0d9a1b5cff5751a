import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { asArray, asRecord, asString, type JsonRecord, parseJson } from '../../../core/common/json.ts';
import { type LocalServer, serveLocally } from '../local-server.ts';
import { type ModelScript, type ScriptedCall, type Step, stepFor, usageOf, type WireUsage } from './model-script.ts';

/** A running model server, its URL for ANTHROPIC_BASE_URL. `requests` and `responses` grow while it serves. */
export interface ModelServer extends LocalServer {
  readonly requests: readonly ModelRequest[];
  readonly responses: readonly ModelResponse[];
}

/** `main`, the marker of a subagent, or `side` for what the CLI asks beside the work (titles and the like). */
export type Conversation = string;

export interface ModelRequest {
  readonly method: string;
  readonly path: string;
  readonly conversation: Conversation;
  /** The parsed body; undefined when it is no JSON object. */
  readonly body: JsonRecord | undefined;
}

/** One answer handed out: what a bill would show. Error answers are not listed. */
export interface ModelResponse {
  readonly conversation: Conversation;
  readonly messageId: string;
  readonly model: string;
  readonly usage: WireUsage;
  readonly calls: readonly IssuedCall[];
  /** True once the last byte is sent; stays false when the agent went away before. */
  complete: boolean;
}

export interface IssuedCall extends ScriptedCall {
  /** The `tool_use` id, unique for the server. */
  readonly id: string;
}

const TEXT_PIECE = /[\s\S]{1,24}/g;

/** Serves `script` as the Anthropic Messages API on 127.0.0.1, at a port of the system's choice. */
export async function startModelServer(script: ModelScript): Promise<ModelServer> {
  const run = randomBytes(6).toString('hex');
  const requests: ModelRequest[] = [];
  const responses: ModelResponse[] = [];
  const spent = new Set<Step>();
  let ids = 0;

  const answer = async (request: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const body = asRecord(parseJson(await textOf(request)));
    const path = (request.url ?? '').replace(/\?.*$/, '');
    const conversation = conversationOf(script, body);
    requests.push({ method: request.method ?? '', path, conversation, body });
    if (path === '/v1/messages/count_tokens') return sendJson(reply, 200, { input_tokens: 100 });
    if (path !== '/v1/messages' || !body) return sendError(reply, 404, 'not_found_error');
    const step = nextStep(script, conversation, body, spent);
    if (step.httpStatus !== undefined) return sendError(reply, step.httpStatus, 'api_error');
    const response: ModelResponse = {
      conversation,
      messageId: `msg_${run}_${++ids}`,
      model: step.model ?? asString(body['model']) ?? 'unknown',
      usage: usageOf(step, ids),
      calls: (step.tools ?? []).map((call) => ({ ...call, id: `toolu_${run}_${++ids}` })),
      complete: false,
    };
    responses.push(response);
    if (body['stream'] === true) await stream(reply, step, response);
    else sendJson(reply, 200, { ...head(response), content: blocksOf(step, response), ...ending(response) });
    response.complete = reply.writableFinished;
  };

  const server = await serveLocally((request, reply) => {
    answer(request, reply).catch(() => reply.destroy());
  });
  return { ...server, requests, responses };
}

/** Only requests that offer tools belong to an agent; a subagent is known by the marker in its first message. */
function conversationOf(script: ModelScript, body: JsonRecord | undefined): Conversation {
  if (asArray(body?.['tools']).length === 0) return 'side';
  const first = JSON.stringify(asArray(body?.['messages'])[0] ?? '');
  return script.subagents?.find(({ marker }) => first.includes(marker))?.marker ?? 'main';
}

function nextStep(script: ModelScript, conversation: Conversation, body: JsonRecord, spent: Set<Step>): Step {
  if (conversation === 'side') return { text: '{"title":"Scripted"}' };
  const subagent = script.subagents?.find(({ marker }) => marker === conversation);
  const answers = asArray(body['messages']).filter((message) => asRecord(message)?.['role'] === 'assistant').length;
  return stepFor(subagent?.steps ?? script.main, answers, spent);
}

type Block =
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: object };

function blocksOf(step: Step, response: ModelResponse): readonly Block[] {
  return [
    ...(step.thinking ? [{ type: 'thinking', thinking: step.thinking, signature: 'c2lnbmVk' } as const] : []),
    ...(step.text ? [{ type: 'text', text: step.text } as const] : []),
    ...response.calls.map((call) => ({ type: 'tool_use', id: call.id, name: call.name, input: call.input }) as const),
  ];
}

function head(response: ModelResponse): object {
  return { id: response.messageId, type: 'message', role: 'assistant', model: response.model };
}

function ending(response: ModelResponse): object {
  const reason = response.calls.length > 0 ? 'tool_use' : 'end_turn';
  return { stop_reason: reason, stop_sequence: null, usage: response.usage };
}

async function stream(reply: ServerResponse, step: Step, response: ModelResponse): Promise<void> {
  const send = (type: string, data: object): void => {
    reply.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  };
  reply.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': `req_${response.messageId}` });
  // The first event carries a placeholder for the output, as the real service's does.
  const opening = { ...head(response), content: [], stop_reason: null, stop_sequence: null };
  send('message_start', { message: { ...opening, usage: { ...response.usage, output_tokens: 1 } } });
  for (const [index, block] of blocksOf(step, response).entries()) {
    send('content_block_start', { index, content_block: emptied(block) });
    for (const delta of deltasOf(block)) {
      send('content_block_delta', { index, delta });
      if (step.delayMs && block.type === 'text') await sleep(step.delayMs);
    }
    send('content_block_stop', { index });
    if (step.blockDelayMs) await sleep(step.blockDelayMs);
  }
  const { stop_reason, stop_sequence, usage } = ending(response) as Record<string, unknown>;
  send('message_delta', { delta: { stop_reason, stop_sequence }, usage });
  send('message_stop', {});
  await new Promise<void>((flushed) => {
    reply.once('close', flushed);
    reply.end(flushed);
  });
}

function emptied(block: Block): object {
  if (block.type === 'thinking') return { type: 'thinking', thinking: '', signature: '' };
  if (block.type === 'text') return { type: 'text', text: '' };
  return { ...block, input: {} };
}

function deltasOf(block: Block): readonly object[] {
  if (block.type === 'thinking')
    return [
      { type: 'thinking_delta', thinking: block.thinking },
      { type: 'signature_delta', signature: block.signature },
    ];
  if (block.type === 'text') return pieces(block.text).map((text) => ({ type: 'text_delta', text }));
  return pieces(JSON.stringify(block.input)).map((partial_json) => ({ type: 'input_json_delta', partial_json }));
}

function pieces(text: string): readonly string[] {
  return text.match(TEXT_PIECE) ?? [];
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function sendJson(reply: ServerResponse, status: number, body: object): void {
  reply.writeHead(status, { 'content-type': 'application/json' });
  reply.end(JSON.stringify(body));
}

function sendError(reply: ServerResponse, status: number, type: string): void {
  sendJson(reply, status, { type: 'error', error: { type, message: 'scripted' } });
}
