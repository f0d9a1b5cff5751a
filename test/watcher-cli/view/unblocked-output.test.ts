import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { waitFor } from '../../../scripts/wait-for.ts';

const PROGRAM = join(import.meta.dirname, 'write-much.ts');
let child: ChildProcess;

afterEach(() => {
  child.kill('SIGKILL');
});

function start() {
  child = spawn(process.execPath, [PROGRAM], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => said.push(text));
  return said;
}

async function readAll(): Promise<string> {
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await new Promise((resolve) => child.stdout?.once('end', resolve));
  return text;
}

const onUnix = process.platform !== 'win32';

test.runIf(onUnix)(
  'a reader that does not read does not stop the program, and gets everything in order later',
  async () => {
    const said = start();
    await waitFor('the program to go on', () => said.join('').includes('going on'));
    expect(await readAll()).toBe(Array.from({ length: 100 }, (_, i) => `${i} ${'x'.repeat(10_000)}\n`).join(''));
    await waitFor('the end', () => said.join('').includes('all written'));
  },
);

test.runIf(onUnix)('a reader that goes away is reported once, and what waits is given up', async () => {
  const said = start();
  await waitFor('the program to go on', () => said.join('').includes('going on'));
  child.stdout?.destroy();
  await waitFor('the report', () => said.join('').includes('all written'));
  expect(said.join('').match(/EPIPE/g)).toHaveLength(1);
});
