import { describe, expect, it } from 'vitest';
import { macosProcessTable } from '../../../../core/node/process/macos-process-table.ts';

/** In the form of `ps -ax -o pid=,ppid=,ruid=,pgid=,tpgid=,stat=,lstart=,comm=` of macOS, LC_ALL=C, TZ=UTC. */
const OUTPUT = `
    1     0     0     1      0 Ss   Sat Nov  1 08:00:00 2025     /sbin/launchd
  501     1   501   501      0 S    Sat Nov  1 08:00:31 2025     /System/Applications/Utilities/Terminal.app/Contents/MacOS/Terminal
  777   501   501   777    790 Ss   Sat Nov  1 09:15:02 2025     -zsh
  790   777   501   790    790 S+   Sat Nov  1 09:15:40 2025     /opt/homebrew/bin/claude
  801   790   501   801      0 Ts   Sat Nov  1 09:16:00 2025     /bin/bash
  802   801   501   801      0 Z    Sat Nov  1 09:16:00 2025     (sleep)
  803     1   501   803      0 U    Sat Nov 15 09:16:00 2025     /Users/me/My Apps/do it
nonsense
`;

function table(output: string | undefined = OUTPUT) {
  const calls: (readonly string[])[] = [];
  const run = (file: string, args: readonly string[]): string | undefined => {
    calls.push([file, ...args]);
    if (file === '/usr/sbin/sysctl') return '0F0E0D0C-1111-2222-3333-444455556666\n';
    const wanted = args[0] === '-p' ? args[1] : undefined;
    return output
      ?.split('\n')
      .filter((line) => !wanted || line.trim().startsWith(`${wanted} `))
      .join('\n');
  };
  return { table: macosProcessTable(run), calls };
}

describe('macosProcessTable', () => {
  it('reads a process', () => {
    expect(table().table.read(790)).toEqual({
      pid: 790,
      ppid: 777,
      uid: 501,
      name: 'claude',
      state: 'running',
      pgid: 790,
      sid: 0,
      hasTerminal: true,
      foreground: true,
      startTime: 'Sat Nov 1 09:15:40 2025',
      bootId: '0F0E0D0C-1111-2222-3333-444455556666',
    });
  });

  it('lists all processes with their states, passing over what it cannot read', () => {
    const rows = table().table.list();
    expect(rows.map(({ pid, state, name }) => [pid, state, name])).toEqual([
      [1, 'running', 'launchd'],
      [501, 'running', 'Terminal'],
      [777, 'running', '-zsh'],
      [790, 'running', 'claude'],
      [801, 'stopped', 'bash'],
      [802, 'zombie', '(sleep)'],
      [803, 'running', 'do it'],
    ]);
  });

  it('tells the leader of a terminal session in the background of its own terminal', () => {
    expect(table().table.read(777)).toMatchObject({ sid: 777, hasTerminal: true, foreground: false });
    expect(table().table.read(801)).toMatchObject({ sid: 801, hasTerminal: false, foreground: false });
  });

  it('gives the path of the executable', () => {
    expect(table().table.executable(803)).toBe('/Users/me/My Apps/do it');
  });

  it('asks for the boot once, and never for arguments or environments', () => {
    const { table: asked, calls } = table();
    asked.list();
    asked.read(790);
    expect(asked.carriesMark(790, 'abc')).toBe(false);
    expect(asked.ignoresTerm(790)).toBe(false);
    const columns = 'pid=,ppid=,ruid=,pgid=,tpgid=,stat=,lstart=,comm=';
    expect(calls).toEqual([
      ['/usr/sbin/sysctl', '-n', 'kern.bootsessionuuid'],
      ['/bin/ps', '-ax', '-o', columns],
      ['/bin/ps', '-p', '790', '-o', columns],
    ]);
  });

  it('gives nothing when ps fails', () => {
    const broken = macosProcessTable(() => undefined);
    expect(broken.read(790)).toBeUndefined();
    expect(broken.list()).toEqual([]);
  });
});
