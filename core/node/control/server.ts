import { randomBytes } from 'node:crypto';
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { Alert } from '../../common/protocol/alert.ts';
import { CONTROL_VERSION } from '../../common/protocol/control.ts';
import { DEFAULT_GUARD } from '../../common/rules/guard-settings.ts';
import { removeEndpoint, writeEndpoint } from './endpoint.ts';
import type { Endpoint, HookGuard } from './endpoint-file.ts';
import { type ControlHandlers, PEER_LIMITS, Peer, type PeerLimits } from './peer.ts';
import type { StoreLock } from './store-lock.ts';
import { unixSocketPath } from './watcher-paths.ts';

export interface ControlServerOptions {
  readonly runtimeDir: string;
  /** Held for as long as the server lives: only its holder may replace a socket that is in the way. */
  readonly lock: StoreLock;
  readonly handlers: ControlHandlers;
  /** What hooks do without an answer; the defaults when left out. */
  readonly guard?: HookGuard;
  readonly limits?: Partial<PeerLimits>;
}

const MAX_CONNECTIONS = 64;

/** The watcher's end of the control socket. */
export class ControlServer {
  endpoint: Endpoint;
  private readonly runtimeDir: string;
  private readonly server: Server;
  private readonly peers: Set<Peer>;

  private constructor(runtimeDir: string, endpoint: Endpoint, server: Server, peers: Set<Peer>) {
    this.runtimeDir = runtimeDir;
    this.endpoint = endpoint;
    this.server = server;
    this.peers = peers;
  }

  /**
   * Listens, then publishes the endpoint file. Throws the system's error, or AgentTraceError `refused` when there is no
   * safe place for the socket.
   */
  static async listen(options: ControlServerOptions): Promise<ControlServer> {
    const { runtimeDir, lock, handlers, guard = DEFAULT_GUARD } = options;
    const onWindows = process.platform === 'win32';
    const endpoint: Endpoint = {
      socket: onWindows ? pipeName() : unixSocketPath(runtimeDir, lock.store),
      token: randomBytes(32).toString('hex'),
      process: lock.process,
      store: lock.store,
      version: CONTROL_VERSION,
      guard,
    };
    const peers = new Set<Peer>();
    const greeting = { version: CONTROL_VERSION, pid: lock.process.pid, store: lock.store };
    const limits = { ...PEER_LIMITS, ...options.limits };
    const server = createServer((socket: Socket) => {
      const peer = new Peer(socket, { token: endpoint.token, greeting, handlers, limits });
      peers.add(peer);
      socket.on('close', () => peers.delete(peer));
    });
    server.maxConnections = MAX_CONNECTIONS;
    // Before the socket: with the endpoint of a watcher that was killed, a caller would show us the wrong token. Hooks keep
    // it, to know that a watcher should be there.
    removeEndpoint(runtimeDir, lock.store, { forHooks: false });
    if (!onWindows) rmSync(endpoint.socket, { force: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(endpoint.socket, () => {
        server.off('error', reject);
        resolve();
      });
    });
    // A connection that cannot be accepted (no descriptors left) is the caller's misfortune, not the watcher's end.
    server.on('error', () => {});
    if (!onWindows) chmodSync(endpoint.socket, 0o600);
    writeEndpoint(runtimeDir, endpoint);
    return new ControlServer(runtimeDir, endpoint, server, peers);
  }

  /** Tells hooks what they do from now on without an answer. Throws the system's error. */
  setGuard(guard: HookGuard): void {
    this.endpoint = { ...this.endpoint, guard };
    writeEndpoint(this.runtimeDir, this.endpoint);
  }

  /** Sends the alert to every subscriber. Never waits: a subscriber that does not read is dropped. */
  broadcast(alert: Alert): void {
    for (const peer of this.peers) peer.alert(alert);
  }

  /** Removes endpoint and socket and ends every connection after what is on its way out. */
  async close(): Promise<void> {
    removeEndpoint(this.runtimeDir, this.endpoint.store);
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const peer of this.peers) peer.end();
    await closed;
  }
}

function pipeName(): string {
  return `\\\\.\\pipe\\agent-trace-${randomBytes(16).toString('hex')}`;
}
