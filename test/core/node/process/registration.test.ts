import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  isRegistered,
  type Registration,
  readRegistration,
  writeRegistration,
} from '../../../../core/node/process/registration.ts';

const posix = process.platform !== 'win32';

describe('registrations', () => {
  let dir: string;
  const registration: Registration = {
    session_id: 'ab/../c d',
    store: '/work/project/.agent-traces',
    process: { pid: 4711, startTime: '123', bootId: 'boot' },
    executable: '/opt/claude',
    agent: 'claude-code',
    source: 'session-file',
    registered_at: 1_700_000_000.5,
  };
  const { store, session_id: id } = registration;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'registration-'));
  });

  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const file = (): string => join(dir, 'sessions', readdirSync(join(dir, 'sessions'))[0] ?? '');

  it('are read as they were written', () => {
    expect(isRegistered(dir, store, id)).toBe(false);
    expect(readRegistration(dir, store, id)).toBeUndefined();
    writeRegistration(dir, registration);
    expect(isRegistered(dir, store, id)).toBe(true);
    expect(readRegistration(dir, store, id)).toEqual(registration);
  });

  it('replace an earlier one of the session and leave nothing else behind', () => {
    writeRegistration(dir, registration);
    writeRegistration(dir, { ...registration, process: { ...registration.process, pid: 4712 } });
    expect(readRegistration(dir, store, id)?.process.pid).toBe(4712);
    expect(readdirSync(join(dir, 'sessions'))).toHaveLength(1);
  });

  it('are kept apart by session and by store', () => {
    writeRegistration(dir, registration);
    expect(readRegistration(dir, store, 'ab____c_d')).toBeUndefined();
    expect(readRegistration(dir, '/elsewhere/.agent-traces', id)).toBeUndefined();
    expect(isRegistered(dir, '/elsewhere/.agent-traces', id)).toBe(false);
  });

  it('stay in their folder, whatever the session is called', () => {
    for (const session_id of ['../../x', '..', '/etc/passwd', 'a\0b', 'x'.repeat(5000), '\u{1f600}']) {
      writeRegistration(dir, { ...registration, session_id });
      expect(readRegistration(dir, store, session_id)?.session_id).toBe(session_id);
    }
    expect(readdirSync(dir)).toEqual(['sessions']);
    expect(readdirSync(join(dir, 'sessions'))).toHaveLength(6);
  });

  it.runIf(posix)('are readable by this user alone', () => {
    writeRegistration(dir, registration);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(statSync(join(dir, 'sessions')).mode & 0o777).toBe(0o700);
  });

  it.runIf(posix)('are not believed when others may write them', () => {
    writeRegistration(dir, registration);
    for (const mode of [0o620, 0o602, 0o666]) {
      chmodSync(file(), mode);
      expect(readRegistration(dir, store, id)).toBeUndefined();
    }
    chmodSync(file(), 0o644);
    expect(readRegistration(dir, store, id)).toEqual(registration);
  });

  it.runIf(process.getuid?.() === 0)('are not believed when another user owns them', () => {
    writeRegistration(dir, registration);
    chownSync(file(), 65534, 65534);
    expect(readRegistration(dir, store, id)).toBeUndefined();
  });

  it.runIf(posix)('are not believed when they are links', () => {
    writeRegistration(dir, registration);
    renameSync(file(), join(dir, 'elsewhere'));
    writeRegistration(dir, registration);
    const path = file();
    rmSync(path);
    symlinkSync(join(dir, 'elsewhere'), path);
    expect(readRegistration(dir, store, id)).toBeUndefined();
  });

  it.each([
    ['half a line', (text: string) => text.slice(0, 40)],
    ['no object', () => '[]'],
    ['another session', (text: string) => text.replace('"ab/../c d"', '"other"')],
    ['another store', (text: string) => text.replace(store, '/other')],
    ['a pid that is none', (text: string) => text.replace('4711', '-1')],
    ['pid 1.5', (text: string) => text.replace('4711', '1.5')],
    ['an unknown source', (text: string) => text.replace('session-file', 'rumour')],
    ['no start time', (text: string) => text.replace('"123"', '""')],
  ])('are not believed with %s', (_, damage) => {
    writeRegistration(dir, registration);
    const text = readFileSync(file(), 'utf8');
    writeFileSync(file(), damage(text));
    expect(readFileSync(file(), 'utf8')).not.toBe(text);
    expect(readRegistration(dir, store, id)).toBeUndefined();
  });
});
