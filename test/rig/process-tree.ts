import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linuxProcessTable } from '../../core/node/process/linux-process-table.ts';
import type { Target } from '../../core/node/process/process-control.ts';
import type { ControlSignal, SignalSender } from '../../core/node/process/process-table.ts';
import { waitFor } from '../../scripts/wait-for.ts';

/** Set in every process of a tree, whatever else its environment has: by it, and only by it, the rig knows its own. */
const RIG = 'PROCESS_TREE_RIG';

/**
 * Functions for the scripts below. `note NAME` tells the pid of the shell it runs in; `writer NAME` appends to
 * `NAME.log` for ever.
 */
const PRELUDE = `
note() { echo "$BASHPID" > "$DIR/$1.tmp" && mv "$DIR/$1.tmp" "$DIR/$1.pid"; }
writer() { note "$1"; while :; do echo x >> "$DIR/$1.log"; sleep 0.02; done; }
export -f note writer
`;

/**
 * Waits until its input ends, which is when this program has ended, however that came about; then ends what carries
 * the variable given. So a test run that is cut off leaves nothing running.
 */
const GUARD = `
read -r
for round in 1 2 3 4 5; do
  for environment in /proc/[0-9]*/environ; do
    pid=\${environment#/proc/}; pid=\${pid%/environ}
    if grep -qzxF "$1" "$environment" 2> /dev/null; then kill -KILL "$pid"; fi
  done
done
rm -rf "$2"
`;

/** One real process tree (Linux): its root is a bash that runs a script of the test's. */
export class ProcessTree {
  readonly sessionId: string;
  readonly dir: string;
  readonly root: ChildProcess;
  readonly #id: string;
  readonly #guard: ChildProcess;

  /** `mark`: the variable that names the session, `AGENT_TRACE_SESSION` by default. `uid`: another user (as root only). */
  constructor(script: string, options: { readonly mark?: string; readonly uid?: number } = {}) {
    const { mark = 'AGENT_TRACE_SESSION', uid } = options;
    this.#id = randomUUID();
    this.sessionId = randomUUID();
    this.dir = mkdtempSync(join(tmpdir(), 'process-tree-'));
    if (uid !== undefined) chmodSync(this.dir, 0o777);
    this.#guard = spawn('bash', ['-c', GUARD, 'guard', `${RIG}=${this.#id}`, this.dir], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    this.#guard.unref();
    this.root = spawn('bash', ['-c', PRELUDE + script], {
      cwd: this.dir,
      env: {
        PATH: process.env['PATH'],
        DIR: this.dir,
        NODE: process.execPath,
        [RIG]: this.#id,
        [mark]: this.sessionId,
      },
      stdio: 'ignore',
      detached: true,
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
  }

  get pid(): number {
    if (this.root.pid === undefined) throw new Error('bash did not start');
    return this.root.pid;
  }

  /** The root as a target of process control. */
  target(): Target {
    const process = linuxProcessTable().read(this.pid);
    if (!process) throw new Error(`the root of the tree, pid ${this.pid}, is gone`);
    return { process, sessionId: this.sessionId };
  }

  /** The pid that a part of the script noted. */
  pidOf(name: string): Promise<number> {
    return waitFor(`the pid of ${name}`, () => Number(this.read(`${name}.pid`)) || undefined);
  }

  /** Bytes of a file in the tree's folder, 0 when there is none. */
  size(name: string): number {
    return statSync(join(this.dir, name), { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Bytes of all files that the tree has written. */
  sizeOfAll(): number {
    return readdirSync(this.dir).reduce((sum, name) => sum + this.size(name), 0);
  }

  read(name: string): string {
    return statSync(join(this.dir, name), { throwIfNoEntry: false }) ? readFileSync(join(this.dir, name), 'utf8') : '';
  }

  async grown(name: string, bytes: number): Promise<void> {
    const before = this.size(name);
    await waitFor(`${bytes} more bytes in ${name}`, () => this.size(name) >= before + bytes);
  }

  /** Whether a process is of this tree. */
  has(pid: number): boolean {
    return hasVariable(pid, `${RIG}=${this.#id}`);
  }

  /** Every process of this tree that has not ended. */
  alive(): readonly number[] {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 1 && pid !== process.pid && this.has(pid));
  }

  /** Ends every process of this tree and removes its folder. */
  async end(): Promise<void> {
    await waitFor('the end of the test tree', () => {
      const alive = this.alive();
      for (const pid of alive) send(pid, 'SIGSTOP');
      for (const pid of alive) send(pid, 'SIGKILL');
      return alive.length === 0;
    });
    this.#guard.kill('SIGKILL');
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Sends, and remembers what went where. A signal to a process that is of none of the trees given goes astray. */
export class RecordingSender implements SignalSender {
  readonly sent: { readonly pid: number; readonly signal: ControlSignal }[] = [];
  readonly astray: { readonly pid: number; readonly signal: ControlSignal; readonly name: string | undefined }[] = [];
  readonly #trees: readonly ProcessTree[];

  constructor(...trees: readonly ProcessTree[]) {
    this.#trees = trees;
  }

  send(pid: number, signal: ControlSignal): void {
    if (this.#trees.some((tree) => tree.has(pid))) {
      this.sent.push({ pid, signal });
      process.kill(pid, signal);
      return;
    }
    if (isEnding(pid)) throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH' });
    // Not sent: a test must not hurt what a defect aims at.
    this.astray.push({ pid, signal, name: linuxProcessTable().read(pid)?.name });
  }

  to(pid: number): readonly ControlSignal[] {
    return this.sent.filter((each) => each.pid === pid).map(({ signal }) => signal);
  }
}

function hasVariable(pid: number, variable: string): boolean {
  // The environment cannot be seen for a moment while a process is in `exec`.
  for (let look = 0; look < 100 && !isEnding(pid); look++) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
      if (environment !== '') return environment.split('\0').includes(variable);
    } catch {
      return false;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  }
  return false;
}

/** Whether a process has given up its memory already (or is the kernel's own, which never had any). */
function isEnding(pid: number): boolean {
  try {
    readlinkSync(`/proc/${pid}/exe`);
    return false;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ESRCH';
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself.
  }
}
