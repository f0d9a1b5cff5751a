import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { genaiPriceBook } from '../../../../core/common/cost/genai-price-book.ts';
import { encodeEvent, type TraceEvent } from '../../../../core/common/trace/trace-event.ts';
import { systemProcessTable } from '../../../../core/node/process/system-process-table.ts';
import { SessionCatalog } from '../../../../core/node/sessions/session-catalog.ts';
import { EventMaker } from '../../../rig/events.ts';
import { tempFolder } from '../../../rig/temp-folder.ts';

const ALL = () => true;

class Store {
  readonly path = tempFolder();
  readonly read: string[] = [];
  readonly catalog: SessionCatalog;

  constructor() {
    this.catalog = new SessionCatalog({
      store: this.path,
      runtimeDir: join(this.path, 'run'),
      table: systemProcessTable(),
      prices: genaiPriceBook(),
      now: () => 2_000_000_000,
    });
  }

  append(id: string, ...events: readonly TraceEvent[]): void {
    mkdirSync(join(this.path, id), { recursive: true });
    appendFileSync(join(this.path, id, 'events.ndjson'), events.map(encodeEvent).join(''));
  }

  /** Ids, and phases where events were read. */
  async look(followed: readonly string[] = []): Promise<readonly string[]> {
    await this.catalog.look(new Set(followed));
    return this.shown();
  }

  /** How many sessions were read. */
  async readAll(isWanted: (id: string) => boolean = ALL): Promise<number> {
    let reads = 0;
    await this.catalog.read(isWanted, () => {
      reads += 1;
    });
    return reads;
  }

  shown(): readonly string[] {
    return this.catalog.sessions.map(({ id, summary }) => (summary ? `${id} ${summary.state}` : id));
  }
}

describe('SessionCatalog', () => {
  it('lists sessions by their files, newest first once they are read, and reads those that are wanted', async () => {
    const store = new Store();
    const make = new EventMaker();
    store.append('a', make.event('session_start'), make.event('session_end'));
    store.append('b', make.event('session_start'));
    store.append('b.sub', make.event('session_start'));
    writeFileSync(join(store.path, 'alerts.ndjson'), '');
    mkdirSync(join(store.path, 'empty'));
    expect([...(await store.look(['b']))].sort()).toEqual(['a', 'b.sub']);
    expect(await store.readAll((id) => id === 'a')).toBe(1);
    expect(store.shown()).toEqual(['a completed', 'b.sub']);
    await store.look();
    expect(await store.readAll()).toBe(2);
    expect(store.shown()).toEqual(['b.sub completed', 'b completed', 'a completed']);
  });

  it('reads nothing again while nothing changes, and what has changed once', async () => {
    const store = new Store();
    const make = new EventMaker();
    for (let id = 0; id < 200; id++) store.append(`s${id}`, make.event('session_start'), make.event('session_end'));
    await store.look();
    expect(await store.readAll()).toBe(200);
    await store.look();
    expect(await store.readAll()).toBe(0);
    store.append('s7', make.event('user_prompt'));
    rmSync(join(store.path, 's8'), { recursive: true });
    await store.look();
    expect(await store.readAll()).toBe(1);
    expect(store.catalog.sessions.length).toBe(199);
    expect(store.shown()).toContain('s7 completed');
  });

  it('gives nothing of a store that is not there', async () => {
    const store = new Store();
    rmSync(store.path, { recursive: true });
    expect(await store.look()).toEqual([]);
  });
});
