import { realpathSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { createMessageConnection, type MessageConnection, ResponseError } from 'vscode-jsonrpc/node';
import { errorText } from '../../common/error-text.ts';
import { asBoolean, asRecord } from '../../common/json.ts';
import type { Alert, Outcome } from '../../common/protocol/alert.ts';
import { type Ask, type AskAnswer, CONTROL_VERSION, type ControlMethod } from '../../common/protocol/control.ts';
import { decodeAlert } from '../../common/protocol/decode-alert.ts';
import type { ListedSession } from '../../common/session/listed-session.ts';
import { AgentTraceError } from '../agent-trace-error.ts';
import { controlErrorCode } from './control-error.ts';
import { decodeAsks, decodeHelloResult, decodeSessions } from './decode-results.ts';
import { readEndpoint } from './endpoint.ts';
import { checkSocket, type Endpoint } from './endpoint-file.ts';
import { FrameReader, type Verdict } from './frame-reader.ts';
import { FrameWriter } from './frame-writer.ts';

export interface ConnectOptions {
  readonly runtimeDir: string;
  /** Any path of the store. */
  readonly store: string;
  /** Milliseconds an answer may take, 10 s by default; `kill` gets its grace on top. */
  readonly deadlineMs?: number;
}

const DEADLINE_MS = 10_000;
/** What the watcher grants an agent when the caller says nothing, in milliseconds. */
const DEFAULT_GRACE_MS = 5000;
/** An answer of the watcher may be long (`list`), but not endless. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const MAX_WAITING_BYTES = 8 * 1024 * 1024;

/**
 * Undefined when no watcher runs for the store (no endpoint file, or one that a killed watcher has left). Throws
 * AgentTraceError: `refused` when the endpoint may be another user's work or the watcher is of another version,
 * `unauthorized` when the watcher does not know the token, `no-answer` when it does not answer in time.
 */
export async function connectWatcher(options: ConnectOptions): Promise<ControlClient | undefined> {
  const store = realPath(options.store);
  const endpoint = store === undefined ? undefined : readEndpoint(options.runtimeDir, store);
  if (!endpoint || !checkSocket(endpoint.socket)) return undefined;
  const deadlineMs = options.deadlineMs ?? DEADLINE_MS;
  const socket = await connect(endpoint, deadlineMs);
  if (!socket) return undefined;
  const client = new ControlClient(socket, endpoint, deadlineMs);
  try {
    await client.hello();
    return client;
  } catch (error) {
    client.close();
    throw error;
  }
}

/** A connection to the watcher of one store. Its methods throw AgentTraceError (`no-such-session`, `no-answer`, ...). */
export class ControlClient {
  readonly endpoint: Endpoint;
  private readonly deadlineMs: number;
  private readonly socket: Socket;
  private readonly connection: MessageConnection;
  private readonly alertListeners = new Set<(alert: Alert) => void>();
  private readonly closeListeners = new Set<() => void>();
  private received = 0;
  private handled = 0;

  constructor(socket: Socket, endpoint: Endpoint, deadlineMs: number) {
    this.socket = socket;
    this.endpoint = endpoint;
    this.deadlineMs = deadlineMs;
    const reader = new FrameReader({ socket, maxBytes: MAX_ANSWER_BYTES, judge: (message) => this.judge(message) });
    this.connection = createMessageConnection(reader, new FrameWriter(socket, MAX_WAITING_BYTES), undefined, {
      messageStrategy: {
        handleMessage: (message, next) => {
          this.handled += 1;
          return next(message);
        },
      },
    });
    this.connection.onNotification('alert', (params: unknown) => this.receiveAlert(params));
    this.connection.onClose(() => this.finish());
    this.connection.listen();
  }

  async hello(): Promise<void> {
    const result = await this.request('hello', { token: this.endpoint.token, version: CONTROL_VERSION });
    const hello = decodeHelloResult(result);
    if (hello?.store === this.endpoint.store) return;
    throw new AgentTraceError('refused', `${this.endpoint.socket} is not the watcher of ${this.endpoint.store}`);
  }

  async list(): Promise<readonly ListedSession[]> {
    return decodeSessions(await this.request('list', {}));
  }

  async pause(session: string): Promise<Outcome> {
    return this.outcome('pause', { session });
  }

  async resume(session: string): Promise<Outcome> {
    return this.outcome('resume', { session });
  }

  async kill(session: string, graceMs?: number): Promise<Outcome> {
    const params = graceMs === undefined ? { session } : { session, graceMs };
    return this.outcome('kill', params, graceMs ?? DEFAULT_GRACE_MS);
  }

  /** Calls that wait for the user's decision. */
  async asks(): Promise<readonly Ask[]> {
    return decodeAsks(await this.request('asks', {}));
  }

  /** Throws AgentTraceError `failed` when the call waits no longer. */
  async answer(ask: string, answer: AskAnswer): Promise<void> {
    await this.request('answer', { ask, answer });
  }

  /** False when the rules in the files hold already. */
  async acceptRules(): Promise<boolean> {
    return asBoolean(asRecord(await this.request('acceptRules', {}))?.accepted) ?? false;
  }

  /** From now on `onAlert` listeners are called. */
  async subscribe(): Promise<void> {
    await this.request('subscribe', {});
  }

  /** Returns what takes the listener away again. */
  onAlert(listener: (alert: Alert) => void): () => void {
    this.alertListeners.add(listener);
    return () => this.alertListeners.delete(listener);
  }

  /** Called once, when the connection has ended, whoever ended it. */
  onClose(listener: () => void): () => void {
    this.closeListeners.add(listener);
    return () => this.closeListeners.delete(listener);
  }

  close(): void {
    this.socket.destroySoon();
  }

  private async outcome(method: ControlMethod, params: object, extraMs = 0): Promise<Outcome> {
    const answer = decodeAlert(await this.request(method, params, extraMs));
    if (answer?.type === 'outcome') return answer;
    throw new AgentTraceError('internal', `${this.watcher} answered ${method} with something else`);
  }

  private async request(method: ControlMethod, params: object, extraMs = 0): Promise<unknown> {
    const limit = this.deadlineMs + extraMs;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const error = new AgentTraceError('no-answer', `${this.watcher} did not answer ${method} within ${limit} ms`);
      timer = setTimeout(() => reject(error), limit);
    });
    try {
      return await Promise.race([this.connection.sendRequest(method, params), late]);
    } catch (error) {
      throw error instanceof AgentTraceError ? error : this.translate(method, error);
    } finally {
      clearTimeout(timer);
    }
  }

  private translate(method: ControlMethod, error: unknown): AgentTraceError {
    const code = error instanceof ResponseError ? controlErrorCode(error.code) : undefined;
    const message = errorText(error);
    switch (code) {
      case 'unauthorized':
        return new AgentTraceError('unauthorized', `${this.watcher} refused this program: ${message}`);
      case 'wrongVersion':
        return new AgentTraceError('refused', message);
      case 'noSuchSession':
      case 'ambiguousSession':
        return new AgentTraceError('no-such-session', message);
      case 'noSuchAsk':
        return new AgentTraceError('failed', message);
      case undefined:
        return this.socket.destroyed
          ? new AgentTraceError('no-answer', `${this.watcher} went away before it answered ${method}`)
          : new AgentTraceError('internal', `${this.watcher} could not ${method}: ${message}`);
      default:
        return code satisfies never;
    }
  }

  private get watcher(): string {
    return `the watcher (process ${this.endpoint.process.pid})`;
  }

  /** A watcher sends answers and alerts; the library's own notifications (`$/...`) are not part of the protocol. */
  private judge(message: unknown): Verdict {
    const record = asRecord(message);
    if (record?.jsonrpc !== '2.0') return 'refuse';
    const isAnswer = record.method === undefined && ['string', 'number'].includes(typeof record.id);
    if (!isAnswer && record.method !== 'alert') return 'skip';
    this.received += 1;
    return 'deliver';
  }

  private receiveAlert(params: unknown): void {
    const alert = decodeAlert(params);
    if (alert) for (const listener of this.alertListeners) listener(alert);
  }

  /** The library handles one message a turn: what came before the end is still handled, what will never come is failed. */
  private finish(turns = this.received - this.handled): void {
    if (turns > 0) {
      setImmediate(() => this.finish(turns - 1));
      return;
    }
    this.connection.dispose();
    for (const listener of this.closeListeners) listener();
  }
}

/** Undefined when nobody listens there. */
function connect(endpoint: Endpoint, deadlineMs: number): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(endpoint.socket);
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new AgentTraceError('no-answer', `no connection to ${endpoint.socket} within ${deadlineMs} ms`));
    }, deadlineMs);
    const onError = (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(undefined);
      else reject(new AgentTraceError('no-answer', `no connection to ${endpoint.socket} (${error.message})`));
    };
    socket.once('error', onError);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', onError);
      resolve(socket);
    });
  });
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}
