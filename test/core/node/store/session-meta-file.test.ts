import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { changeMeta, createMeta, hasMeta, readMeta } from '../../../../core/node/store/session-meta-file.ts';
import { tempFolder } from '../../../rig/temp-folder.ts';

function storeWith(session: string): string {
  const store = tempFolder();
  mkdirSync(join(store, session));
  return store;
}

describe('the meta of a session', () => {
  it.skipIf(process.platform === 'win32')('is written whole, for its user alone, and leaves no temporary file', () => {
    const store = storeWith('s1');
    expect(createMeta(store, { session_id: 's1', started_at: 1.5, attribution: { workspace: '/tmp/Grüße' } })).toBe(
      true,
    );
    expect(readdirSync(join(store, 's1'))).toEqual(['meta.json']);
    expect(statSync(join(store, 's1/meta.json')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(store, 's1/meta.json'), 'latin1')).toContain('Gr\\u00fc\\u00dfe');
    expect(readMeta(store, 's1')).toEqual({
      session_id: 's1',
      started_at: 1.5,
      attribution: { workspace: '/tmp/Grüße' },
    });
  });

  it('is kept when another process was first', () => {
    const store = storeWith('s1');
    expect(createMeta(store, { session_id: 's1', started_at: 1, parent_event_id: 'call' })).toBe(true);
    expect(createMeta(store, { session_id: 's1', started_at: 2 })).toBe(false);
    expect(readMeta(store, 's1')).toEqual({ session_id: 's1', started_at: 1, parent_event_id: 'call' });
    expect(readdirSync(join(store, 's1'))).toEqual(['meta.json']);
  });

  it('is changed in place, and not made when there is none', () => {
    const store = storeWith('s1');
    changeMeta(store, 's1', (meta) => ({ ...meta, ended_at: 3 }));
    expect(hasMeta(store, 's1')).toBe(false);
    createMeta(store, { session_id: 's1', started_at: 1 });
    changeMeta(store, 's1', (meta) => ({ ...meta, ended_at: 3 }));
    expect(readMeta(store, 's1')).toEqual({ session_id: 's1', started_at: 1, ended_at: 3 });
  });

  it.skipIf(process.platform === 'win32')('is neither read nor written through a link in its place', () => {
    const store = storeWith('s1');
    const outside = join(tempFolder(), 'victim');
    writeFileSync(outside, '{"session_id":"s1","started_at":1}');
    symlinkSync(outside, join(store, 's1/meta.json'));
    expect(readMeta(store, 's1')).toBeUndefined();
    expect(createMeta(store, { session_id: 's1', started_at: 9 })).toBe(false);
    expect(readFileSync(outside, 'utf8')).toBe('{"session_id":"s1","started_at":1}');
  });

  it('is not read by a name that leads elsewhere', () => {
    const store = storeWith('s1');
    createMeta(store, { session_id: 's1', started_at: 1 });
    expect(readMeta(join(store, 's1'), '../s1')).toBeUndefined();
    expect(readMeta(store, 's1/../s1')).toBeUndefined();
  });

  it.each(['', 'not json', '[]', '{"session_id":"s1"}', '{"started_at":1}', '{"session_id":1,"started_at":1}'])(
    'is undefined when the file holds %j',
    (text) => {
      const store = storeWith('s1');
      writeFileSync(join(store, 's1/meta.json'), text);
      expect(readMeta(store, 's1')).toBeUndefined();
    },
  );
});
