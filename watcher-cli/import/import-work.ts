import { type UserPrices, withUserPrices } from '../../core/common/cost/user-prices.ts';
import { createRedactor } from '../../core/common/redact/redactor.ts';
import type { ImportUnit } from '../../core/node/adapters/import-plan.ts';
import { type ImportedSession, SessionImporter } from '../../core/node/adapters/import-sessions.ts';
import { NativeRecorder } from '../../core/node/adapters/native-recorder.ts';
import { bundledPriceBook } from '../../core/node/cost/bundled-price-book.ts';
import type { Store } from '../../core/node/store/open-store.ts';

/** What the threads of an import share; plain data, and memory of all. */
export interface ImportWork {
  readonly units: readonly ImportUnit[];
  readonly store: Store;
  readonly prices: UserPrices;
  /** Folder of the program, in which the price data lies. */
  readonly programs: string;
  /** Place of the next unit that nobody has taken: one 32-bit number. */
  readonly next: Int32Array<SharedArrayBuffer>;
}

/** What became of one family. */
export interface ImportedFamily {
  /** Its place among all. */
  readonly at: number;
  readonly sessions: readonly ImportedSession[];
  /** What was passed over, and why. */
  readonly issues: readonly string[];
}

/** Imports units until all are taken; gives each family as it is done. Throws what `SessionImporter` does. */
export function* importUnits({ units, store, prices, programs, next }: ImportWork): Iterable<ImportedFamily> {
  let issues: string[] = [];
  const importer = new SessionImporter({
    recorder: new NativeRecorder({ store, redact: createRedactor([]), mode: 'import' }),
    prices: withUserPrices(bundledPriceBook(programs), () => prices),
    now: () => Date.now() / 1000,
    onIssue: (message) => issues.push(message),
  });
  for (let taken = Atomics.add(next, 0, 1); taken < units.length; taken = Atomics.add(next, 0, 1)) {
    for (const family of units[taken] ?? []) {
      const sessions = importer.import(family);
      yield { at: family.at, sessions, issues };
      issues = [];
    }
  }
}

/** Keeps every thread from taking another unit. */
export function stopWork({ units, next }: ImportWork): void {
  Atomics.store(next, 0, units.length);
}
