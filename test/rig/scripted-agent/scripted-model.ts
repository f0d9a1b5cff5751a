import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asRecord, type JsonRecord, parseJson } from '../../../core/common/json.ts';

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

/** A model server on 127.0.0.1, at a port of the system's choice. `requests` grows while it serves. */
export interface ScriptedModel {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly requests: readonly ModelRequest[];
  /** Ends every connection and the server. */
  close(): Promise<void>;
}

/** Serves an API whose answers `answer` writes. */
export async function serveModel(
  answer: (request: ModelRequest, reply: ServerResponse) => void,
): Promise<ScriptedModel> {
  const requests: ModelRequest[] = [];
  const server = createServer((incoming, reply) => {
    read(incoming)
      .then((request) => {
        requests.push(request);
        answer(request, reply);
      })
      .catch(() => reply.destroy());
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', listening);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
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
