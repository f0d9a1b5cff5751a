import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import { createMessageConnection, ErrorCodes, type MessageConnection, ResponseError } from 'vscode-jsonrpc/node';
import { errorText } from '../../common/error-text.ts';
import { asRecord } from '../../common/json.ts';
import type { Alert } from '../../common/protocol/alert.ts';
import {
  CONTROL_ERRORS,
  CONTROL_VERSION,
  type ControlRequests,
  type HelloResult,
  MAX_MESSAGE_BYTES,
} from '../../common/protocol/control.ts';
import { ControlError } from './control-error.ts';
import {
  decodeAnswerParams,
  decodeHelloParams,
  decodeJudgeParams,
  decodeKillParams,
  decodeSessionParams,
} from './decode-params.ts';
import { FrameReader, type Verdict } from './frame-reader.ts';
import { FrameWriter } from './frame-writer.ts';

/** What the watcher does for its peers; a `ControlError` thrown by one reaches the caller with its code. */
export type ControlHandlers = {
  readonly [M in 'list' | 'pause' | 'resume' | 'kill' | 'judge' | 'release' | 'asks' | 'answer' | 'acceptRules']: (
    params: ControlRequests[M]['params'],
    /** Resolves when the connection of who asks has ended. */
    gone: Promise<void>,
  ) => ControlRequests[M]['result'] | Promise<ControlRequests[M]['result']>;
};

export interface PeerOptions {
  readonly token: string;
  readonly greeting: HelloResult;
  readonly handlers: ControlHandlers;
  readonly limits: PeerLimits;
}

export interface PeerLimits {
  /** Milliseconds a connection has for its `hello`. */
  readonly helloMs: number;
  /** Longest message taken from a peer. */
  readonly messageBytes: number;
  /** What may wait for a peer that does not read. */
  readonly waitingBytes: number;
  /** Requests without an answer yet. */
  readonly requests: number;
}

export const PEER_LIMITS: PeerLimits = {
  helloMs: 5000,
  messageBytes: MAX_MESSAGE_BYTES,
  waitingBytes: 8 * 1024 * 1024,
  requests: 64,
};

/** Milliseconds a last answer has to leave before the connection is cut. */
const FAREWELL_MS = 1000;

/** One connection at the watcher's end. Nothing is done for it before a `hello` with the right token and version. */
export class Peer {
  private readonly socket: Socket;
  private readonly options: PeerOptions;
  private readonly connection: MessageConnection;
  private readonly helloTimer: NodeJS.Timeout;
  private readonly gone: Promise<void>;
  private greeted = false;
  private subscribed = false;
  private unanswered = 0;

  constructor(socket: Socket, options: PeerOptions) {
    this.socket = socket;
    this.options = options;
    const { helloMs, messageBytes, waitingBytes } = options.limits;
    this.helloTimer = setTimeout(() => socket.destroy(), helloMs);
    const reader = new FrameReader({ socket, maxBytes: messageBytes, judge: (message) => this.judge(message) });
    this.connection = createMessageConnection(reader, new FrameWriter(socket, waitingBytes));
    this.gone = new Promise((resolve) => socket.once('close', () => resolve()));
    this.connection.onRequest((method, params) => this.answer(method, params));
    this.connection.onClose(() => {
      clearTimeout(this.helloTimer);
      this.connection.dispose();
    });
    this.connection.listen();
  }

  /** Sends it when the peer has subscribed. */
  alert(alert: Alert): void {
    if (!this.subscribed || this.socket.destroyed) return;
    this.connection.sendNotification('alert', alert).catch(() => {
      // The peer is gone; its close event has cleared up.
    });
  }

  /** Ends the connection after what is on its way out. */
  end(): void {
    this.socket.destroySoon();
    setTimeout(() => this.socket.destroy(), FAREWELL_MS).unref();
  }

  /** Peers send requests only. Answers and notifications mean nothing here and are not even queued. */
  private judge(message: unknown): Verdict {
    const record = asRecord(message);
    if (record?.jsonrpc !== '2.0') return 'refuse';
    const isRequest = typeof record.method === 'string' && ['string', 'number'].includes(typeof record.id);
    if (!isRequest) return this.greeted ? 'skip' : 'refuse';
    this.unanswered += 1;
    return this.unanswered > this.options.limits.requests ? 'refuse' : 'deliver';
  }

  private async answer(method: string, params: unknown): Promise<unknown> {
    try {
      return this.greeted ? await this.carryOut(method, params) : this.greet(method, params);
    } catch (error) {
      return error instanceof ControlError
        ? new ResponseError(CONTROL_ERRORS[error.code], error.message)
        : failed(error);
    } finally {
      this.unanswered -= 1;
    }
  }

  private greet(method: string, params: unknown): HelloResult {
    const hello = method === 'hello' ? decodeHelloParams(params) : undefined;
    if (!hello || !sameToken(hello.token, this.options.token)) {
      this.endAfterAnswer();
      throw new ControlError('unauthorized', 'the first request must be `hello` with the token of the endpoint file');
    }
    if (hello.version !== CONTROL_VERSION) {
      this.endAfterAnswer();
      const versions = `the watcher speaks version ${CONTROL_VERSION} of the control protocol, not ${hello.version}`;
      throw new ControlError('wrongVersion', `${versions}; use the same version of agent-trace at both ends`);
    }
    clearTimeout(this.helloTimer);
    this.greeted = true;
    return this.options.greeting;
  }

  private async carryOut(method: string, params: unknown): Promise<unknown> {
    const { handlers } = this.options;
    const { gone } = this;
    switch (method) {
      case 'list':
        return handlers.list({}, gone);
      case 'pause':
        return handlers.pause(required(decodeSessionParams(params)), gone);
      case 'resume':
        return handlers.resume(required(decodeSessionParams(params)), gone);
      case 'kill':
        return handlers.kill(required(decodeKillParams(params)), gone);
      case 'judge':
        return handlers.judge(required(decodeJudgeParams(params)), gone);
      case 'release':
        return handlers.release({}, gone);
      case 'acceptRules':
        return handlers.acceptRules({}, gone);
      case 'asks':
        return handlers.asks({}, gone);
      case 'answer':
        return handlers.answer(required(decodeAnswerParams(params)), gone);
      case 'subscribe':
        this.subscribed = true;
        return {};
      case 'hello':
        return this.options.greeting;
      default:
        throw new ResponseError(ErrorCodes.MethodNotFound, `the watcher has no method ${method.slice(0, 80)}`);
    }
  }

  private endAfterAnswer(): void {
    setImmediate(() => this.end());
  }
}

function required<T>(params: T | undefined): T {
  if (params === undefined) throw new ResponseError(ErrorCodes.InvalidParams, 'the parameters do not fit the method');
  return params;
}

function failed(error: unknown): ResponseError<void> {
  if (error instanceof ResponseError) return error;
  return new ResponseError(ErrorCodes.InternalError, errorText(error));
}

function sameToken(given: string, right: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}
