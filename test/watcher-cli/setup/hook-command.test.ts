import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { callsLauncher, type HookProgram, hookCommand, isOurs } from '../../../watcher-cli/setup/hook-command.ts';
import { setupRig } from './setup-rig.ts';

const direct = (hookScript: string, node = process.execPath): Pick<HookProgram, 'target'> => ({
  target: { node, hookScript },
});
const PROGRAM: HookProgram = {
  ...direct('/opt/agent-trace/dist/hook.cjs'),
  platform: 'linux',
  redact: true,
  redactPatterns: [],
};
const HOOK = '/opt/agent-trace/dist/hook.cjs';

describe('hookCommand', () => {
  it.each([
    'with blanks',
    'with "quotes" and \'quotes\'',
    '$HOME `id` $(id) $$',
    'back\\slash\\\\',
    'größer 日本語 🙂',
    'semi;colon & amp | pipe > out * ? [a] !x #y ~z',
    'two\nlines',
    '-n',
  ])('survives the shell for a folder named %j', async (name) => {
    const rig = await setupRig();
    const script = path.join(rig.cwd, name, 'hook.cjs');
    await mkdir(path.dirname(script), { recursive: true });
    await writeFile(script, 'console.log(JSON.stringify([__filename, process.argv[2], process.ppid]))');
    const command = hookCommand({ ...PROGRAM, ...direct(script) }, 'PreToolUse');
    const output = execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8', cwd: '/' });
    // The shell is gone: whoever started it is the hook's parent.
    expect(JSON.parse(output)).toEqual([script, 'PreToolUse', process.pid]);
    expect(isOurs(command, script)).toBe(true);
  });

  it('tells the recorder how to record', async () => {
    const rig = await setupRig();
    await writeFile(rig.hookScript, 'console.log(JSON.stringify(process.argv.slice(2)))');
    const redactPatterns = ['corp-\\d+', '"quoted" $x `y`', "it's"];
    const command = hookCommand({ ...PROGRAM, ...direct(rig.hookScript), redact: false, redactPatterns }, 'Stop');
    const output = execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' });
    const options = redactPatterns.map((pattern) => `--redact-pattern=${pattern}`);
    expect(JSON.parse(output)).toEqual(['Stop', '--no-redact', ...options]);
    expect(isOurs(command, '/elsewhere/hook.cjs')).toBe(true);
  });

  it('refuses what cannot be written down', () => {
    expect(() => hookCommand({ ...PROGRAM, ...direct('/a\uFFFD/hook.cjs') }, 'Stop')).toThrow(/cannot be written/);
    for (const hookScript of ['C:\\50%\\hook.cjs', 'C:\\a$b\\hook.cjs', 'C:\\a`b\\hook.cjs']) {
      expect(() => hookCommand({ ...PROGRAM, ...direct(hookScript), platform: 'win32' }, 'Stop')).toThrow(
        /cannot be written/,
      );
    }
  });

  it('means the same to every shell of Windows', () => {
    const hookScript = 'D:\\agent-trace\\dist\\hook.cjs';
    const program = { ...PROGRAM, ...direct(hookScript, 'C:\\Program Files\\nodejs\\node.exe') };
    const command = hookCommand({ ...program, platform: 'win32', redact: false }, 'Stop');
    expect(command).toBe('"C:/Program Files/nodejs/node.exe" "D:/agent-trace/dist/hook.cjs" Stop --no-redact');
    expect(isOurs(command, hookScript)).toBe(true);
    const target = { launcher: 'C:\\Users\\Jürgen\\.agent-trace\\bin\\hook.cmd' };
    const launched = hookCommand({ ...PROGRAM, target, platform: 'win32' }, 'Stop');
    expect(launched).toBe('"C:/Users/Jürgen/.agent-trace/bin/hook.cmd" Stop');
    expect(callsLauncher(launched)).toBe(true);
  });
});

describe('hookCommand with a launcher', () => {
  it.each(['home', 'a "home" with $HOME and `id`', "it's"])(
    'runs it in the place of its shell, in %j',
    async (name) => {
      const rig = await setupRig();
      const launcher = path.join(rig.cwd, name, '.agent-trace', 'bin', 'hook');
      await mkdir(path.dirname(launcher), { recursive: true });
      await writeFile(launcher, '#!/bin/sh\necho "$PPID $*"\n', { mode: 0o700 });
      const command = hookCommand({ ...PROGRAM, target: { launcher }, redact: false }, 'Stop');
      const output = execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8', cwd: '/' });
      expect(output).toBe(`${process.pid} Stop --no-redact\n`);
      expect([callsLauncher(command), isOurs(command, HOOK)]).toEqual([true, true]);
    },
  );

  it('is silent when the launcher is gone', () => {
    const target = { launcher: '/nowhere/.agent-trace/bin/hook' };
    const command = hookCommand({ ...PROGRAM, target }, 'Stop');
    const run = spawnSync('/bin/sh', ['-c', command], { input: '{}', encoding: 'utf8' });
    expect(run).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });
});

describe('isOurs', () => {
  it.each([
    `exec "/usr/bin/node" "${HOOK}" Stop`,
    `node ${HOOK} Stop`,
    `node ${HOOK}`,
    `'/usr/bin/node' '${HOOK}' Stop`,
    'exec "/n" "/home/u/.vscode/extensions/someone.agent-trace-0.1.0/dist/hook.cjs" Stop',
    'exec "/n" "/some/checkout/dist/hook.cjs" Stop',
    '"C:\\\\node.exe" "C:\\\\npm\\\\node_modules\\\\agent-trace\\\\dist\\\\hook.cjs" Stop',
    'exec "/home/u/.agent-trace/bin/hook" Stop',
    '/home/u/.agent-trace/bin/hook Stop --no-redact',
    'agent-trace hook Stop',
    'agent-trace hook',
    'npx agent-trace hook Stop',
    'npx -y agent-trace hook Stop',
    '"/usr/local/bin/agent-trace" hook Stop',
    'agent-trace hook Stop --no-redact --redact-pattern "a b"',
  ])('knows %s', (command) => {
    expect(isOurs(command, '/now/dist/hook.cjs')).toBe(true);
  });

  it.each([
    '',
    'node /opt/other-tool/dist/hook.cjs Stop',
    'node /opt/agent-trace/hook.cjs Stop',
    'node hook.cjs',
    'say done',
    `exec "/n" "${HOOK}" Stop; say done`,
    `exec "/n" "${HOOK}" Stop && say done`,
    `exec "/n" "${HOOK}" Stop\nsay done`,
    `exec "/n" "${HOOK}" Stop > log`,
    '[ ! -x "/home/u/.agent-trace/bin/hook" ] || exec "/home/u/.agent-trace/bin/hook" Stop; say done',
    '[ ! -x "/home/a/.agent-trace/bin/hook" ] || exec "/home/b/.agent-trace/bin/hook" Stop',
    '"/home/u/.agent-trace/bin/other" Stop',
    'my-agent-trace hook Stop',
    'agent-trace hook Stop | tee log',
    'agent-trace hooks',
    'echo agent-trace hook',
    `exec "/n" "${HOOK}" Stop --redact-pattern=x; say done`,
    'node /opt/agent-trace-fan/other/dist/hook.cjs Stop',
  ])('leaves %s alone', (command) => {
    expect(isOurs(command, '/now/dist/hook.cjs')).toBe(false);
  });

  it('knows the present recorder wherever it lies', () => {
    expect(isOurs('node /now/build/hook.cjs Stop', '/now/build/hook.cjs')).toBe(true);
  });
});
