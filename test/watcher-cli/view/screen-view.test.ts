import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { waitFor } from '../../../scripts/wait-for.ts';
import { TerminalView } from '../../../watcher-cli/view/terminal-view.ts';
import { madeUpLine, madeUpSession } from './made-up.ts';
import { RecordedOutput } from './recorded-output.ts';

let output: RecordedOutput;
let view: TerminalView;

beforeEach(() => {
  output = new RecordedOutput(true);
  view = new TerminalView({ output, env: { NO_COLOR: '1' }, now: () => Date.now() / 1000 });
});

afterEach(async () => {
  output.take();
  await view.close();
});

test('many changes make at most twenty frames a second, and nothing is left out', async () => {
  const start = Date.now();
  for (let i = 1; i <= 300; i++) {
    view.print(madeUpLine(`#${i}.`));
    view.update([madeUpSession({ calls: i })]);
    if (i % 3 === 0) await sleep(2);
  }
  await waitFor('the last line', () => output.text.includes('#300.'));
  expect(output.written.length).toBeLessThanOrEqual((Date.now() - start) / 50 + 2);
  for (let i = 1; i <= 300; i++) expect(output.text).toContain(`#${i}.`);
});

test('while nothing changes nothing is written', async () => {
  view.update([madeUpSession()]);
  view.print(madeUpLine('#1'));
  await waitFor('the frame', () => output.text.includes('#1'));
  const frames = output.written.length;
  view.update([madeUpSession()]);
  await sleep(1300);
  expect(output.written).toHaveLength(frames);
});

test('an ended or paused session keeps no clock running', async () => {
  const active = { tool: 'Bash', target: 'x', startedAt: Date.now() / 1000 };
  const phases = ['paused', 'completed', 'interrupted'] as const;
  view.update(phases.map((phase) => madeUpSession({ phase, active })));
  await waitFor('the frame', () => output.text.includes('paused'));
  const frames = output.written.length;
  await sleep(1300);
  expect(output.written).toHaveLength(frames);
});

test('an output that takes nothing gets one frame, and then all that has come meanwhile in one', async () => {
  output.taking = false;
  view.print(madeUpLine('#0.'));
  await waitFor('a frame', () => output.written.length === 1);
  for (let i = 1; i <= 100; i++) view.print(madeUpLine(`#${i}.`));
  await sleep(200);
  expect(output.written).toHaveLength(1);
  output.take();
  await waitFor('the next frame', () => output.written.length === 2);
  for (let i = 1; i <= 100; i++) expect(output.written[1]).toContain(`#${i}.`);
});

test('lines beyond what is kept for an output that takes nothing are counted', async () => {
  output.taking = false;
  view.print(madeUpLine('#0.'));
  await waitFor('a frame', () => output.written.length === 1);
  for (let i = 1; i <= 60_000; i++) view.print(madeUpLine(`#${i}.`));
  output.take();
  await waitFor('the last line', () => output.text.includes('#60000.'));
  expect(output.text).toContain('25000 lines left out');
  expect(output.text).not.toContain('#25000.');
  expect(output.text).toContain('#25001.');
});

test('closing shows what has not been shown yet, and nothing is written after it', async () => {
  view.update([madeUpSession()]);
  view.print(madeUpLine('the end'));
  await view.close();
  expect(output.text).toContain('the end');
  expect(output.text.endsWith('\r\n')).toBe(true);
  const frames = output.written.length;
  view.print(madeUpLine('too late'));
  view.update([]);
  output.emit('resize');
  await sleep(100);
  expect(output.written).toHaveLength(frames);
  expect(output.listenerCount('resize')).toBe(0);
});

test('an output that breaks ends the drawing, not the program', async () => {
  output.emit('error', new Error('EIO'));
  view.print(madeUpLine('into the void'));
  await view.close();
  expect(output.written).toEqual([]);
});

test('why a session is guarded or not is told once, and again when that changes', async () => {
  const observed = madeUpSession({ guard: { mode: 'observed', reason: 'No rules.' } });
  view.update([observed]);
  view.update([{ ...observed, calls: 13 }]);
  view.print(madeUpLine('#1.'));
  await waitFor('the frame', () => output.text.includes('#1.'));
  expect(output.text.match(/observed: No rules\./g)).toHaveLength(1);
  view.update([{ ...observed, guard: { mode: 'guarded', reason: 'It asks.' } }]);
  await waitFor('the change', () => output.text.includes('guarded: It asks.'));
});
