import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { linuxProcessTable } from '../../../core/node/process/linux-process-table.ts';
import { systemProcessControl } from '../../../core/node/process/system-process-control.ts';
import { hasTmux } from '../../../scripts/tmux-terminal.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { RUN_PROGRAM, type RunRig, runRig, stateOf } from './run-rig.ts';
import { type Terminal, terminal } from './terminal.ts';

const RUN = `'${process.execPath}' '${RUN_PROGRAM}' --`;
/** Says that it is there, waits for a line, says the line. */
const ECHO = 'echo up; read line; echo "got $line"';

async function inTerminal(): Promise<{ rig: RunRig; at: Terminal }> {
  const rig = await runRig();
  return { rig, at: await terminal(rig.cwd, rig.env) };
}

/** Pid of the command that `agent-trace run` started. */
async function commandOf(rig: RunRig): Promise<number> {
  return (await (await rig.session()).registration()).process.pid;
}

describe.skipIf(!hasTmux)('agent-trace run in a terminal', () => {
  it('gives the command the terminal: all three descriptors, its size, its foreground', async () => {
    const { rig, at } = await inTerminal();
    at.type(`${RUN} sh -c 'test -t 0 && test -t 1 && test -t 2 && stty size; read line'`);
    await at.line('40 120');
    const info = linuxProcessTable().read(await commandOf(rig));
    expect(info).toMatchObject({ foreground: true, pgid: linuxProcessTable().read(info?.ppid ?? 0)?.pgid });
    at.type('');
    await at.line('$');
  });

  it('leaves Ctrl+C to the command, which may go on', async () => {
    const { at } = await inTerminal();
    at.type(`${RUN} sh -c 'trap "echo not yet" INT; echo up; while :; do read line && exit 5; done'; echo "status $?"`);
    await at.line('up');
    at.press('C-c');
    await waitFor('the trap', () => at.screen().includes('not yet'));
    at.type('now');
    await at.line('status 5');
  });

  it('ends with 130 when Ctrl+C ends the command, and a list of commands ends with it', async () => {
    const { rig, at } = await inTerminal();
    at.type(`${RUN} sh -c 'echo up; sleep 1000'; echo "status $?"`);
    await at.line('up');
    await commandOf(rig);
    at.press('C-c');
    await waitFor('the prompt', () => /\^C\n\$\s*$/.test(at.screen()));
    at.type('echo "status $?"');
    await at.line('status 130');
    const events = (await rig.session()).events();
    expect(events.at(-1)).toMatchObject({ event_type: 'session_end', data: { signal: 'SIGINT' } });
  });

  it('keeps the terminal while its command is stopped and continued from elsewhere', async () => {
    const { rig, at } = await inTerminal();
    at.type(`${RUN} sh -c '${ECHO}'`);
    await at.line('up');
    const pid = await commandOf(rig);
    process.kill(pid, 'SIGSTOP');
    await waitFor('the stop', () => stateOf(pid) === 'stopped');
    // Were the shell at the terminal, it would take this for a command.
    at.type('hello');
    process.kill(pid, 'SIGCONT');
    await at.line('got hello');
    expect(at.screen()).not.toMatch(/Stopped|command not found/);
  });

  it('without it the shell takes the terminal: the same on a bare command', async () => {
    const { rig, at } = await inTerminal();
    const file = path.join(rig.cwd, 'pid');
    at.type(`sh -c 'echo $$ > ${file}; ${ECHO}'`);
    await at.line('up');
    const pid = Number(execFileSync('cat', [file], { encoding: 'utf8' }));
    process.kill(pid, 'SIGSTOP');
    await waitFor('the shell to notice', () => /Stopped/.test(at.screen()));
    process.kill(pid, 'SIGCONT');
    process.kill(pid, 'SIGKILL');
  });

  it('stays in the foreground through pause and resume by the watcher', async () => {
    const { rig, at } = await inTerminal();
    at.type(`${RUN} sh -c '${ECHO}'`);
    await at.line('up');
    const session = await rig.session();
    const { process: identity } = await session.registration();
    const control = systemProcessControl(rig.runtimeDir);
    const target = { process: identity, sessionId: session.id };
    const paused = await control.pause(target);
    expect(paused).toMatchObject({ result: 'done' });
    expect(paused.reason).not.toContain('fg');
    at.type('hello');
    const resumed = await control.resume(target);
    expect(resumed).toMatchObject({ result: 'done' });
    expect(resumed.reason).not.toContain('fg');
    await at.line('got hello');
  });

  it('stops on Ctrl+Z together with its command, and fg continues both', async () => {
    const { rig, at } = await inTerminal();
    at.type(`${RUN} sh -c '${ECHO}'`);
    await at.line('up');
    const pid = await commandOf(rig);
    const parent = linuxProcessTable().read(pid)?.ppid ?? 0;
    for (let round = 0; round < 3; round += 1) {
      at.press('C-z');
      await waitFor('the shell to notice', () => at.screen().split('Stopped').length === round + 2);
      expect([stateOf(pid), stateOf(parent)]).toEqual(['stopped', 'stopped']);
      at.type('fg');
      await waitFor('both to go on', () => stateOf(pid) === 'running' && stateOf(parent) === 'running');
    }
    at.type('hello');
    await at.line('got hello');
  });

  it('does not stop on Ctrl+Z when its command takes no notice of it', async () => {
    const { rig, at } = await inTerminal();
    at.type(`${RUN} sh -c 'trap "" TSTP; ${ECHO}'`);
    await at.line('up');
    await commandOf(rig);
    at.press('C-z');
    at.type('hello');
    await waitFor('the line', () => /^got .*hello$/m.test(at.screen()));
    expect(at.screen()).not.toContain('Stopped');
  });

  it('waits on Ctrl+Z for a command that tidies the screen first', async () => {
    const { rig, at } = await inTerminal();
    const script = path.join(rig.cwd, 'tidy.mjs');
    await writeFile(
      script,
      `process.on('SIGTSTP', () => setTimeout(() => { console.log('tidied'); process.kill(process.pid, 'SIGSTOP'); }, 300));
       process.stdin.once('data', (line) => { console.log('got ' + String(line).trim()); process.exit(); });
       console.log('up');`,
    );
    at.type(`${RUN} '${process.execPath}' ${script}`);
    await at.line('up');
    at.press('C-z');
    await waitFor('the shell to notice', () => /Stopped/.test(at.screen()));
    expect(at.screen()).toMatch(/tidied[\s\S]*Stopped/);
    at.type('fg');
    await waitFor('it to go on', async () => stateOf(await commandOf(rig)) === 'running');
    at.type('hello');
    await at.line('got hello');
  });

  it('gives the shell back on Ctrl+Z while its command is paused', async () => {
    const { rig, at } = await inTerminal();
    at.type(`${RUN} sh -c '${ECHO}'`);
    await at.line('up');
    const pid = await commandOf(rig);
    process.kill(pid, 'SIGSTOP');
    await waitFor('the stop', () => stateOf(pid) === 'stopped');
    at.press('C-z');
    await waitFor('the shell to notice', () => /Stopped/.test(at.screen()));
    at.type('fg');
    await waitFor('it to go on', () => stateOf(pid) === 'running');
    at.type('hello');
    await at.line('got hello');
  });
});
