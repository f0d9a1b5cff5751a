import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { TraceEvent } from '../../../../core/common/trace/trace-event.ts';
import { EventLog } from '../../../../core/node/store/event-log.ts';
import { openSession, openStore, type SessionFolder } from '../../../../core/node/store/open-store.ts';
import { EventMaker } from '../../../rig/events.ts';
import { fillDisk, mountSmallDisk, NO_MOUNT } from '../../../rig/mounts.ts';
import { tempFolder } from '../../../rig/temp-folder.ts';

const WRITERS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const EVENTS_EACH = 5_000;

function newSession(folder = tempFolder()): SessionFolder {
  return openSession(openStore({ path: join(folder, '.agent-traces'), chosen: false }), 's1');
}

function eventsFile(session: SessionFolder): string {
  return join(session.path, 'events.ndjson');
}

function lines(session: SessionFolder): string[] {
  return readFileSync(eventsFile(session), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

function appendAll(session: SessionFolder, events: readonly TraceEvent[]): void {
  const log = new EventLog(session);
  try {
    for (const event of events) log.append(event);
  } finally {
    log.close();
  }
}

describe('EventLog', () => {
  it('keeps every line whole when 8 processes append 5000 events each at once', async () => {
    const session = newSession();
    const store = join(session.path, '..');
    const program = join(import.meta.dirname, '../../../rig/append-writer.ts');
    const writers = WRITERS.map((name) =>
      spawn(process.execPath, [program, store, 's1', name, String(EVENTS_EACH)], {
        stdio: ['ignore', 'ignore', 'inherit'],
      }),
    );
    onTestFinished(() => {
      for (const writer of writers) writer.kill('SIGKILL');
    });
    const ends = await Promise.all(writers.map((writer) => once(writer, 'exit')));
    expect(ends.map(([code]) => code)).toEqual(WRITERS.map(() => 0));

    const ids = lines(session).map((line) => (JSON.parse(line) as TraceEvent).event_id);
    expect(ids).toHaveLength(WRITERS.length * EVENTS_EACH);
    expect(new Set(ids).size).toBe(WRITERS.length * EVENTS_EACH);
    for (const name of WRITERS) {
      const own = ids.filter((id) => id.startsWith(`${name}-`));
      expect(own).toEqual(Array.from({ length: EVENTS_EACH }, (_, index) => `${name}-${index}`));
    }
  });

  it.skipIf(process.platform === 'win32')('writes one event as one line that only its user may read', () => {
    const session = newSession();
    appendAll(session, [new EventMaker('s1').event('user_prompt', { prompt: 'line one\nline two' })]);
    expect(readFileSync(eventsFile(session), 'utf8')).toMatch(/^\{.*\}\n$/);
    expect(statSync(eventsFile(session)).mode & 0o777).toBe(0o600);
  });

  it('puts an end to a line that an earlier writer left torn, and keeps what is whole', () => {
    const session = newSession();
    const maker = new EventMaker('s1');
    appendAll(session, [maker.event('user_prompt', { prompt: 'first' })]);
    appendFileSync(eventsFile(session), '{"event_type":"tool_ca');
    appendAll(session, [maker.event('user_prompt', { prompt: 'second' })]);
    const written = lines(session);
    expect(written).toHaveLength(3);
    expect(written[1]).toBe('{"event_type":"tool_ca');
    expect(JSON.parse(written[2] ?? '')).toMatchObject({ data: { prompt: 'second' } });
  });

  it.skipIf(process.platform === 'win32')('does not follow a link in the place of the events', () => {
    const session = newSession();
    const outside = join(tempFolder(), 'victim');
    writeFileSync(outside, 'untouched');
    symlinkSync(outside, eventsFile(session));
    expect(() => new EventLog(session)).toThrow(/ELOOP/);
    expect(readFileSync(outside, 'utf8')).toBe('untouched');
  });

  it.skipIf(process.platform === 'win32')(
    'refuses a FIFO in the place of the events instead of waiting for a reader',
    () => {
      const session = newSession();
      execFileSync('mkfifo', [eventsFile(session)]);
      expect(() => new EventLog(session)).toThrow(/is not a file/);
    },
  );

  it('reports a full disk, and loses only the events that did not fit', ({ skip }) => {
    const folder = join(tempFolder(), 'disk');
    if (!mountSmallDisk(folder)) return skip(NO_MOUNT);
    const session = newSession(folder);
    const maker = new EventMaker('s1');
    appendAll(session, [maker.event('user_prompt', { prompt: 'before' })]);
    const makeRoom = fillDisk(folder);
    const long = maker.event('user_prompt', { prompt: 'x'.repeat(40_000) });
    expect(() => appendAll(session, [long])).toThrow(/ENOSPC|only \d+ of \d+ bytes/);
    // Part of the long line may be there now.
    makeRoom();
    appendAll(session, [maker.event('user_prompt', { prompt: 'after' })]);
    const whole = lines(session).flatMap((line) => (line.endsWith('}') ? [JSON.parse(line) as TraceEvent] : []));
    expect(whole.map((event) => event.data['prompt'])).toEqual(['before', 'after']);
  });
});
