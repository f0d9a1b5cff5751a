import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AgentTraceError } from '../../../../core/node/agent-trace-error.ts';
import { hasSession, openSession, openStore } from '../../../../core/node/store/open-store.ts';
import { tempFolder } from '../../../rig/temp-folder.ts';

const mode = (path: string): number => statSync(path).mode & 0o777;

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof AgentTraceError && error.code === 'refused') return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

// Modes and links are the Unix way of both.
describe.skipIf(process.platform === 'win32')('openStore and openSession', () => {
  it('make folders that only their user may enter, and keep them out of git', () => {
    const path = join(tempFolder(), '.agent-traces');
    const session = openSession(openStore({ path, chosen: false }), 's1');
    expect(session).toEqual({ name: 's1', path: join(path, 's1') });
    expect([mode(path), mode(session.path), mode(join(path, '.gitignore'))]).toEqual([0o700, 0o700, 0o600]);
    expect(readFileSync(join(path, '.gitignore'), 'utf8')).toBe('*\n');
  });

  it('keep the .gitignore of a user, and add a missing one with the next session', () => {
    const path = join(tempFolder(), '.agent-traces');
    mkdirSync(path);
    const store = openStore({ path, chosen: false });
    openSession(store, 's1');
    expect(readFileSync(join(path, '.gitignore'), 'utf8')).toBe('*\n');
    writeFileSync(join(path, '.gitignore'), '!kept\n');
    openSession(store, 's2');
    expect(readFileSync(join(path, '.gitignore'), 'utf8')).toBe('!kept\n');
  });

  it('open a session that is there as well', () => {
    const store = openStore({ path: join(tempFolder(), '.agent-traces'), chosen: false });
    expect(hasSession(store, 's1')).toBe(false);
    expect(openSession(store, 's1')).toEqual(openSession(store, 's1'));
    expect(hasSession(store, 's1')).toBe(true);
  });

  it('may be called by several processes at once', async () => {
    const path = join(tempFolder(), '.agent-traces');
    const program = join(import.meta.dirname, '../../../rig/session-opener.ts');
    const start = String(Date.now() + 1_000);
    const openers = Array.from({ length: 4 }, () =>
      spawn(process.execPath, [program, path, start, '1000'], { stdio: ['ignore', 'ignore', 'inherit'] }),
    );
    onTestFinished(() => {
      for (const opener of openers) opener.kill('SIGKILL');
    });
    const ends = await Promise.all(openers.map((opener) => once(opener, 'exit')));
    expect(ends.map(([status]) => status)).toEqual([0, 0, 0, 0]);
    expect(readdirSync(path)).toHaveLength(1_001);
  });

  it('refuse a store that a repository has as a symbolic link, and write nothing through it', () => {
    const folder = tempFolder();
    const outside = join(folder, 'outside');
    mkdirSync(outside);
    symlinkSync(outside, join(folder, '.agent-traces'));
    expect(refusal(() => openStore({ path: join(folder, '.agent-traces'), chosen: false }))).toContain('symbolic link');
    expect(existsSync(join(outside, '.gitignore'))).toBe(false);
  });

  it('follow a link that the user named as the store', () => {
    const folder = tempFolder();
    const outside = join(folder, 'outside');
    mkdirSync(outside);
    symlinkSync(outside, join(folder, 'link'));
    expect(openStore({ path: join(folder, 'link'), chosen: true })).toEqual({ path: outside });
  });

  it('refuse a session whose folder is a symbolic link or a file', () => {
    const folder = tempFolder();
    const outside = join(folder, 'outside');
    mkdirSync(outside);
    const store = openStore({ path: join(folder, '.agent-traces'), chosen: false });
    symlinkSync(outside, join(store.path, 's1'));
    writeFileSync(join(store.path, 's2'), '');
    expect(refusal(() => openSession(store, 's1'))).toContain(join(store.path, 's1'));
    expect(refusal(() => openSession(store, 's2'))).toContain(join(store.path, 's2'));
    expect(hasSession(store, 's1')).toBe(false);
  });

  it('refuse a store that is a file', () => {
    const path = join(tempFolder(), '.agent-traces');
    writeFileSync(path, '');
    expect(refusal(() => openStore({ path, chosen: false }))).toContain('is not a folder');
  });
});
