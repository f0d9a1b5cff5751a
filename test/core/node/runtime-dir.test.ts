import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runtimeDir } from '../../../core/node/runtime-dir.ts';

const posix = process.platform !== 'win32';

describe('runtimeDir', () => {
  let home: string;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'runtime-dir-'));
  });

  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const mode = (dir: string): number => statSync(dir).mode & 0o777;
  const refused = (env: Record<string, string>, why: string): void =>
    expect(() => runtimeDir(env)).toThrow(
      expect.objectContaining({ code: 'refused', message: expect.stringContaining(why) }),
    );

  it.runIf(posix)(
    'is .agent-trace/run in the home folder, made for this user alone, whatever XDG_RUNTIME_DIR says',
    () => {
      const dir = runtimeDir({ HOME: home, XDG_RUNTIME_DIR: '/run/user/1' });
      expect(dir).toBe(join(home, '.agent-trace', 'run'));
      expect(mode(dir)).toBe(0o700);
      expect(mode(join(home, '.agent-trace'))).toBe(0o700);
      expect(runtimeDir({ HOME: home })).toBe(dir);
    },
  );

  it('is where AGENT_TRACE_RUNTIME_DIR says', () => {
    const named = join(home, 'a', 'b');
    expect(runtimeDir({ HOME: '/nowhere', AGENT_TRACE_RUNTIME_DIR: named })).toBe(named);
    expect(existsSync(named)).toBe(true);
  });

  it('must be absolute: hook and watcher run in different folders', () => {
    refused({ AGENT_TRACE_RUNTIME_DIR: 'run' }, 'is not an absolute path');
  });

  it.runIf(posix)('is closed to others when it is open', () => {
    const dir = join(home, 'run');
    mkdirSync(dir);
    chmodSync(dir, 0o755);
    expect(mode(runtimeDir({ AGENT_TRACE_RUNTIME_DIR: dir }))).toBe(0o700);
  });

  it.runIf(posix)('is refused when it is a link, even to a folder of ours', () => {
    symlinkSync(mkdtempSync(join(home, 'real-')), join(home, 'run'));
    refused({ AGENT_TRACE_RUNTIME_DIR: join(home, 'run') }, 'is a symbolic link');
    symlinkSync(join(home, 'missing'), join(home, 'dangling'));
    refused({ AGENT_TRACE_RUNTIME_DIR: join(home, 'dangling') }, 'is a symbolic link');
  });

  it('is refused when it is a file', () => {
    writeFileSync(join(home, 'run'), '');
    refused({ AGENT_TRACE_RUNTIME_DIR: join(home, 'run') }, 'is not a folder');
    refused({ AGENT_TRACE_RUNTIME_DIR: join(home, 'run', 'below') }, 'cannot be made');
  });

  it.runIf(posix)('is refused in a folder where others could replace it', () => {
    const open = join(home, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    refused({ AGENT_TRACE_RUNTIME_DIR: join(open, 'run') }, 'other users can replace it');
    chmodSync(open, 0o1777);
    expect(runtimeDir({ AGENT_TRACE_RUNTIME_DIR: join(open, 'run') })).toBe(join(open, 'run'));
  });

  it.runIf(process.getuid?.() === 0)('is refused when it belongs to another user', () => {
    const dir = join(home, 'run');
    mkdirSync(dir, { mode: 0o700 });
    chownSync(dir, 65534, 65534);
    refused({ AGENT_TRACE_RUNTIME_DIR: dir }, 'belongs to another user');
  });

  it('says which folder, and the way out', () => {
    refused({ AGENT_TRACE_RUNTIME_DIR: 'run' }, 'the runtime folder run');
    refused({ AGENT_TRACE_RUNTIME_DIR: 'run' }, 'name another one in AGENT_TRACE_RUNTIME_DIR');
  });

  it('is in the home folder the system knows when the environment names none', () => {
    vi.stubEnv('HOME', home);
    vi.stubEnv('USERPROFILE', home);
    expect(runtimeDir({})).toBe(join(home, '.agent-trace', 'run'));
    vi.unstubAllEnvs();
  });
});
