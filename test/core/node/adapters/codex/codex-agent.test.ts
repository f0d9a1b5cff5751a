import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import zlib from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { codexAgent } from '../../../../../core/node/adapters/codex/codex-agent.ts';
import type { NativeFile } from '../../../../../core/node/adapters/native-agent.ts';
import { readNative, usageOf } from '../../../../rig/native-events.ts';
import { tempFolder } from '../../../../rig/temp-folder.ts';

const PARENT = '01a21938-dbfd-7bf3-8a1b-5af6984a02d6';
const CHILD = '01a21938-dced-7672-b8ce-fe4a674bc89d';
const recorded = resolve(import.meta.dirname, '../../../common/adapters/codex');

let home: string;
let day: string;

beforeEach(() => {
  home = tempFolder();
  day = join(home, '.codex', 'sessions', '2026', '11', '26');
  mkdirSync(day, { recursive: true });
});

afterEach(() => vi.restoreAllMocks());

function put(name: string, id: string): string {
  const path = join(day, `rollout-2026-11-26T18-58-06-${id}.jsonl`);
  writeFileSync(path, readFileSync(join(recorded, `${name}.jsonl`)));
  return path;
}

function found(): readonly NativeFile[] {
  return [...codexAgent.discover({ env: {}, home })].sort((a, b) => (a.path < b.path ? -1 : 1));
}

describe('rollouts', () => {
  test('are found by day and archived, the plain one where both are there', () => {
    const path = put('with-subagent', PARENT);
    writeFileSync(`${path}.zst`, 'packed');
    const archived = join(home, '.codex', 'archived_sessions', `rollout-2026-01-02T03-04-05-${CHILD}.jsonl.zst`);
    mkdirSync(join(archived, '..'));
    writeFileSync(archived, 'packed');
    writeFileSync(join(day, 'notes.jsonl'), '{}');
    expect(found()).toEqual([
      { agent: 'codex', path: archived, session: CHILD },
      { agent: 'codex', path, session: PARENT },
    ]);
    expect([...codexAgent.discover({ env: { CODEX_HOME: join(home, 'elsewhere') }, home })]).toEqual([]);
  });

  test('of subagents are found by what their first record says', () => {
    put('with-subagent', PARENT);
    const child = put('subagent', CHILD);
    put('session', '01a2192f-0e00-79e3-bc39-201531e1ed31');
    const parent = found().find(({ session }) => session === PARENT) as NativeFile;
    expect([...codexAgent.subagents(parent)]).toEqual([
      { agent: 'codex', path: child, session: CHILD, parent: PARENT },
    ]);
  });

  test('that are packed say the same', () => {
    const path = put('session', PARENT);
    const plain = readNative(codexAgent, found()[0] as NativeFile);
    expect(usageOf(plain.events).output).toBeGreaterThan(0);
    writeFileSync(`${path}.zst`, zlib.zstdCompressSync(readFileSync(path)));
    rmSync(path);
    expect(readNative(codexAgent, found()[0] as NativeFile)).toEqual(plain);
  });

  test('that are packed are refused with a reason where they cannot be read', () => {
    const path = `${put('session', PARENT)}.zst`;
    writeFileSync(path, 'no such thing');
    const file = { agent: 'codex', path, session: PARENT };
    expect(readNative(codexAgent, file)).toEqual({ events: [], issues: [expect.stringMatching(/cannot be unpacked/)] });
    // As on Node 20, which has no zstd.
    vi.spyOn(zlib as { zstdDecompressSync: unknown }, 'zstdDecompressSync', 'get').mockReturnValue(undefined);
    expect(readNative(codexAgent, file).issues).toEqual([expect.stringMatching(/Node 22\.15 and later/)]);
  });

  test('that lie somewhere else are recognised by their first record', () => {
    const path = join(home, 'mine.jsonl');
    const text = readFileSync(join(recorded, 'session.jsonl'), 'utf8');
    writeFileSync(path, text);
    expect(codexAgent.recognise(path, text)?.session).toBe('01a2192f-0e00-79e3-bc39-201531e1ed31');
    expect(codexAgent.recognise(path, '{"type":"user","sessionId":"x"}')).toBeUndefined();
  });
});
