import type { ProcessIdentity } from '../../../../core/common/process/process-identity.ts';
import type { Timing } from '../../../../core/node/process/freeze.ts';
import type { FrozenLists } from '../../../../core/node/process/frozen-list.ts';
import type {
  ControlSignal,
  ProcessInfo,
  ProcessTable,
  SignalSender,
} from '../../../../core/node/process/process-table.ts';
import type { Surroundings } from '../../../../core/node/process/tree-operation.ts';

export const SESSION = 'session';
export const INIT = 1;
export const REAPER = 2;
export const SELF = 3;
export const SHELL = 4;
export const AGENT = 5;
/** Small, so that pids are reused all the time. */
const PIDS = 40;
const UID = 1000;

export interface Traits {
  /** The agent leaves its mark in what it starts. */
  readonly marks: boolean;
  /** The agent ignores SIGTERM. */
  readonly deaf: boolean;
  /** What the agent starts may become another user's. */
  readonly setuid: boolean;
}

interface Made {
  readonly pid: number;
  ppid: number;
  readonly start: number;
  uid: number;
  state: ProcessInfo['state'];
  /** The truth that process control has to find out: the agent, or started by one of its family. */
  readonly family: boolean;
  readonly marked: boolean;
  readonly deaf: boolean;
  termPending: boolean;
}

/**
 * A system whose processes fork, end, are orphaned, stopped and continued at random, whenever somebody looks or waits,
 * until the random numbers are used up. Pids are reused at once, but never within one start time, as on a real system. Between
 * the last look at a process and the signal to it nothing happens: no program can close that gap.
 */
export class MadeUpWorld {
  readonly astray: string[] = [];
  readonly #processes = new Map<number, Made>();
  readonly #lastStart = new Map<number, number>();
  readonly #events: number[];
  readonly #marks: boolean;
  readonly #setuid: boolean;
  #tick = 10;
  #now = 0;
  #lists = new Map<string, readonly ProcessIdentity[]>();

  constructor(events: readonly number[], { marks, deaf, setuid }: Traits) {
    this.#events = [...events];
    this.#marks = marks;
    this.#setuid = setuid;
    this.#add(INIT, 0, { uid: 0 });
    this.#add(REAPER, INIT);
    this.#add(SELF, REAPER);
    this.#add(SHELL, REAPER);
    this.#tick++;
    this.#add(AGENT, SHELL, { family: true, deaf });
    this.#tick++;
  }

  /** Lets things happen without anybody looking. */
  pass(steps: number): void {
    for (let i = 0; i < steps; i++) this.#step();
  }

  /** From now on nothing happens any more. */
  calm(): void {
    this.#events.length = 0;
  }

  identity(pid: number): ProcessIdentity {
    return { pid, startTime: String(this.#processes.get(pid)?.start ?? 0), bootId: 'boot' };
  }

  family(): readonly Made[] {
    return [...this.#processes.values()].filter((each) => each.family && each.state !== 'zombie');
  }

  surroundings(): Surroundings {
    return {
      table: this.#table,
      sender: this.#sender,
      self: { pid: SELF, uid: UID, ancestors: [this.identity(REAPER)] },
      lists: this.#frozenLists,
      timing: this.#timing,
    };
  }

  readonly #table: ProcessTable = {
    read: (pid) => {
      this.#step();
      const made = this.#processes.get(pid);
      return made && this.#info(made);
    },
    list: () => {
      this.#step();
      this.#now++;
      return [...this.#processes.values()].map((made) => this.#info(made));
    },
    executable: () => undefined,
    carriesMark: (pid, sessionId) => {
      this.#step();
      return sessionId === SESSION && (this.#processes.get(pid)?.marked ?? false);
    },
    ignoresTerm: (pid) => this.#processes.get(pid)?.deaf ?? false,
  };

  readonly #sender: SignalSender = {
    send: (pid, signal) => {
      const made = this.#processes.get(pid);
      if (!made) throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH' });
      if (!made.family || made.uid !== UID) this.astray.push(`${signal} to ${pid}@${made.start}`);
      this.#deliver(made, signal);
    },
  };

  readonly #timing: Timing = {
    now: () => this.#now,
    sleep: async (ms) => {
      this.#now += ms;
      this.pass(3);
    },
  };

  readonly #frozenLists: FrozenLists = {
    read: (agent) => this.#lists.get(JSON.stringify(agent)),
    isHeld: () => false,
    write: (agent, members) => {
      this.#lists.set(JSON.stringify(agent), [...members]);
      return true;
    },
    remove: (agent) => void this.#lists.delete(JSON.stringify(agent)),
  };

  #info({ pid, ppid, start, uid, state }: Made): ProcessInfo {
    return {
      pid,
      ppid,
      uid,
      name: `p${pid}`,
      state,
      pgid: pid,
      sid: pid,
      hasTerminal: false,
      foreground: false,
      startTime: String(start),
      bootId: 'boot',
    };
  }

  #add(pid: number, ppid: number, more: Partial<Made> = {}): void {
    const facts = {
      uid: UID,
      state: 'running',
      family: false,
      marked: false,
      deaf: false,
      termPending: false,
    } as const;
    this.#processes.set(pid, { ...facts, ...more, pid, ppid, start: this.#tick });
    this.#lastStart.set(pid, this.#tick);
  }

  #deliver(made: Made, signal: ControlSignal): void {
    if (signal === 'SIGKILL') this.#end(made);
    else if (signal === 'SIGSTOP') made.state = 'stopped';
    else if (signal === 'SIGCONT') {
      made.state = 'running';
      if (made.termPending) this.#end(made);
    } else if (!made.deaf) {
      if (made.state === 'stopped') made.termPending = true;
      else this.#end(made);
    }
  }

  #end(made: Made): void {
    for (const child of this.#processes.values())
      if (child.ppid === made.pid) child.ppid = this.#tick % 2 ? INIT : REAPER;
    this.#processes.delete(made.pid);
  }

  #step(): void {
    const event = this.#events.pop();
    if (event === undefined) return;
    if (event % 3 === 0) this.#tick++;
    const all = [...this.#processes.values()].filter(({ state }) => state !== 'zombie');
    const one = all[Math.floor(event / 16) % all.length];
    if (!one) return;
    const lasting = one.pid <= SHELL;
    switch (event % 16) {
      case 0:
      case 1:
        // Ends by itself, or somebody else kills it; its parent collects it at once.
        if (!lasting && (one.state === 'running' || event % 5 === 0)) this.#end(one);
        break;
      case 2:
        // Ends and is not collected before its parent ends.
        if (!lasting && one.state === 'running') {
          for (const child of this.#processes.values()) if (child.ppid === one.pid) child.ppid = REAPER;
          one.state = 'zombie';
        }
        break;
      case 3:
        if (one.family && one.pid !== AGENT) one.state = event % 5 === 0 ? 'stopped' : one.state;
        break;
      case 4:
        if (one.family && event % 7 === 0) one.state = 'running';
        break;
      case 5:
        if (this.#setuid && one.family && one.pid !== AGENT && event % 11 === 0) one.uid = 0;
        break;
      default:
        if (one.state === 'running') this.#fork(one, event);
    }
  }

  #fork(parent: Made, event: number): void {
    for (let at = 0; at < PIDS; at++) {
      const pid = 6 + ((event + at) % PIDS);
      if (this.#processes.has(pid) || (this.#lastStart.get(pid) ?? 0) >= this.#tick) continue;
      const marked = parent.pid === AGENT && parent.family ? this.#marks : parent.marked;
      const { family, uid } = parent;
      this.#add(pid, parent.pid, { family, uid, marked });
      return;
    }
  }
}
