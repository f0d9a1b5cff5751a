import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenFolderWatch } from '../../../../core/node/store-watcher/folder-watch.ts';
import { StoreWatcher } from '../../../../core/node/store-watcher/store-watcher.ts';
import { SessionReader } from '../../../../core/node/tail/session-reader.ts';
import { waitFor } from '../../../../scripts/wait-for.ts';

const WRITER = join(import.meta.dirname, '../../../rig/plain-writer.ts');

/** Watches a store and reads every session in it; keeps the event ids in the order in which they came. */
class ReadStore {
  readonly path = join(realpathSync(mkdtempSync(join(tmpdir(), 'agent-trace-read-'))), '.agent-traces');
  readonly ids: string[] = [];
  readonly issues: string[] = [];
  private readonly readers = new Map<string, SessionReader>();
  private readonly writers: ChildProcess[] = [];
  private watcher: StoreWatcher | undefined;

  start(options: { notify?: OpenFolderWatch; poll?: boolean; pollIntervalMs?: number } = {}): void {
    const watcher = new StoreWatcher({
      store: this.path,
      onSession: (id) => {
        if (!this.readers.has(id)) this.readers.set(id, this.reader(id));
        watcher.follow(id);
      },
      onActive: () => {},
      onChange: (id) => void this.readers.get(id)?.drain(),
      onMeta: () => {},
      onGone: () => {},
      onStore: () => {},
      onIssue: (issue) => this.issues.push(issue.message),
      ...options,
    });
    this.watcher = watcher;
    watcher.start();
  }

  /** Starts a program that appends `count` events; in bursts with pauses between them when `burst` is given. */
  write(session: string, name: string, count: number, burst = 0): void {
    mkdirSync(join(this.path, session), { recursive: true });
    const args = [WRITER, join(this.path, session, 'events.ndjson'), name, `${count}`, `${burst}`];
    this.writers.push(spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] }));
  }

  async written(): Promise<void> {
    const ended = this.writers.map(async (writer) => writer.exitCode ?? (await once(writer, 'close'))[0]);
    expect(await Promise.all(ended)).toEqual(ended.map(() => 0));
  }

  close(): void {
    for (const writer of this.writers) writer.kill('SIGKILL');
    this.watcher?.close();
    for (const reader of this.readers.values()) reader.close();
    rmSync(join(this.path, '..'), { recursive: true, force: true });
  }

  private reader(id: string): SessionReader {
    return new SessionReader({
      path: join(this.path, id, 'events.ndjson'),
      root: this.path,
      onEvent: (event) => this.ids.push(event.event_id),
      onIssue: (issue) => this.issues.push(issue.message),
    });
  }
}

function namesOf(writers: number): readonly string[] {
  return Array.from({ length: writers }, (_, index) => `w${index}`);
}

/** The ids that writers give their events, each writer's in order. */
function idsOf(names: readonly string[], count: number): readonly string[] {
  return names.flatMap((name) => Array.from({ length: count }, (_, index) => `${name}-${index}`));
}

describe('a store that is read while others write to it', () => {
  let store: ReadStore;
  beforeEach(() => {
    store = new ReadStore();
  });
  afterEach(() => store.close());

  it('loses none of 40,000 lines of 8 writers in one session, and gives none twice', async () => {
    const names = namesOf(8);
    store.start();
    for (const name of names) store.write('one', name, 5000);
    await store.written();
    await waitFor('40,000 lines', () => store.ids.length >= 40_000);
    for (const name of names) {
      const ofWriter = store.ids.filter((id) => id.startsWith(`${name}-`));
      expect(ofWriter).toEqual(idsOf([name], 5000));
    }
    expect(store.ids.length).toBe(40_000);
    expect(store.issues).toEqual([]);
  });

  it('loses none of 40,000 lines of 8 writers in 8 sessions that appear meanwhile', async () => {
    const names = namesOf(8);
    store.start();
    for (const name of names) store.write(`session-${name}`, name, 5000);
    await store.written();
    await waitFor('40,000 lines', () => store.ids.length >= 40_000);
    expect([...store.ids].sort()).toEqual([...idsOf(names, 5000)].sort());
    expect(store.issues).toEqual([]);
  });

  it('sees the last line of bursts of appends, though nothing is written after it', async () => {
    const names = namesOf(4);
    store.start();
    for (let round = 1; round <= 5; round++) {
      for (const name of names) store.write('one', `${name}r${round}`, 200, 5);
      await store.written();
      await waitFor(`the lines of round ${round}`, () => store.ids.length >= round * 800);
      expect(store.ids.length).toBe(round * 800);
    }
    expect(store.issues).toEqual([]);
  });

  it('sees the last line of bursts of appends by polling too', async () => {
    const names = namesOf(4);
    store.start({ poll: true, pollIntervalMs: 20, notify: () => ({ close: () => {} }) });
    for (let round = 1; round <= 5; round++) {
      for (const name of names) store.write('one', `${name}r${round}`, 200, 5);
      await store.written();
      await waitFor(`the lines of round ${round}`, () => store.ids.length >= round * 800);
      expect(store.ids.length).toBe(round * 800);
    }
    expect(store.issues).toEqual([]);
  });
});
