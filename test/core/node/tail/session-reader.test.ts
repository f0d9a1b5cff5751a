import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, renameSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { encodeEvent } from '../../../../core/common/trace/trace-event.ts';
import type { SessionIssue } from '../../../../core/node/tail/session-issue.ts';
import { SessionReader, type SessionReaderOptions } from '../../../../core/node/tail/session-reader.ts';
import { waitFor } from '../../../../scripts/wait-for.ts';
import { EventMaker } from '../../../rig/events.ts';
import { inFolder } from './tailed-file.ts';

/** A reader together with all that it handed on. */
class ReadSession {
  readonly ids: string[] = [];
  readonly offsets: number[] = [];
  readonly issues: SessionIssue[] = [];
  readonly reader: SessionReader;

  constructor(path: string, options: Partial<SessionReaderOptions> = {}) {
    this.reader = new SessionReader({
      path,
      onEvent: (event, offset) => {
        this.ids.push(event.event_id);
        this.offsets.push(offset);
      },
      onIssue: (issue) => this.issues.push(issue),
      ...options,
    });
  }

  get kinds(): readonly string[] {
    return this.issues.map((issue) => issue.kind);
  }
}

/** Lines of events with the ids `<from>`, `<from + 1>`, ... */
function lines(from: number, count: number): readonly string[] {
  const maker = new EventMaker();
  return Array.from({ length: count }, (_, index) =>
    encodeEvent(maker.event('tool_call', { tool_name: 'Bash' }, { event_id: `${from + index}` })),
  );
}

function idsFrom(from: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${from + index}`);
}

describe('SessionReader', () => {
  it('hands on every event of the file with the offset of its line, history included', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'events.ndjson');
      const [first = '', second = ''] = lines(0, 2);
      writeFileSync(path, first);
      const session = new ReadSession(path);
      await session.reader.drain();
      appendFileSync(path, second);
      await session.reader.drain();
      session.reader.close();
      expect(session.ids).toEqual(['0', '1']);
      expect(session.offsets).toEqual([0, first.length]);
    }));

  it('tells of each broken line once, with line and offset, and hands on all others', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'events.ndjson');
      const [a = '', b = '', c = '', d = ''] = lines(0, 4);
      const unknown = '{"event_type":"dance","timestamp":1,"event_id":"x","data":{}}\n';
      const long = `${'z'.repeat(33 * 1024 * 1024)}\n`;
      writeFileSync(path, `${a}{"event_type":\n\n${b}[1]\n${unknown}${c}${long}${d}`);
      const session = new ReadSession(path);
      await session.reader.drain();
      // Read again, it holds the same broken lines again.
      renameSync(path, `${path}.old`);
      writeFileSync(path, `${a}{"event_type":\n\n${b}`);
      await session.reader.drain();
      session.reader.close();
      expect(session.ids).toEqual(['0', '1', '2', '3', '0', '1']);
      expect(session.issues).toMatchObject([
        { kind: 'broken-line', reason: 'not-json', line: 2, offset: a.length, excerpt: '{"event_type":' },
        { kind: 'broken-line', reason: 'not-an-object', line: 5 },
        { kind: 'broken-line', reason: 'unknown-event-type', line: 6 },
        { kind: 'broken-line', reason: 'too-long', line: 8 },
        { kind: 'replaced' },
      ]);
      expect(session.issues[0]?.message).toContain(`${path} line 2 (byte ${a.length})`);
    }));

  it('hands on an event whose line is 20 MB long', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'events.ndjson');
      const maker = new EventMaker();
      const text = 'é'.repeat(10 * 1024 * 1024);
      writeFileSync(path, `${JSON.stringify(maker.event('tool_result', { text }))}\n`);
      const lengths: unknown[] = [];
      const session = new ReadSession(path, {
        onEvent: ({ data }) => lengths.push(data.text === text),
      });
      await session.reader.drain();
      session.reader.close();
      expect(lengths).toEqual([true]);
      expect(session.issues).toEqual([]);
    }));

  it('stops telling after a thousand broken lines, and says so', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'events.ndjson');
      writeFileSync(path, `${'broken\n'.repeat(3000)}${lines(0, 1)[0]}`);
      const session = new ReadSession(path);
      await session.reader.drain();
      session.reader.close();
      expect(session.kinds.filter((kind) => kind === 'broken-line').length).toBe(1000);
      expect(session.kinds.slice(1000)).toEqual(['more-broken-lines']);
      expect(session.ids).toEqual(['0']);
    }));

  it('tells once of a last line that is not finished, and hands on the event when it is', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'events.ndjson');
      const [a = '', b = '', c = ''] = lines(0, 3);
      writeFileSync(path, `${a}${b.slice(0, 20)}`);
      const session = new ReadSession(path, { halfLineMs: 1 });
      await session.reader.drain();
      await waitFor('the half line to be told', () => session.issues.length > 0);
      appendFileSync(path, b.slice(20, 25));
      await session.reader.drain();
      await turn();
      appendFileSync(path, b.slice(25) + c);
      await session.reader.drain();
      session.reader.close();
      expect(session.issues).toMatchObject([{ kind: 'half-line', line: 2, offset: a.length }]);
      expect(session.ids).toEqual(['0', '1', '2']);
    }));

  it('tells of a half line once even when another writer goes on behind it, whose event is not lost', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'events.ndjson');
      const [a = '', b = '', c = ''] = lines(0, 3);
      writeFileSync(path, `${a}${b.slice(0, 20)}`);
      const session = new ReadSession(path, { halfLineMs: 1 });
      await session.reader.drain();
      await waitFor('the half line to be told', () => session.issues.length > 0);
      appendFileSync(path, c);
      await session.reader.drain();
      session.reader.close();
      expect(session.kinds).toEqual(['half-line']);
      expect(session.ids).toEqual(['0', '2']);
    }));

  it('does not tell of a half line again when it is ended and stays broken', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'events.ndjson');
      const [a = '', b = '', c = ''] = lines(0, 3);
      writeFileSync(path, `${a}${b.slice(0, 20)}`);
      const session = new ReadSession(path, { halfLineMs: 1 });
      await session.reader.drain();
      await waitFor('the half line to be told', () => session.issues.length > 0);
      appendFileSync(path, `and nothing\n${c}`);
      await session.reader.drain();
      session.reader.close();
      expect(session.kinds).toEqual(['half-line']);
      expect(session.ids).toEqual(['0', '2']);
    }));

  it('hands on a last event that lacks nothing but its newline', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'events.ndjson');
      writeFileSync(path, lines(0, 2).join('').trimEnd());
      const session = new ReadSession(path, { halfLineMs: 1 });
      await session.reader.drain();
      expect(session.ids).toEqual(['0']);
      await waitFor('the last event', () => session.ids.length === 2);
      session.reader.close();
      expect(session.ids).toEqual(['0', '1']);
      expect(session.issues).toEqual([]);
    }));

  it('counts nothing twice by event id, and skips nothing, when the file is truncated, replaced and removed', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'events.ndjson');
      const all = lines(0, 100);
      const session = new ReadSession(path);
      writeFileSync(path, all.slice(0, 20).join(''));
      await session.reader.drain();
      truncateSync(path, 0);
      await session.reader.drain();
      appendFileSync(path, all.slice(0, 40).join(''));
      await session.reader.drain();
      writeFileSync(`${path}.new`, all.slice(0, 60).join(''));
      renameSync(`${path}.new`, path);
      await session.reader.drain();
      unlinkSync(path);
      await session.reader.drain();
      writeFileSync(path, all.slice(0, 80).join(''));
      await session.reader.drain();
      writeFileSync(path, all.join(''));
      await session.reader.drain();
      session.reader.close();
      expect([...new Set(session.ids)]).toEqual(idsFrom(0, 100));
      expect(session.kinds).toEqual(['truncated', 'replaced', 'removed']);
    }));

  it('gives a line without an id the same id when it is read again', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'events.ndjson');
      const line = '{"event_type":"error","timestamp":1,"data":{}}\n';
      const session = new ReadSession(path);
      writeFileSync(path, line + line);
      await session.reader.drain();
      writeFileSync(`${path}.new`, line + line + line);
      renameSync(`${path}.new`, path);
      await session.reader.drain();
      session.reader.close();
      expect(session.ids.length).toBe(5);
      expect(new Set(session.ids).size).toBe(3);
    }));

  it('lets the event loop have its turn while it reads a long file', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'events.ndjson');
      const block = lines(0, 10_000).join('');
      for (let i = 0; i < 10; i++) appendFileSync(path, block);
      const session = new ReadSession(path);
      let turns = 0;
      let done = false;
      const drained = session.reader.drain().then(() => {
        done = true;
      });
      while (!done) {
        await turn();
        turns += 1;
      }
      await drained;
      session.reader.close();
      expect(session.ids.length).toBe(100_000);
      // One for each megabyte; the file has more than ten.
      expect(turns).toBeGreaterThan(10);
    }));

  it('reads what is appended while it reads, when it is told so meanwhile', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'events.ndjson');
      const [late = ''] = lines(1, 1);
      writeFileSync(path, lines(0, 1).join(''));
      const session: ReadSession = new ReadSession(path, {
        onEvent: ({ event_id }) => {
          session.ids.push(event_id);
          if (event_id !== '0') return;
          appendFileSync(path, late);
          void session.reader.drain();
        },
      });
      await session.reader.drain();
      session.reader.close();
      expect(session.ids).toEqual(['0', '1']);
    }));

  it('hands on nothing after it was closed, though it was in the middle of a file', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'events.ndjson');
      writeFileSync(path, lines(0, 100_000).join(''));
      const session = new ReadSession(path);
      const drained = session.reader.drain();
      await turn();
      session.reader.close();
      const handedOn = session.ids.length;
      await drained;
      expect(session.ids.length).toBe(handedOn);
      expect(handedOn).toBeLessThan(100_000);
    }));

  it('goes on from a checkpoint', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'events.ndjson');
      writeFileSync(path, lines(0, 10).join(''));
      const before = new ReadSession(path);
      await before.reader.drain();
      const checkpoint = before.reader.checkpoint();
      before.reader.close();
      appendFileSync(path, lines(10, 5).join(''));
      const after = new ReadSession(path, checkpoint ? { checkpoint } : {});
      await after.reader.drain();
      after.reader.close();
      expect(after.ids).toEqual(idsFrom(10, 5));
    }));

  it.skipIf(process.platform === 'win32')('tries again by itself when the system was out of descriptors', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'events.ndjson');
      writeFileSync(path, lines(0, 3).join(''));
      const program = join(import.meta.dirname, 'out-of-descriptors.ts');
      const child = spawn('sh', ['-c', 'ulimit -n 64 && exec "$0" "$@"', process.execPath, program, path], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      try {
        let output = '';
        child.stdout.on('data', (chunk) => {
          output += chunk;
        });
        const [code] = await once(child, 'close');
        expect(code).toBe(0);
        expect(JSON.parse(output)).toEqual({ issues: ['unreadable'], ids: ['0', '1', '2'] });
      } finally {
        child.kill('SIGKILL');
      }
    }),
  );
});
