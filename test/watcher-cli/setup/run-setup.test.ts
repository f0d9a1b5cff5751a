import { execFileSync } from 'node:child_process';
import { chmod, lstat, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { setupRig } from './setup-rig.ts';

const BASE = [
  ...['SessionStart', 'SessionEnd', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'Stop'],
  ...['SubagentStop', 'Notification', 'PreCompact'],
];

interface Settings {
  readonly hooks: Record<string, { matcher?: string; hooks: { command: string; timeout?: number }[] }[]>;
}

function parsed(text: string | undefined): Settings {
  return JSON.parse(text ?? 'null') as Settings;
}

describe('setup says what it did', () => {
  it('names the file, the events, the version and how it was found', async () => {
    const rig = await setupRig();
    const claude = await rig.fakeClaude('echo "2.1.197 (Claude Code)"');
    const run = await rig.setup();
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toContain(`Claude Code 2.1.197 (${claude})`);
    expect(run.stdout).toContain(rig.settings);
    expect(run.stdout).toMatch(/added {4}SessionStart, SessionEnd, .*PermissionDenied/);
    expect(run.stdout).not.toContain('ModelSwitch');
    expect(run.stdout).toContain('agent-trace watch');
  });

  it('changes nothing when run again, not even the time of the file', async () => {
    const rig = await setupRig();
    await rig.setup({ claudeVersion: '2.1.197' });
    const before = await stat(rig.settings);
    const again = await rig.setup({ claudeVersion: '2.1.197' });
    expect(again.stdout).toContain('nothing to change');
    expect((await stat(rig.settings)).ino).toBe(before.ino);
    expect((await stat(rig.settings)).mtimeMs).toBe(before.mtimeMs);
  });

  it('says so when there is nothing to remove, and creates nothing', async () => {
    const rig = await setupRig();
    const run = await rig.setup({ remove: true });
    expect(run).toMatchObject({ code: 0 });
    expect(run.stdout).toContain('no hooks of agent-trace');
    expect(await readdir(rig.cwd)).toEqual([]);
  });

  it('prints the hooks and writes nothing with --print', async () => {
    const rig = await setupRig();
    const original = '{ "hooks": { "Stop": [{ "hooks": [{ "type": "command", "command": "mine" }] }] } }';
    await rig.write(original);
    const run = await rig.setup({ print: true, claudeVersion: '2.0.0' });
    const { hooks } = parsed(run.stdout);
    expect(Object.keys(hooks).sort()).toEqual([...BASE].sort());
    expect(hooks['Stop']?.[0]?.hooks[0]?.command).toBe('mine');
    expect(await rig.read()).toBe(original);
  });
});

describe('setup installs only events that the installed version knows', () => {
  it('takes the nine of 2.0.0 when there is no Claude Code, and says what to do later', async () => {
    const rig = await setupRig();
    const run = await rig.setup();
    expect(Object.keys(parsed(await rig.read()).hooks).sort()).toEqual([...BASE].sort());
    expect(run.stdout).toContain('was not found');
    expect(run.stdout).toContain('run `agent-trace setup` again');
  });

  it('adds the newer ones after an upgrade, and removes them after a downgrade', async () => {
    const rig = await setupRig();
    await rig.fakeClaude('echo "2.1.329 (Claude Code)"');
    await rig.setup();
    expect(parsed(await rig.read()).hooks).toHaveProperty('PostModelSwitch');
    await rig.fakeClaude('echo "2.0.0 (Claude Code)"');
    const run = await rig.setup();
    expect(Object.keys(parsed(await rig.read()).hooks).sort()).toEqual([...BASE].sort());
    expect(run.stdout).toMatch(/removed {2}.*PostModelSwitch/);
    await rig.fakeClaude('echo "2.1.197 (Claude Code)"');
    expect((await rig.setup()).stdout).toMatch(/added {4}.*StopFailure/);
  });

  it('keeps what an earlier run installed when the version cannot be found for once', async () => {
    const rig = await setupRig();
    await rig.setup({ claudeVersion: '2.1.329' });
    const before = await rig.read();
    expect((await rig.setup()).stdout).toContain('nothing to change');
    expect(await rig.read()).toBe(before);
  });

  it('never installs an event whose hook is asked for an answer or takes the place of an action', async () => {
    const rig = await setupRig();
    await rig.setup({ claudeVersion: '99.0.0' });
    const events = Object.keys(parsed(await rig.read()).hooks);
    for (const event of ['WorktreeCreate', 'MessageDisplay', 'Elicitation']) expect(events).not.toContain(event);
    expect(events).toHaveLength(17);
  });

  it('refuses a version without hooks, and a version that is none', async () => {
    const rig = await setupRig();
    await expect(rig.setup({ claudeVersion: '1.0.20' })).rejects.toMatchObject({ code: 'refused' });
    await expect(rig.setup({ claudeVersion: 'latest' })).rejects.toMatchObject({ code: 'usage' });
    expect(await readdir(rig.cwd)).toEqual([]);
  });
});

describe('setup updates older entries of ours', () => {
  it('writes the present path into them and keeps their other keys', async () => {
    const rig = await setupRig();
    const older = 'exec "/old/node" "/old/agent-trace/dist/hook.cjs" Stop';
    await rig.write(
      JSON.stringify({
        hooks: {
          Stop: [
            {
              hooks: [
                { type: 'command', command: 'mine' },
                { type: 'command', command: older, timeout: 7 },
              ],
            },
          ],
          SessionEnd: [{ hooks: [{ type: 'command', command: 'agent-trace hook SessionEnd' }] }],
        },
      }),
    );
    const run = await rig.setup({ claudeVersion: '2.0.0' });
    const { hooks } = parsed(await rig.read());
    expect(hooks['Stop']).toHaveLength(1);
    expect(hooks['Stop']?.[0]?.hooks.map((hook) => hook.command)).toEqual([
      'mine',
      `exec "${process.execPath}" "${rig.hookScript}" Stop`,
    ]);
    expect(hooks['Stop']?.[0]?.hooks[1]?.timeout).toBe(7);
    expect(hooks['SessionEnd']).toHaveLength(1);
    expect(run.stdout).toMatch(/updated {2}Stop, SessionEnd\n/);
  });

  it('leaves one entry of ours for an event, not one for each place it was ever installed from', async () => {
    const rig = await setupRig();
    const ours = (place: string): object => ({
      hooks: [{ type: 'command', command: `exec "/n" "/${place}/agent-trace/dist/hook.cjs" Stop` }],
    });
    await rig.write(JSON.stringify({ hooks: { Stop: [ours('a'), { matcher: 'x', hooks: [] }, ours('b')] } }));
    await rig.setup({ claudeVersion: '2.0.0' });
    expect(parsed(await rig.read()).hooks['Stop']).toEqual([
      { hooks: [{ type: 'command', command: `exec "${process.execPath}" "${rig.hookScript}" Stop` }] },
      { matcher: 'x', hooks: [] },
    ]);
  });

  it('writes how to record, and takes it back when run without', async () => {
    const rig = await setupRig();
    await rig.setup({ claudeVersion: '2.0.0' });
    const plain = await rig.read();
    await rig.setup({ claudeVersion: '2.0.0', redact: false, redactPattern: ['corp-[0-9]+'] });
    const command = parsed(await rig.read()).hooks['Stop']?.[0]?.hooks[0]?.command;
    expect(command).toMatch(/ Stop --no-redact --redact-pattern="corp-\[0-9\]\+"$/);
    await expect(rig.setup({ claudeVersion: '2.0.0', redactPattern: ['('] })).rejects.toMatchObject({ code: 'usage' });
    await rig.setup({ claudeVersion: '2.0.0' });
    expect(await rig.read()).toBe(plain);
  });

  it('removes exactly ours', async () => {
    const rig = await setupRig();
    const ours = `exec "${process.execPath}" "${rig.hookScript}" Stop`;
    const theirs = [
      `${ours}; say done`,
      'agent-trace hook Stop | tee log',
      'node hook.cjs Stop',
      'say "agent-trace hook"',
    ];
    const command = (text: string): object => ({ type: 'command', command: text });
    await rig.write(JSON.stringify({ hooks: { Stop: [{ hooks: [...theirs, ours].map(command) }] } }));
    await rig.setup({ remove: true });
    expect(parsed(await rig.read()).hooks['Stop']).toEqual([{ hooks: theirs.map(command) }]);
  });
});

describe('setup reports a broken settings file and leaves it alone', () => {
  const BROKEN: Readonly<Record<string, readonly [text: string, place: string, says: RegExp]>> = {
    'a missing comma': ['{\n  "model": "opus"\n  "hooks": {}\n}\n', '3:3', /comma/],
    'an unclosed object': ['{\n  "hooks": {\n', '3:1', /closing brace/],
    'an unclosed string': ['{\r\n  "model": "opus\r\n}\r\n', '2:12', /no end/],
    'single quotes': ["{ 'hooks': {} }", '1:3', /quotes/],
    'something behind the end': ['{}\n{}\n', '2:1', /end here/],
    'a list instead of an object': ['[]', '1:1', /settings must be an object/],
    'hooks that are a list': ['{\n\t"hooks": []\n}', '2:11', /"hooks" must be an object/],
    'an event that is an object': ['{ "hooks": { "Stop": {} } }', '1:22', /"hooks\.Stop" must be an array/],
    'an event that is null': ['{ "hooks": { "Stop": null } }', '1:22', /"hooks\.Stop" must be an array/],
    'a group that is a text': ['{ "hooks": { "Stop": ["x"] } }', '1:23', /must be an object/],
    'a group without hooks': ['{ "hooks": { "Stop": [{ "command": "x" }] } }', '1:23', /an array "hooks"/],
    'a hook that is a text': ['{ "hooks": { "Stop": [{ "hooks": ["x"] }] } }', '1:35', /must be an object/],
  };

  for (const [name, [text, place, says]] of Object.entries(BROKEN)) {
    for (const remove of [false, true]) {
      it(`${name}${remove ? ', when removing' : ''}`, async () => {
        const rig = await setupRig();
        await rig.write(text);
        const failure = await rig.setup({ claudeVersion: '2.1.197', remove }).catch((error: unknown) => error);
        expect(failure).toMatchObject({ code: 'bad-settings' });
        const { message } = failure as Error;
        expect(message).toContain(`${rig.settings}:${place}: `);
        expect(message).toMatch(says);
        expect(message).toContain('set up the hooks again');
        expect(await rig.read()).toBe(text);
        expect(await readdir(path.dirname(rig.settings))).toEqual(['settings.json']);
      });
    }
  }

  it('shows the line and points at the column', async () => {
    const rig = await setupRig();
    await rig.write('{\n\t"hooks": [1]\n}');
    const failure = await rig.setup({ claudeVersion: '2.1.197' }).catch((error: unknown) => error);
    expect((failure as Error).message).toContain('\n   "hooks": [1]\n            ^\n');
  });

  it('text in another encoding', async () => {
    const rig = await setupRig();
    const bytes = Buffer.from('{ "model": "größer" }', 'latin1');
    await rig.write(bytes);
    await expect(rig.setup({ claudeVersion: '2.1.197' })).rejects.toMatchObject({ code: 'bad-settings' });
    expect(await readFile(rig.settings)).toEqual(bytes);
  });

  it('a folder or a FIFO in its place, without waiting for a writer', async () => {
    const rig = await setupRig();
    await mkdir(rig.settings, { recursive: true });
    await expect(rig.setup({ claudeVersion: '2.1.197' })).rejects.toMatchObject({ code: 'bad-settings' });
    await rm(rig.settings, { recursive: true });
    execFileSync('mkfifo', [rig.settings]);
    await expect(rig.setup({ claudeVersion: '2.1.197' })).rejects.toThrow(/regular file/);
  });
});

describe('setup warns when Claude Code would not run the hooks', () => {
  it.each([
    ['a comment', '{\n  // mine\n  "model": "opus"\n}\n', '2:3'],
    ['a trailing comma', '{\n  "model": "opus",\n}\n', '3:1'],
  ])('because of %s in the file', async (what, text, place) => {
    const rig = await setupRig();
    await rig.write(text);
    const { code, stderr } = await rig.setup({ claudeVersion: '2.1.197' });
    expect(code).toBe(0);
    expect(stderr).toContain(`warning: ${rig.settings}:${place}: `);
    expect(stderr).toContain(what);
  });

  it('because they are switched off', async () => {
    const rig = await setupRig();
    await rig.write('{ "disableAllHooks": true }');
    expect((await rig.setup({ claudeVersion: '2.1.197' })).stderr).toContain('disableAllHooks');
  });

  it('and refuses when the recorder is not there', async () => {
    const rig = await setupRig();
    const missing = rig.setup({ claudeVersion: '2.1.197' }, { hookScript: '/nowhere/dist/hook.cjs' });
    await expect(missing).rejects.toMatchObject({ code: 'refused' });
    expect(await rig.read()).toBeUndefined();
  });
});

describe('setup writes where it should', () => {
  it("into the user's settings with --global, wherever Claude Code keeps them", async () => {
    const rig = await setupRig();
    await rig.setup({ global: true, claudeVersion: '2.1.197' });
    expect(parsed(await readFile(path.join(rig.home, '.claude', 'settings.json'), 'utf8')).hooks).toHaveProperty(
      'Stop',
    );
    await rig.setup({ global: true, claudeVersion: '2.1.197' }, { env: { CLAUDE_CONFIG_DIR: 'conf/claude' } });
    const moved = path.join(rig.cwd, 'conf', 'claude', 'settings.json');
    expect(parsed(await readFile(moved, 'utf8')).hooks).toHaveProperty('Stop');
    expect(await rig.read()).toBeUndefined();
  });

  it('keeps the permissions of the file and leaves no other file behind', async () => {
    const rig = await setupRig();
    await rig.write('{ "model": "opus" }');
    // One that the umask would take bits from.
    await chmod(rig.settings, 0o666);
    await rig.setup({ claudeVersion: '2.1.197' });
    expect((await stat(rig.settings)).mode & 0o7777).toBe(0o666);
    expect(await readdir(path.dirname(rig.settings))).toEqual(['settings.json']);
  });

  it('replaces the file in one step: whoever has the old one open still reads it whole', async () => {
    const rig = await setupRig();
    await rig.write('{ "model": "opus" }');
    const before = (await stat(rig.settings)).ino;
    await rig.setup({ claudeVersion: '2.1.197' });
    expect((await stat(rig.settings)).ino).not.toBe(before);
  });

  it('follows a symbolic link to its target, which may not exist yet', async () => {
    const rig = await setupRig();
    const target = path.join(rig.home, 'dotfiles', 'claude.json');
    await mkdir(path.dirname(rig.settings));
    await symlink(path.relative(path.dirname(rig.settings), target), rig.settings);
    await rig.setup({ claudeVersion: '2.1.197' });
    expect((await lstat(rig.settings)).isSymbolicLink()).toBe(true);
    expect(parsed(await readFile(target, 'utf8')).hooks).toHaveProperty('Stop');
    await writeFile(target, '{ "model": "opus" }\n');
    await rig.setup({ claudeVersion: '2.1.197' });
    await rig.setup({ remove: true });
    expect((await lstat(rig.settings)).isSymbolicLink()).toBe(true);
    expect(await readFile(target, 'utf8')).toBe('{ "model": "opus" }\n');
  });

  it('says what to do when it cannot write', async () => {
    const rig = await setupRig();
    await writeFile(path.join(rig.cwd, '.claude'), 'a file in the way');
    const failure = await rig.setup({ claudeVersion: '2.1.197' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'bad-settings' });
    expect((failure as Error).message).toContain(rig.settings);
    expect((failure as Error).message).toContain('--print');
  });
});

describe('setup --launcher', () => {
  const command = (text: string | undefined) => parsed(text).hooks['Stop']?.[0]?.hooks[0]?.command ?? '';

  it("writes hooks that run this recorder by way of the user's own folder", async () => {
    const rig = await setupRig();
    await writeFile(rig.hookScript, 'console.log([__filename, ...process.argv.slice(2)].join(" "))');
    await rig.setup({ claudeVersion: '2.1.197', launcher: true });
    const file = path.join(rig.home, '.agent-trace', 'bin', 'hook');
    expect(command(await rig.read())).toBe(`[ ! -x "${file}" ] || exec "${file}" Stop`);
    const ran = execFileSync('/bin/sh', ['-c', command(await rig.read())], { encoding: 'utf8', env: { PATH: '' } });
    expect(ran).toBe(`${rig.hookScript} Stop\n`);
  });

  it('puts the launcher in the place of hooks that name the recorder, and setup without it leaves that so', async () => {
    const rig = await setupRig();
    await rig.setup({ claudeVersion: '2.0.0' });
    const named = command(await rig.read());
    expect((await rig.setup({ claudeVersion: '2.0.0', launcher: true })).stdout).toMatch(/updated {2}SessionStart, /);
    const launched = await rig.read();
    expect(command(launched)).not.toBe(named);
    expect((await rig.setup({ claudeVersion: '2.0.0' })).stdout).toContain('nothing to change');
    expect(await rig.read()).toBe(launched);
  });

  it('writes no hooks when the launcher cannot be written', async () => {
    const rig = await setupRig();
    await mkdir(path.join(rig.home, '.agent-trace'), { mode: 0o700 });
    await symlink(rig.cwd, path.join(rig.home, '.agent-trace', 'bin'));
    const failure = await rig.setup({ claudeVersion: '2.1.197', launcher: true }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'refused', message: expect.stringContaining('is a symbolic link') });
    expect(await rig.read()).toBeUndefined();
  });

  it('writes no hooks that other users could put a program behind', async () => {
    const rig = await setupRig();
    const hookScript = path.join(rig.cwd, 'dist', 'hook.cjs');
    await mkdir(path.dirname(hookScript));
    await writeFile(hookScript, '');
    const run = rig.setup({ claudeVersion: '2.1.197', launcher: true }, { hookScript });
    await expect(run).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining(hookScript) });
    expect(await rig.read()).toBeUndefined();
  });

  it('writes nothing at all with --print, or when the settings are broken', async () => {
    const rig = await setupRig();
    const { stdout } = await rig.setup({ claudeVersion: '2.1.197', launcher: true, print: true });
    expect(command(stdout)).toContain('.agent-trace/bin/hook');
    await rig.write('{');
    await expect(rig.setup({ claudeVersion: '2.1.197', launcher: true })).rejects.toMatchObject({
      code: 'bad-settings',
    });
    expect(await readdir(rig.home)).toEqual(['agent-trace']);
  });
});

describe('setup --json', () => {
  it('says what was done, and what is in the way, in one line', async () => {
    const rig = await setupRig();
    await rig.write('{ "disableAllHooks": true }');
    const run = await rig.setup({ json: true, claudeVersion: '2.0.0' });
    const result = JSON.parse(run.stdout) as { added: string[]; warnings: string[] };
    expect(result).toMatchObject({ file: rig.settings, updated: [], removed: [], claude_version: '2.0.0' });
    expect(result.added.toSorted()).toEqual(BASE.toSorted());
    expect(result.warnings).toEqual([expect.stringContaining('disableAllHooks')]);
    expect([run.stderr, run.stdout.trim().split('\n').length]).toEqual(['', 1]);
    const removed = JSON.parse((await rig.setup({ json: true, remove: true })).stdout) as { removed: string[] };
    expect(removed).toMatchObject({ added: [], claude_version: null, warnings: [] });
    expect(removed.removed.toSorted()).toEqual(BASE.toSorted());
  });
});
