import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linuxProcessTable } from '../../../../core/node/process/linux-process-table.ts';
import { waitFor } from '../../../../scripts/wait-for.ts';
import { ProcessTree } from '../../../rig/process-tree.ts';

describe('linuxProcessTable on a folder like /proc', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'proc-'));
    mkdirSync(join(root, 'sys/kernel/random'), { recursive: true });
    writeFileSync(join(root, 'sys/kernel/random/boot_id'), 'b0071d\n');
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** `stat` with the fields that matter: pid (comm) state ppid pgrp session tty tpgid ... threads 0 start. */
  function stat(pid: number, comm: string, state: string, { tty = 0, tpgid = -1, threads = 1 } = {}): string {
    const zeros = (count: number): string => Array.from({ length: count }, () => '0').join(' ');
    return `${pid} (${comm}) ${state} 7 ${pid} 5 ${tty} ${tpgid} ${zeros(11)} ${threads} 0 123456 ${zeros(30)}\n`;
  }

  function add(pid: number, text: string, status = 'Name:\tx\nUid:\t1000\t0\t0\t0\n'): void {
    mkdirSync(join(root, String(pid)));
    writeFileSync(join(root, `${pid}/stat`), text);
    writeFileSync(join(root, `${pid}/status`), status);
  }

  it('reads a process', () => {
    add(42, stat(42, 'bash', 'S'));
    expect(linuxProcessTable(root).read(42)).toEqual({
      pid: 42,
      ppid: 7,
      uid: 1000,
      name: 'bash',
      state: 'running',
      pgid: 42,
      sid: 5,
      hasTerminal: false,
      foreground: false,
      startTime: '123456',
      bootId: 'b0071d',
    });
  });

  it.each(['a b', 'a) R 1 (b', ') Z 1 1', '(((', ')', ''])('is not misled by the name %j', (name) => {
    add(42, stat(42, name, 'S'));
    expect(linuxProcessTable(root).read(42)).toMatchObject({ name, state: 'running', ppid: 7, startTime: '123456' });
  });

  it('keeps control characters out of names', () => {
    add(42, stat(42, 'a\u001b[2Jb\n', 'S'));
    expect(linuxProcessTable(root).read(42)?.name).toBe('a?[2Jb?');
  });

  it.each([
    ['R', 'running'],
    ['D', 'running'],
    ['I', 'running'],
    ['T', 'stopped'],
    ['t', 'stopped'],
    ['Z', 'zombie'],
    ['X', 'zombie'],
  ])('calls state %s %s', (letter, state) => {
    add(42, stat(42, 'x', letter));
    expect(linuxProcessTable(root).read(42)?.state).toBe(state);
  });

  it('does not take a process for ended whose first thread alone has', () => {
    add(42, stat(42, 'x', 'Z', { threads: 3 }));
    for (const [thread, letter] of [
      [42, 'Z'],
      [43, 'T'],
    ] as const) {
      mkdirSync(join(root, `42/task/${thread}`), { recursive: true });
      writeFileSync(join(root, `42/task/${thread}/stat`), stat(thread, 'x', letter));
    }
    expect(linuxProcessTable(root).read(42)?.state).toBe('stopped');
  });

  it('tells a terminal and its foreground', () => {
    add(42, stat(42, 'x', 'S', { tty: 34816, tpgid: 42 }));
    add(43, stat(43, 'x', 'S', { tty: 34816, tpgid: 42 }));
    const table = linuxProcessTable(root);
    expect(table.read(42)).toMatchObject({ hasTerminal: true, foreground: true });
    expect(table.read(43)).toMatchObject({ hasTerminal: true, foreground: false });
  });

  it('gives nothing for what is not there, not whole, or another process', () => {
    add(42, '');
    add(43, '43 (x) S 1');
    add(44, stat(45, 'x', 'S'));
    const table = linuxProcessTable(root);
    for (const pid of [41, 42, 43, 44]) expect(table.read(pid)).toBeUndefined();
    expect(table.list()).toEqual([]);
  });

  it('lists processes only', () => {
    add(42, stat(42, 'x', 'S'));
    mkdirSync(join(root, 'self'));
    expect(
      linuxProcessTable(root)
        .list()
        .map(({ pid }) => pid),
    ).toEqual([42]);
  });

  it('names the executable, also when it was replaced, and sees through the name Node gives its thread', () => {
    add(42, stat(42, 'MainThread', 'S'));
    symlinkSync('/opt/bin/claude.exe (deleted)', join(root, '42/exe'));
    const table = linuxProcessTable(root);
    expect(table.executable(42)).toBe('/opt/bin/claude.exe');
    expect(table.read(42)?.name).toBe('claude.exe');
    add(43, stat(43, 'sshd', 'S'));
    expect(table.executable(43)).toBe('sshd');
    expect(table.executable(44)).toBeUndefined();
  });

  it('finds a mark that is whole, and no other', () => {
    const table = linuxProcessTable(root);
    const environ = (pid: number, ...entries: string[]): void => {
      add(pid, stat(pid, 'x', 'S'));
      writeFileSync(join(root, `${pid}/environ`), entries.map((entry) => `${entry}\0`).join(''));
    };
    environ(1, 'PATH=/bin', 'CLAUDE_CODE_SESSION_ID=abc');
    environ(2, 'AGENT_TRACE_SESSION=abc', 'X=1');
    environ(3, 'CODEX_THREAD_ID=abc');
    environ(4, 'GEMINI_SESSION_ID=abc');
    environ(5, 'CLAUDE_CODE_SESSION_ID=abcd');
    environ(6, 'OLD_CLAUDE_CODE_SESSION_ID=abc');
    environ(7, 'NOTE=see CLAUDE_CODE_SESSION_ID=abc');
    environ(8, 'CLAUDE_CODE_SESSION_ID=');
    const marked = [1, 2, 3, 4, 5, 6, 7, 8, 9].filter((pid) => table.carriesMark(pid, 'abc'));
    expect(marked).toEqual([1, 2, 3, 4]);
    expect(table.carriesMark(8, '')).toBe(false);
  });

  it('knows who ignores SIGTERM', () => {
    const table = linuxProcessTable(root);
    add(42, stat(42, 'x', 'S'), 'SigIgn:\t0000000000004000\n');
    add(43, stat(43, 'x', 'S'), 'SigIgn:\t0000000000003fff\n');
    expect([42, 43, 44].map((pid) => table.ignoresTerm(pid))).toEqual([true, false, false]);
  });
});

describe.runIf(process.platform === 'linux')('linuxProcessTable on real processes', () => {
  let tree: ProcessTree;

  beforeEach(() => {
    tree = new ProcessTree(`trap '' TERM; exec -a 'x) Z (y' sleep 600`);
  });

  afterEach(() => tree.end());

  it('agrees with the list, and with what we know', async () => {
    const table = linuxProcessTable();
    await waitFor('the program', () => table.executable(tree.pid)?.endsWith('/sleep'));
    const info = table.read(tree.pid);
    expect(info).toMatchObject({
      pid: tree.pid,
      ppid: process.pid,
      uid: process.getuid?.(),
      pgid: tree.pid,
      name: 'sleep',
    });
    expect(table.list()).toContainEqual(info);
    expect(table.carriesMark(tree.pid, tree.sessionId)).toBe(true);
    expect(table.carriesMark(process.pid, tree.sessionId)).toBe(false);
    expect(table.ignoresTerm(tree.pid)).toBe(true);
    expect(table.ignoresTerm(process.pid)).toBe(false);
  });

  it('sees a stop', async () => {
    process.kill(tree.pid, 'SIGSTOP');
    await waitFor('the stop', () => linuxProcessTable().read(tree.pid)?.state === 'stopped');
  });
});
