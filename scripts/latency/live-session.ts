import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { encodeEvent, type TraceEvent } from '../../core/common/trace/trace-event.ts';
import { beginSession } from '../bench/begin-session.ts';
import { waitFor } from '../wait-for.ts';

/** A session in a store of its own that is appended to, and the programs that look on; to be closed. */
export class LiveSession {
  readonly id = 'bench';
  readonly workspace = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'agent-trace-latency-')));
  readonly store = path.join(this.workspace, '.agent-traces');
  readonly runtimeDir = path.join(this.workspace, 'run');
  /** A file of no meaning, for programs that only wait for a notification. */
  readonly bareFile = path.join(this.workspace, 'bare');
  readonly env = {
    ...process.env,
    HOME: this.workspace,
    AGENT_TRACE_RUNTIME_DIR: this.runtimeDir,
    AGENT_TRACE_DIR: this.store,
  };
  private readonly events: string;
  private readonly children: ChildProcess[] = [];
  private count = 0;

  constructor() {
    mkdirSync(this.runtimeDir, { mode: 0o700 });
    writeFileSync(this.bareFile, '');
    this.events = beginSession(this.store, this.id, this.workspace);
  }

  /** The line of a new call. */
  line(data: TraceEvent['data']): string {
    this.count += 1;
    const event_id = `e${this.count}`;
    return encodeEvent({ event_type: 'tool_call', timestamp: Date.now() / 1000, event_id, session_id: this.id, data });
  }

  append(line: string): void {
    appendFileSync(this.events, line);
  }

  appendBare(line: string): void {
    appendFileSync(this.bareFile, line);
  }

  /** A program whose output nobody reads. */
  start(program: string, args: readonly string[]): number {
    const child = spawn(program, args, { cwd: this.workspace, env: this.env, stdio: 'ignore' });
    this.children.push(child);
    if (child.pid === undefined) throw new Error(`cannot start ${program}`);
    return child.pid;
  }

  /** A program of Node's; resolves when it has said `word`. `onLine` gets each line of its output. */
  async startNode(args: readonly string[], word: string, onLine: (line: string) => void = () => {}): Promise<void> {
    const stdio = ['ignore', 'pipe', 'pipe'] as const;
    const child = spawn(process.execPath, args, { cwd: this.workspace, env: this.env, stdio: [...stdio] });
    this.children.push(child);
    let said = '';
    let rest = '';
    child.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    });
    await waitFor(`${args.join(' ')} to be ready`, () => said.includes(word)).catch((error: Error) => {
      throw new Error(`${error.message}; it said: ${said}`);
    });
  }

  close(): void {
    for (const child of this.children) child.kill('SIGKILL');
    rmSync(this.workspace, { recursive: true, force: true });
  }
}
