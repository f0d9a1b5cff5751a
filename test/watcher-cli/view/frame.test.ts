import fc from 'fast-check';
import { expect, test } from 'vitest';
import { painter } from '../../../watcher-cli/view/colors.ts';
import { Frame } from '../../../watcher-cli/view/frame.ts';
import { span } from '../../../watcher-cli/view/row.ts';
import { madeUpLine } from './made-up.ts';
import { ScreenModel } from './screen-model.ts';

/** A frame on a screen that already shows two lines of a shell. */
function setUp(columns = 40, rows = 12) {
  const screen = new ScreenModel(columns, rows);
  screen.write('first\r\nsecond\r\n');
  const frame = new Frame({ size: { columns, rows }, paint: painter(false), reflows: false });
  let count = 0;
  return {
    screen,
    frame,
    draw(live: number, added: number) {
      const rows = Array.from({ length: live }, (_, index) => [span(`live ${index}`)]);
      const lines = Array.from({ length: added }, () => madeUpLine(`#${++count}`));
      screen.write(frame.draw(rows, lines));
    },
    get printed() {
      return Array.from({ length: count }, (_, index) => index + 1);
    },
    /** Numbers of the stream's lines, top of the scrollback to bottom of the screen. */
    get found() {
      return screen.all.flatMap((line) => /#(\d+)/.exec(line)?.[1] ?? []).map(Number);
    },
  };
}

test('the first frame stands below what is already on the screen and grows downwards', () => {
  const { screen, draw } = setUp();
  draw(2, 1);
  expect(screen.screen).toEqual(['first', 'second', 'live 0', 'live 1', '─'.repeat(39), '0c7e91a2 → #1']);
  draw(2, 1);
  expect(screen.screen.slice(2)).toEqual(['live 0', 'live 1', '─'.repeat(39), '0c7e91a2 → #1', '0c7e91a2 → #2']);
  expect(screen.scrollback).toEqual([]);
});

test('when the screen is full the live lines stay at its top and the oldest stream lines go to the scrollback', () => {
  const { screen, draw } = setUp();
  for (let i = 0; i < 5; i++) draw(2, 4);
  expect(screen.screen.slice(0, 3)).toEqual(['live 0', 'live 1', '─'.repeat(39)]);
  expect(screen.screen.slice(3).map((line) => line.slice(-3))).toEqual(
    [12, 13, 14, 15, 16, 17, 18, 19, 20].map((number) => `#${number}`),
  );
  expect(screen.scrollback.slice(0, 2)).toEqual(['first', 'second']);
  expect(screen.scrollback.slice(2).map((line) => line.slice(-3).trim())).toEqual(
    Array.from({ length: 11 }, (_, index) => `#${index + 1}`),
  );
});

test('more lines at once than the screen has rows go through it to the scrollback in order', () => {
  const set = setUp();
  set.draw(2, 100);
  expect(set.found).toEqual(set.printed);
  expect(set.screen.scrollback).toHaveLength(2 + 91);
});

test('the stream is whole and in order and the live lines stand once, at the top, however the numbers change', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.nat(30)), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 5, max: 20 }), (draws, rows) => {
      const set = setUp(40, rows);
      for (const [live, added] of draws) set.draw(Math.min(live, set.frame.liveRows), added);
      expect(set.found).toEqual(set.printed);
      const live = set.screen.all.flatMap((line) => (line.startsWith('live') ? [line] : []));
      expect(live).toEqual(
        Array.from({ length: Math.min(draws.at(-1)?.[0] ?? 0, set.frame.liveRows) }, (_, i) => `live ${i}`),
      );
      expect(set.screen.all.slice(0, 2)).toEqual(['first', 'second']);
    }),
  );
});

test('the stream stays whole and in order when rows are taken away and given back', () => {
  const step = fc.oneof(
    fc.record({ added: fc.nat(10), live: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ rows: fc.integer({ min: 5, max: 25 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const set = setUp(40, 12);
      for (const one of steps) {
        if ('rows' in one) {
          set.screen.resizeRows(one.rows);
          set.frame.resize({ columns: 40, rows: one.rows });
        } else set.draw(Math.min(one.live, set.frame.liveRows), one.added);
      }
      set.draw(1, 1);
      expect(set.found).toEqual(set.printed);
    }),
  );
});

test('nothing is written when nothing has changed, and everything is when the size has', () => {
  const { frame } = setUp();
  const live = [[span('live')]];
  expect(frame.draw(live, [madeUpLine('#1')])).not.toBe('');
  expect(frame.draw(live, [])).toBe('');
  frame.resize({ columns: 40, rows: 13 });
  expect(frame.draw(live, [])).toContain('#1');
});

test('cursor, wrapping and synchronized output are restored within each frame', () => {
  const { screen, draw } = setUp();
  draw(1, 3);
  expect(Object.fromEntries(screen.modes)).toEqual({ 25: true, 7: true, 2026: false });
});

test('after the last frame the cursor stands on a row of its own below it', () => {
  const { screen, frame, draw } = setUp(40, 6);
  draw(1, 20);
  screen.write(frame.leave());
  screen.write('prompt>');
  expect(screen.screen.at(-1)).toBe('prompt>');
  expect(screen.screen.at(-2)).toContain('#20');
});

test('a terminal that wraps anew moves the frame up by the rows its lines take', () => {
  const frame = new Frame({ size: { columns: 80, rows: 12 }, paint: painter(false), reflows: true });
  const live = [[span('x'.repeat(60))]];
  frame.draw(live, [madeUpLine('y'.repeat(40))]);
  frame.resize({ columns: 40, rows: 12 });
  // 60 columns: two rows; the rule of 79 columns: two; time, session and 40 columns: two; the cursor is on the last.
  expect(frame.draw(live, [])).toContain('\r\x1b[5A');
});

test('live lines never take more than half of the screen', () => {
  for (let rows = 1; rows <= 60; rows++) {
    const frame = new Frame({ size: { columns: 80, rows }, paint: painter(false), reflows: false });
    expect(frame.liveRows).toBeGreaterThanOrEqual(1);
    expect(frame.liveRows).toBeLessThanOrEqual(Math.max(1, rows / 2));
  }
});
