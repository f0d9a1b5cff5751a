import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asRecord, type JsonRecord, parseJson } from '../../../../core/common/json.ts';
import type { Outcome } from '../../../../core/common/protocol/alert.ts';
import type { ListedSession } from '../../../../core/common/session/listed-session.ts';
import type { ControlHandlers } from '../../../../core/node/control/peer.ts';
import { ControlServer, type ControlServerOptions } from '../../../../core/node/control/server.ts';
import { acquireStoreLock, type StoreLock } from '../../../../core/node/control/store-lock.ts';
import { systemProcessTable } from '../../../../core/node/process/system-process-table.ts';
import { waitFor } from '../../../../scripts/wait-for.ts';

export const OUTCOME: Outcome = {
  type: 'outcome',
  decision_id: '',
  session_id: 'a1b2',
  event_id: '',
  rule: '',
  action: 'pause',
  at: 1_795_000_000,
  result: 'done',
  reason: 'stopped',
  signalled: [{ pid: 4711, name: 'agent', signals: ['SIGSTOP'], state: 'stopped' }],
};

export const SUMMARY: ListedSession = {
  session_id: 'a1b2',
  agent: 'claude-code',
  state: 'active',
  started_at: 1_795_000_000,
  ended_at: null,
  reactivated_at: 1_795_000_100,
  cost: { usd: 0.42, kind: 'known' },
  tokens: { input: 1, output: 2, cache_read: 3, cache_write_5m: 4, cache_write_1h: 5 },
  tool_calls: 6,
  errors: 1,
  files_read: 2,
  files_modified: 3,
  process: { pid: 4711, alive: true },
  parent_session_id: null,
  guard: { mode: 'observed', reason: 'The agent does not ask.' },
};

/** A store and a runtime folder of a test's own, with watchers that end with it. */
export class WatcherRig {
  readonly folder = realpathSync.native(mkdtempSync(join(tmpdir(), 'agent-trace-control-')));
  readonly runtimeDir = join(this.folder, 'run');
  readonly store = join(this.folder, '.agent-traces');
  /** Method and parameters of what the handlers were asked. */
  readonly asked: [string, unknown][] = [];
  private readonly running = new Map<ControlServer, StoreLock>();
  private readonly connections: RawConnection[] = [];

  constructor() {
    mkdirSync(this.store);
  }

  async serve(handlers: Partial<ControlHandlers> = {}, limits: ControlServerOptions['limits'] = {}) {
    const note = (method: string) => (params: unknown) => {
      this.asked.push([method, params]);
      return OUTCOME;
    };
    const { runtimeDir, store } = this;
    const lock = acquireStoreLock({ runtimeDir, store, table: systemProcessTable(), now: () => 1_795_000_000 });
    const server = await ControlServer.listen({
      runtimeDir,
      lock,
      handlers: {
        list: () => ({ sessions: [SUMMARY] }),
        pause: note('pause'),
        resume: note('resume'),
        kill: note('kill'),
        acceptRules: () => ({ accepted: false }),
        asks: () => ({ asks: [] }),
        answer: () => ({}),
        judge: () => ({ verdict: 'allow' }),
        release: () => ({ verdict: 'allow' }),
        ...handlers,
      },
      limits,
    });
    this.running.set(server, lock);
    return server;
  }

  async end(server: ControlServer): Promise<void> {
    await server.close();
    this.running.get(server)?.release();
    this.running.delete(server);
  }

  /** A connection that says what a test likes, past our own client. */
  async connect(server: ControlServer): Promise<RawConnection> {
    const socket = createConnection(server.endpoint.socket);
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    const connection = new RawConnection(socket);
    this.connections.push(connection);
    return connection;
  }

  async dispose(): Promise<void> {
    for (const connection of this.connections) connection.socket.destroy();
    await Promise.all([...this.running.keys()].map((server) => this.end(server)));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export class RawConnection {
  readonly socket: Socket;
  private received = '';
  private nextId = 0;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      this.received += text;
    });
    // A connection that the watcher cuts may end with an error; that it ended is what tests look at.
    socket.on('error', () => {});
  }

  /** JSON as one frame; anything else as it is. */
  send(message: object | string): void {
    this.socket.write(typeof message === 'string' ? message : frame(message));
  }

  request(method: string, params: unknown): number {
    const id = this.nextId++;
    this.send({ jsonrpc: '2.0', id, method, params });
    return id;
  }

  async hello(server: ControlServer): Promise<void> {
    const id = this.request('hello', { token: server.endpoint.token, version: server.endpoint.version });
    await this.answer(id);
  }

  /** Resolves when what was received from now on fits. */
  next(fits: (text: string) => boolean): Promise<void> {
    const before = this.received.length;
    return new Promise((resolve, reject) => {
      const fail = () => reject(new Error('the connection ended before its answer'));
      const look = () => {
        if (!fits(this.received.slice(before))) return;
        this.socket.off('data', look).off('close', fail);
        resolve();
      };
      this.socket.on('data', look).once('close', fail);
    });
  }

  get messages(): readonly JsonRecord[] {
    return this.received
      .split(/Content-Length: \d+\r\n\r\n/)
      .map((text) => asRecord(parseJson(text)))
      .filter((message) => message !== undefined);
  }

  async answer(id: number): Promise<JsonRecord> {
    return waitFor(`the answer to request ${id}`, () => this.messages.find((message) => message.id === id));
  }

  async error(id: number): Promise<JsonRecord> {
    return asRecord((await this.answer(id)).error) ?? {};
  }

  async ended(): Promise<void> {
    await waitFor('the end of the connection', () => this.socket.destroyed);
  }
}

export function frame(message: unknown): string {
  const body = JSON.stringify(message);
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
