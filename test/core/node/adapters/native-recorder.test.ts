import { beforeEach, describe, expect, it } from 'vitest';
import type { TraceEvent } from '../../../../core/common/trace/trace-event.ts';
import { NativeRecorder } from '../../../../core/node/adapters/native-recorder.ts';
import { openStore, type Store } from '../../../../core/node/store/open-store.ts';
import { createMeta, readMeta } from '../../../../core/node/store/session-meta-file.ts';
import { tempFolder } from '../../../rig/temp-folder.ts';

const FILE = { agent: 'claude-code', path: '/transcripts/s.jsonl', session: 's' };
const FACTS = { sessionId: 's', agent: 'claude-code', startedAt: 100 };
const EVENT: TraceEvent = {
  event_type: 'user_prompt',
  timestamp: 130,
  event_id: 'p.prompt',
  session_id: 's',
  data: { prompt: 'hello' },
};

let store: Store;
beforeEach(() => {
  store = openStore({ path: tempFolder(), chosen: true });
});

function recorder(mode: 'live' | 'import'): NativeRecorder {
  const made = new NativeRecorder({ store, redact: (text) => text, mode });
  made.record(FILE, FACTS, [EVENT]);
  return made;
}

describe('the meta of a session', () => {
  it('is there at once when the session is followed live', () => {
    recorder('live');
    expect(readMeta(store.path, 's')).toMatchObject({ started_at: 100 });
  });

  it('is there in an import once it is concluded, or forgotten, or that takes long', () => {
    const concluded = recorder('import');
    expect(readMeta(store.path, 's')).toBeUndefined();
    concluded.conclude('s');
    expect(readMeta(store.path, 's')).toMatchObject({ started_at: 100, ended_at: 130, total_duration_ms: 30_000 });

    store = openStore({ path: tempFolder(), chosen: true });
    recorder('import').forget('s');
    expect(readMeta(store.path, 's')).toMatchObject({ started_at: 100 });

    store = openStore({ path: tempFolder(), chosen: true });
    recorder('import').settle();
    expect(readMeta(store.path, 's')).toMatchObject({ started_at: 100 });
  });

  it('is that of another process which was first, and ends too', () => {
    const late = recorder('import');
    createMeta(store.path, { session_id: 's', started_at: 90, agent_name: 'hooked' });
    late.conclude('s');
    expect(readMeta(store.path, 's')).toMatchObject({ started_at: 90, agent_name: 'hooked', ended_at: 130 });
  });
});
