import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { EventLog } from '../../core/node/store/event-log.ts';
import { SessionReader } from '../../core/node/tail/session-reader.ts';
import { EventMaker } from '../rig/events.ts';
import { tempFolder } from '../rig/temp-folder.ts';

const WRITER = join(import.meta.dirname, '../rig/append-writer.ts');

it.skipIf(process.platform === 'win32')(
  'recorders that are killed while they write leave whole events, at most one piece of a line each, and a file to go on in',
  async () => {
    const store = tempFolder();
    mkdirSync(join(store, 's1'));
    const path = join(store, 's1', 'events.ndjson');
    const ids: string[] = [];
    const issues: string[] = [];
    const reader = new SessionReader({
      path,
      root: store,
      onEvent: ({ event_id }) => ids.push(event_id),
      onIssue: ({ message }) => issues.push(message),
    });
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    await Promise.all(
      names.map(async (name, index) => {
        const writer = spawn(process.execPath, [WRITER, store, 's1', name, '1000000'], { stdio: 'ignore' });
        const ended = once(writer, 'exit');
        while (!content(path).includes(`"event_id":"${name}-0"`)) await sleep(5);
        await sleep(index * 17);
        void reader.drain();
        writer.kill('SIGKILL');
        await ended;
      }),
    );
    const log = new EventLog({ path: join(store, 's1') });
    log.append(new EventMaker('s1').event('user_prompt', { prompt: 'go on' }, { event_id: 'last' }));
    log.close();
    await reader.drain();
    reader.close();
    expect(ids.at(-1)).toBe('last');
    for (const name of names) {
      const own = ids.filter((id) => id.startsWith(`${name}-`));
      expect(own).toEqual(own.map((_, index) => `${name}-${index}`));
    }
    expect(issues.length).toBeLessThanOrEqual(names.length);
  },
);

function content(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
