import type { ProcessIdentity } from '../../common/process/process-identity.ts';
import type { OutcomeResult } from '../../common/protocol/alert.ts';
import { freeze, type Timing, type Unfrozen } from './freeze.ts';
import type { FrozenLists } from './frozen-list.ts';
import type { ControlReport, Target } from './process-control.ts';
import type { ProcessInfo, ProcessTable, SignalSender } from './process-table.ts';
import { readTree } from './tree.ts';
import { keyOf, VerifiedSignals } from './verified-signals.ts';
import { readLiving, type Self } from './verify.ts';

/** What an operation works on and with; fakes in the model test. */
export interface Surroundings {
  readonly table: ProcessTable;
  readonly sender: SignalSender;
  readonly self: Self;
  readonly lists: FrozenLists;
  readonly timing: Timing;
}

interface FreezeOptions {
  /** Members that have been sent SIGSTOP already. */
  readonly awaiting?: readonly ProcessInfo[];
  /** A member that shall go on running. */
  readonly spare?: ProcessInfo;
  readonly limitMs?: number;
}

const FREEZE_MS = 3000;

/** One pause, resume or kill under way: the members it has met, what it froze, and the signals it sent. */
export class TreeOperation {
  readonly target: Target;
  readonly table: ProcessTable;
  readonly timing: Timing;
  readonly lists: FrozenLists;
  readonly signals: VerifiedSignals;
  readonly #self: Self;
  /** In the order met: parents before children. */
  readonly #members = new Map<string, ProcessIdentity>();
  readonly #frozen = new Map<string, ProcessIdentity>();
  #unlisted = false;
  #holds = false;

  constructor({ table, sender, self, lists, timing }: Surroundings, target: Target) {
    this.target = target;
    this.table = table;
    this.timing = timing;
    this.lists = lists;
    this.#self = self;
    this.signals = new VerifiedSignals(table, sender, self, () => timing.now());
  }

  /** Takes in what an earlier operation on the same agent froze and what of it is still alive. */
  recall(): void {
    for (const identity of this.lists.read(this.target.process) ?? []) {
      if (!readLiving(this.table, identity)) continue;
      this.#members.set(keyOf(identity), identity);
      this.#frozen.set(keyOf(identity), identity);
    }
  }

  /** Reads the tree anew: the agent, its descendants, and those of members met before. */
  scan(): readonly (readonly ProcessInfo[])[] {
    const levels = readTree(this.table, this.target, this.#self, this.#members.values());
    for (const member of levels.flat()) this.#members.set(keyOf(member), member);
    return levels;
  }

  /** Writes down that the agent itself is not stopped, but held at its next call. */
  willHold(): void {
    this.#holds = true;
    this.willStop([]);
  }

  /** Writes down what is about to be stopped, or just was. */
  willStop(members: readonly ProcessInfo[]): void {
    for (const member of members) this.#frozen.set(keyOf(member), member);
    if (!this.lists.write(this.target.process, [...this.#frozen.values()], this.#holds)) this.#unlisted = true;
  }

  /** Stops the whole tree, within the limit (3000 ms by default). */
  freeze({ awaiting = [], spare, limitMs = FREEZE_MS }: FreezeOptions = {}): Promise<Unfrozen> {
    return freeze({
      table: this.table,
      timing: this.timing,
      signals: this.signals,
      scan: () => this.scan().map((level) => level.filter((member) => member.pid !== spare?.pid)),
      willStop: (members) => this.willStop(members),
      awaiting,
      limitMs,
    });
  }

  report(result: OutcomeResult, ...sentences: readonly (string | false | undefined)[]): ControlReport {
    const { firstSignalMs } = this.signals;
    const unlisted = this.#unlisted && 'the list of stopped processes could not be written to the runtime folder';
    return {
      result,
      reason: [...sentences, unlisted].filter((sentence) => typeof sentence === 'string').join('; '),
      signalled: this.signals.signalled(),
      ...(firstSignalMs === undefined ? {} : { firstSignalMs }),
    };
  }
}
