import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { SessionLine } from '../../../core/common/view/session-line.ts';
import type { StreamLine } from '../../../core/common/view/stream-line.ts';
import { hasTmux, TmuxTerminal } from '../../../scripts/tmux-terminal.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { madeUpLine, madeUpSession } from './made-up.ts';
import { ViewPlayer } from './view-player.ts';

const PROGRAM = join(import.meta.dirname, 'play-view.ts');

let terminal: TmuxTerminal;
let player: ViewPlayer;

afterEach(() => {
  player?.dispose();
  terminal?.dispose();
});

async function start(columns: number, rows: number, env: Record<string, string> = {}): Promise<void> {
  const settings = Object.entries({ TZ: 'UTC', ...env }).map(([name, value]) => `${name}=${value}`);
  const program = `'${process.execPath}' '${PROGRAM}' "$(dirname "\${TMUX%%,*}")/view"`;
  terminal = new TmuxTerminal({ columns, rows, command: `echo before; env ${settings.join(' ')} ${program}` });
  player = await ViewPlayer.connect(join(terminal.folder, 'view'));
}

let printed = 0;

function nextLines(count: number, more: Partial<StreamLine> = {}): readonly StreamLine[] {
  return Array.from({ length: count }, () => madeUpLine(`#${++printed} ${'x'.repeat((printed * 37) % 120)}`, more));
}

async function print(count: number): Promise<void> {
  if (count === 0) return;
  await player.tell({ print: nextLines(count) });
  await waitFor(`line ${printed} on the screen`, () => terminal.screen.some((row) => row.includes(`#${printed}`)));
}

/** Numbers of the stream's lines, oldest first. */
function found(): readonly number[] {
  return terminal.all.flatMap((line) => /#(\d+)/.exec(line)?.[1] ?? []).map(Number);
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

const sessions = (count: number): readonly SessionLine[] =>
  Array.from({ length: count }, (_, index) => madeUpSession({ sessionId: `s${index}`, shortId: `session${index}` }));

describe.skipIf(!hasTmux)('in a terminal (needs tmux)', () => {
  test.each([
    [100, 30],
    [60, 20],
    [30, 12],
    [20, 5],
  ])(
    'at %i x %i the live lines stay on top and the scrollback keeps the stream whole and in order',
    async (columns, rows) => {
      printed = 0;
      await start(columns, rows);
      await player.tell({ update: sessions(2) });
      for (const count of [1, 3, 2, 40, 1, 1, 7]) await print(count);
      expect(found()).toEqual(upTo(55));
      const top = terminal.screen.slice(0, 2).map((row) => row.slice(0, 10));
      expect(top).toEqual(['● session0', '● session1']);
      expect(terminal.all[0]).toBe('before');
      expect(terminal.screen).toHaveLength(rows);
    },
  );

  test('resizing loses nothing of the stream and repeats nothing', async () => {
    printed = 0;
    await start(100, 30);
    await player.tell({ update: sessions(2) });
    await print(60);
    const sizes: [number, number][] = [
      [60, 30],
      [30, 30],
      [100, 12],
      [100, 40],
      [40, 10],
      [120, 30],
    ];
    for (const [columns, rows] of sizes) {
      terminal.resize(columns, rows);
      await waitFor(`a frame for ${columns} columns`, () =>
        terminal.screen.some((row) => row === '─'.repeat(columns - 1)),
      );
      await print(9);
      expect(terminal.screen.filter((row) => row.includes('session0'))).toHaveLength(1);
    }
    expect(found()).toEqual(upTo(printed));
  });

  test('sessions that do not fit are counted, and come back with the room', async () => {
    await start(60, 5);
    await player.tell({ update: sessions(6) });
    await waitFor('the count', () => terminal.screen.includes('+5 more: 5 active'));
    terminal.resize(60, 30);
    await waitFor('all sessions', () => terminal.screen.filter((row) => row.includes('session')).length === 6);
  });

  test('at its end the frame stays, the prompt comes below it, and cursor and wrapping are as before', async () => {
    printed = 0;
    await start(60, 10);
    await player.tell({ update: sessions(1), print: nextLines(20) });
    await player.tell({ end: 'close' });
    const screen = await waitFor('the prompt', () => terminal.screen.at(-1) === 'prompt>' && terminal.screen);
    expect(screen.at(-2)).toContain('#20');
    expect(screen[0]).toBe('─'.repeat(59));
    expect(found()).toEqual(upTo(20));
    expect([terminal.value('cursor_flag'), terminal.value('wrap_flag')]).toEqual(['1', '1']);
  });

  test('a program that fails leaves the cursor visible and wrapping on', async () => {
    await start(60, 10);
    await player.tell({ update: sessions(1), print: nextLines(500), end: 'throw' });
    await waitFor('the prompt', () => terminal.screen.at(-1)?.endsWith('prompt>'));
    expect([terminal.value('cursor_flag'), terminal.value('wrap_flag')]).toEqual(['1', '1']);
  });

  test('a program that fails in the middle of a frame does too', async () => {
    await start(60, 10);
    const server = Number(terminal.value('pid'));
    // The terminal takes only the beginning of the frame, where the cursor is hidden and wrapping is switched off.
    process.kill(server, 'SIGSTOP');
    try {
      await player.tell({ update: sessions(1), print: nextLines(5000) });
      await sleep(300);
      await player.tell({ end: 'throw' });
      await sleep(300);
    } finally {
      process.kill(server, 'SIGCONT');
    }
    await waitFor('the prompt', () => terminal.screen.at(-1)?.endsWith('prompt>'));
    expect([terminal.value('cursor_flag'), terminal.value('wrap_flag')]).toEqual(['1', '1']);
  });

  test('what the user types into the screen is gone with the next frame', async () => {
    printed = 0;
    await start(60, 10);
    await player.tell({ update: sessions(1) });
    await print(20);
    terminal.press('typed', 'Enter', 'Enter', 'more');
    await waitFor('the echo', () => terminal.screen.at(-1) === 'more');
    await print(1);
    expect(terminal.screen[0]?.slice(0, 10)).toBe('● session0');
    expect(terminal.screen.at(-1)).toContain('#21');
    expect(terminal.screen.some((row) => row.includes('typed') || row.includes('more'))).toBe(false);
  });

  test('a terminal stopped with Ctrl-S does not stop the program, and shows everything when it goes on', async () => {
    printed = 0;
    await start(60, 10);
    await player.tell({ update: sessions(1) });
    await print(5);
    terminal.press('C-s');
    for (let i = 0; i < 50; i++) await player.tell({ print: nextLines(10) });
    expect(found()).toEqual(upTo(5));
    terminal.press('C-q');
    await waitFor('the last line', () => terminal.screen.some((row) => row.includes('#505')));
    expect(found()).toEqual(upTo(505));
  });

  test('no string of a trace moves, colours or renames anything', async () => {
    await start(80, 12, { NO_COLOR: '1' });
    const title = terminal.value('pane_title');
    const evil = '\x1b[2J\x1b[31m\x1b]2;owned\x07\x9b5A\r\n\b\x7f\u202e\u2066\ud800日本👍\u200b';
    const session = madeUpSession({
      shortId: evil,
      agent: evil,
      active: { tool: evil, target: evil, startedAt: Date.now() / 1000 },
      nearness: [{ rule: evil, fraction: 0.5, broken: false }],
    });
    await player.tell({ update: [session], print: [madeUpLine(evil, { session: evil }), madeUpLine('the end')] });
    await waitFor('the last line', () => terminal.screen.at(-1)?.endsWith('→ the end'));
    expect(terminal.screen[0]).toBe('before');
    expect(terminal.screen[1]).toMatch(/^● ␛\[2J␛\[31m/);
    expect(terminal.screen).toHaveLength(5);
    expect(terminal.value('pane_title')).toBe(title);
    expect(terminal.colored).not.toContain('\x1b');
  });

  test('there are colours, and none with NO_COLOR', async () => {
    await start(80, 12);
    await player.tell({ update: sessions(1), print: [madeUpLine('the end', { tone: 'bad' })] });
    await waitFor('the last line', () => terminal.screen.at(-1)?.endsWith('the end'));
    expect(terminal.colored).toContain('\x1b[');
    player.dispose();
    terminal.dispose();
    await start(80, 12, { NO_COLOR: '1' });
    await player.tell({ update: sessions(1), print: [madeUpLine('the end', { tone: 'bad' })] });
    await waitFor('the last line', () => terminal.screen.at(-1)?.endsWith('the end'));
    expect(terminal.colored).not.toContain('\x1b');
  });

  test('a terminal that can do nothing gets plain lines', async () => {
    await start(80, 12, { TERM: 'dumb' });
    await player.tell({ update: sessions(2), print: [madeUpLine('Bash npm test'), madeUpLine('the end')] });
    await waitFor('the last line', () => terminal.screen.at(-1)?.endsWith('call the end'));
    expect(terminal.screen).toHaveLength(3);
    expect(terminal.colored).not.toContain('\x1b');
  });

  test('the elapsed time of a running tool goes on by itself', async () => {
    await start(80, 12);
    const active = { tool: 'Bash', target: 'sleep 60', startedAt: Date.now() / 1000 - 1000 };
    await player.tell({ update: [madeUpSession({ active })] });
    const first = await waitFor('the tool', () => /16m \d\ds/.exec(terminal.screen.at(1) ?? '')?.[0]);
    await waitFor('another second', () => {
      const now = /16m \d\ds/.exec(terminal.screen.at(1) ?? '')?.[0];
      return now !== undefined && now !== first;
    });
  });
});
