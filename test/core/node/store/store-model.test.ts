import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TraceEvent } from '../../../../core/common/trace/trace-event.ts';
import { SessionReader } from '../../../../core/node/tail/session-reader.ts';
import { randomRuns } from '../../../rig/random-runs.ts';
import type { WriteOrder } from '../../../rig/store-writer.ts';

const WRITERS = 4;
const SESSIONS = ['one', 'two'];

/** What one process does, next to what the others do: some orders, one after the other. */
const order = fc.record({
  session: fc.constantFrom(...SESSIONS),
  count: fc.integer({ min: 1, max: 6 }),
  size: fc.oneof(fc.nat(40), fc.nat(4000)),
  how: fc.oneof(
    { weight: 5, arbitrary: fc.constant('each' as const) },
    { weight: 2, arbitrary: fc.constant('all' as const) },
    { weight: 1, arbitrary: fc.constant('torn' as const) },
  ),
});
const plan = fc.array(fc.array(order, { maxLength: 5 }), { minLength: 2, maxLength: WRITERS });

const writers: ChildProcess[] = [];
let root = '';

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'agent-trace-writers-'));
  for (let n = 0; n < WRITERS; n++) writers.push(fork(join(import.meta.dirname, '../../../rig/store-writer.ts')));
});

afterAll(() => {
  for (const writer of writers) writer.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

it('keeps every event of processes that write at once, whole, once and in their order, beside lines that were torn', async () => {
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(plan, async (orders) => {
      const store = join(root, `store-${runs++}`);
      const readers = SESSIONS.map((session) => new Read(store, session));
      const wanted = await Promise.all(orders.map((own, writer) => carryOut(store, writer, own)));
      for (const reader of readers) {
        await reader.reader.drain();
        for (const [writer, ids] of wanted.entries()) {
          const own = reader.events.filter(({ event_id }) => event_id.startsWith(`w${writer}-`));
          expect(own.map(({ event_id }) => event_id)).toEqual(ids.get(reader.session) ?? []);
        }
        // Nothing else is there, also nothing made of pieces.
        for (const { event_id, data } of reader.events) {
          expect((data['arguments'] as { command: string }).command.startsWith(`${event_id} `)).toBe(true);
        }
        reader.reader.close();
      }
      rmSync(store, { recursive: true, force: true });

      /** The ids that a writer has appended, by session. Whoever reads meanwhile is poked after each order. */
      async function carryOut(path: string, writer: number, own: (typeof orders)[number]) {
        const ids = new Map<string, string[]>();
        let made = 0;
        for (const { session, count, size, how } of own) {
          const names = how === 'torn' ? [] : Array.from({ length: count }, () => `w${writer}-${made++}`);
          ids.set(session, [...(ids.get(session) ?? []), ...names]);
          const child = writers[writer] as ChildProcess;
          const done = once(child, 'message');
          child.send({ store: path, session, ids: names, size, how } satisfies WriteOrder);
          await done;
          for (const reader of readers) void reader.reader.drain();
        }
        return ids;
      }
    }),
    randomRuns(500),
  );
}, 600_000);

class Read {
  readonly session: string;
  readonly events: TraceEvent[] = [];
  readonly reader: SessionReader;

  constructor(store: string, session: string) {
    this.session = session;
    this.reader = new SessionReader({
      path: join(store, session, 'events.ndjson'),
      onEvent: (event) => this.events.push(event),
      onIssue: () => {},
    });
  }
}
