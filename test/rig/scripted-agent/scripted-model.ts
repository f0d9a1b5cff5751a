import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Usage } from '../../../core/common/cost/usage.ts';
import { asRecord, type JsonRecord, parseJson } from '../../../core/common/json.ts';
import { type LocalServer, serveLocally } from '../local-server.ts';

/** One answer of the model: a command for the agent's shell, or the text that ends its work. */
export type Step = { readonly shell: string } | { readonly text: string };

/** What the model says when its script has no step left. */
const LAST_STEP: Step = { text: 'Done.' };

export interface ModelRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Undefined when the body is no JSON object. */
  readonly body: JsonRecord | undefined;
}

/** What an answer of the model would be billed by. */
export interface HandedOut {
  readonly model: string;
  readonly usage: Usage;
  /** Asked by the agent itself, and not for a purpose of the program around it, a title for instance. */
  readonly isWork: boolean;
}

/** A running model server. The lists grow while it serves. */
export interface ScriptedModel extends LocalServer {
  readonly requests: readonly ModelRequest[];
  /** Of every answer what it has used. */
  readonly handedOut: readonly HandedOut[];
}

/** Serves an API whose answers `answer` writes. */
export async function serveModel(
  answer: (request: ModelRequest, reply: ServerResponse, bill: (used: HandedOut) => void) => void,
): Promise<ScriptedModel> {
  const requests: ModelRequest[] = [];
  const handedOut: HandedOut[] = [];
  const server = await serveLocally((incoming, reply) => {
    read(incoming)
      .then((request) => {
        requests.push(request);
        answer(request, reply, (used) => handedOut.push(used));
      })
      .catch(() => reply.destroy());
  });
  return { ...server, requests, handedOut };
}

/** The step for a conversation that holds `calls` calls so far: a request sent again gets the same step again. */
export function stepFor(steps: readonly Step[], calls: number): Step {
  return steps[calls] ?? LAST_STEP;
}

export function sendJson(reply: ServerResponse, status: number, body: object): void {
  reply.writeHead(status, { 'content-type': 'application/json' });
  reply.end(JSON.stringify(body));
}

async function read(incoming: IncomingMessage): Promise<ModelRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return {
    method: incoming.method ?? '',
    path: (incoming.url ?? '').replace(/\?.*$/, ''),
    body: asRecord(parseJson(Buffer.concat(chunks).toString('utf8'))),
  };
}
