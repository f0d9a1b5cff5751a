import { expect, test } from 'vitest';
import type { SessionLine } from '../../../core/common/view/session-line.ts';
import { clockTime } from '../../../watcher-cli/view/stream-row.ts';
import { TerminalView } from '../../../watcher-cli/view/terminal-view.ts';
import { madeUpLine, madeUpSession, NOW } from './made-up.ts';
import { RecordedOutput } from './recorded-output.ts';

const TIME = clockTime(NOW);

function plainView(env: Record<string, string> = {}) {
  const output = new RecordedOutput(false);
  return { output, view: new TerminalView({ output, env, now: () => NOW }) };
}

test('each event is one line of plain text, whatever is in it', async () => {
  const { output, view } = plainView();
  view.print(madeUpLine('Bash npm test'));
  view.print(madeUpLine('\x1b[2Jone\ntwo\u202e', { session: '', kind: 'note', tone: 'bad' }));
  await view.close();
  expect(output.text).toBe(`${TIME} 0c7e91a2 call Bash npm test\n${TIME} - note ␛[2Jone⏎two�\n`);
});

test('a session has a line when its phase changes or a limit comes near, not at every change of its figures', async () => {
  const { output, view } = plainView();
  const near = (fraction: number, broken = false) => [{ rule: 'budget', fraction, broken }];
  const states: Partial<SessionLine>[] = [
    { calls: 1 },
    { calls: 2, nearness: near(0.49) },
    { calls: 3, nearness: near(0.5) },
    { calls: 4, nearness: near(0.79) },
    { calls: 5, nearness: near(0.8) },
    { calls: 6, nearness: near(1) },
    { calls: 7, nearness: near(1, true) },
    { calls: 8, nearness: near(1, true), phase: 'paused' },
    { calls: 9, nearness: near(1, true), phase: 'paused' },
    { calls: 9, nearness: near(1, true), phase: 'completed' },
  ];
  for (const state of states) view.update([madeUpSession(state)]);
  await view.close();
  const told = output.text.split('\n').flatMap((line) => /(\d) calls/.exec(line)?.[1] ?? []);
  expect(told).toEqual(['3', '5', '6', '7', '8', '9']);
  expect(output.text).toContain(
    `${TIME} 0c7e91a2 status completed, $0.42, 9 calls, files: 3 read 2 written, 45k tokens, budget >100%\n`,
  );
});

test('there are colours in a pipe only when they are forced', async () => {
  for (const [env, colored] of [
    [{}, false],
    [{ FORCE_COLOR: '1' }, true],
  ] as const) {
    const { output, view } = plainView(env);
    view.print(madeUpLine('x', { tone: 'bad' }));
    await view.close();
    expect(output.text.includes('\x1b')).toBe(colored);
  }
});

test('closing waits until everything has been taken', async () => {
  const { output, view } = plainView();
  output.taking = false;
  view.print(madeUpLine('x'));
  let closed = false;
  const closing = view.close().then(() => {
    closed = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(closed).toBe(false);
  output.take();
  await closing;
});

test('a reader that takes nothing does not fill the memory', async () => {
  const { output, view } = plainView();
  output.taking = false;
  for (let i = 0; i < 25_000; i++) view.print(madeUpLine('x'));
  expect(output.written).toHaveLength(20_000);
  output.take();
  view.print(madeUpLine('y'));
  await view.close();
  expect(output.written.at(-1)).toMatch(/^\.\.\. 5000 lines left out/);
});

test('a reader that goes away ends the writing, not the program', async () => {
  const { output, view } = plainView();
  output.emit('error', new Error('EPIPE'));
  view.print(madeUpLine('x'));
  await view.close();
  expect(output.written).toEqual([]);
});
