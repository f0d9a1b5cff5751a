import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '../../../../scripts/wait-for.ts';
import { Cleanups } from '../../../rig/cleanups.ts';
import { ProcessTree } from '../../../rig/process-tree.ts';
import { realControl } from './real-control.ts';

/** An interactive shell on a terminal of its own; what is written to the FIFO `keys` is typed. */
const TERMINAL = `
mkfifo keys; exec 8<>keys
SHELL=$(command -v bash) TERM=dumb script -qfc 'note shell; exec bash --norc --noediting -i' /dev/null <&8 > screen
`;

/**
 * Sets the terminal to raw mode and puts it back at SIGTERM, as agents with a text interface do. It does not read: what
 * is typed for the shell would wake it, and a read in the background would stop it once more.
 */
const AGENT = `
import { spawn } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
process.stdin.setRawMode(true);
spawn('bash', ['-c', 'writer child; true'], { detached: true, stdio: 'ignore' });
process.on('SIGTERM', () => {
  process.stdin.setRawMode(false);
  writeFileSync('closed', 'closed');
  process.exit(0);
});
setInterval(() => appendFileSync('agent.log', 'x'), 20);
writeFileSync('agent.pid', String(process.pid));
`;

describe.runIf(process.platform === 'linux')('an agent in the foreground of an interactive shell', () => {
  const cleanups = new Cleanups();

  afterEach(() => cleanups.run());

  async function startInTerminal() {
    const tree = new ProcessTree(TERMINAL);
    cleanups.add(() => tree.end());
    const real = realControl(tree);
    cleanups.add(() => {
      real[Symbol.dispose]();
      expect(real.sender.astray).toEqual([]);
    });
    writeFileSync(join(tree.dir, 'agent.mjs'), AGENT);
    const type = (text: string): void => appendFileSync(join(tree.dir, 'keys'), text);
    const shell = await tree.pidOf('shell');
    await waitFor('the prompt', () => tree.read('screen').includes('#') || tree.read('screen').includes('$'));
    type('"$NODE" agent.mjs\n');
    const pid = await tree.pidOf('agent');
    await tree.grown('agent.log', 2);
    await tree.grown('child.log', 2);
    const process = real.table.read(pid);
    if (!process) throw new Error('the agent is gone');
    return { ...real, tree, type, shell, pid, target: { process, sessionId: tree.sessionId } };
  }

  it('is frozen with the plain word that the shell takes the terminal back, and returns with `fg`', async () => {
    const { tree, control, target, table, pid, type } = await startInTerminal();

    const paused = await control.pause(target);
    expect(paused).toMatchObject({ result: 'done' });
    expect(paused.reason).toContain('its shell notices the stop and takes the terminal back');
    expect(paused.reason).toContain('type `fg`');
    await waitFor('the prompt of the shell', () => tree.read('screen').includes('Stopped'));

    const resumed = await control.resume(target);
    expect(resumed).toMatchObject({ result: 'done' });
    expect(resumed.reason).toContain('type `fg`');
    type('fg\n');
    await waitFor('the terminal', () => table.read(pid)?.foreground);
    await tree.grown('agent.log', 2);
  });

  it('keeps its terminal where its calls are held: what it started is stopped, and goes on at a resume', async () => {
    const { tree, control, target, table, sender, lists, pid } = await startInTerminal();

    const paused = await control.pause(target, { holdsCalls: true });
    expect(paused).toMatchObject({ result: 'done' });
    expect(paused.reason).toMatch(
      /^the agent keeps its terminal and is held at its next call; \d process(es)? that it started stopped$/,
    );
    const child = await tree.pidOf('child');
    expect(table.read(child)?.state).toBe('stopped');
    expect(table.read(pid)).toMatchObject({ state: 'running', foreground: true });
    expect(lists.isHeld(target.process)).toBe(true);
    await tree.grown('agent.log', 4);
    expect(tree.read('screen')).not.toContain('Stopped');

    const resumed = await control.resume(target);
    expect(resumed).toMatchObject({ result: 'done' });
    expect(resumed.reason).toMatch(/^the agent's calls run again; /);
    expect(sender.to(pid)).toEqual([]);
    await tree.grown('child.log', 2);
  });

  it('is stopped with all it started, in a terminal too, where nobody holds its calls', async () => {
    const { control, target, table, pid } = await startInTerminal();
    await control.pause(target);
    expect(table.read(pid)?.state).toBe('stopped');
  });

  it('closes by itself at a kill and restores the terminal, because it keeps the terminal until then', async () => {
    const { tree, control, target, sender, pid, shell, type } = await startInTerminal();
    const report = await control.kill(target);
    expect(report).toMatchObject({ result: 'done' });
    expect(report.reason).toContain('closed by itself');
    expect(tree.read('closed')).toBe('closed');
    expect(sender.to(pid)).toEqual(['SIGTERM']);
    expect(sender.to(await tree.pidOf('child'))).toEqual(['SIGSTOP', 'SIGKILL']);
    expect(sender.to(shell)).toEqual([]);
    type('stty -a > settings; echo done >> settings\n');
    await waitFor('the settings of the terminal', () => tree.read('settings').includes('done'));
    expect(tree.read('settings')).toMatch(/ icanon /);
  });

  it('is not waited for when it was paused and cannot close from the background', async () => {
    const { tree, control, target, shell, sender } = await startInTerminal();
    await control.pause(target);
    await waitFor('the prompt of the shell', () => tree.read('screen').includes('Stopped'));
    const report = await control.kill(target, { graceMs: 600_000 });
    expect(report).toMatchObject({ result: 'done' });
    expect(report.reason).toContain('its terminal kept the agent from closing');
    expect(sender.to(shell)).toEqual([]);
  });
});
