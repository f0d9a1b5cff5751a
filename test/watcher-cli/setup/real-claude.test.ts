import { mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CLAUDE_VERSIONS, installClaude } from '../../rig/claude/install.ts';
import { runClaude } from '../../rig/claude/run.ts';
import { setupRig } from './setup-rig.ts';

describe.each(CLAUDE_VERSIONS)('setup with the real Claude Code %s', (version) => {
  it('finds it, and the hooks it writes are run by it', async () => {
    const rig = await setupRig();
    const bin = path.join(rig.home, '.local', 'bin', 'claude');
    await rig.fakeClaude('exit 1');
    await mkdir(path.dirname(bin), { recursive: true });
    await symlink(await installClaude(version), bin);
    const log = path.join(rig.home, 'log');
    await writeFile(rig.hookScript, `require('fs').appendFileSync(${JSON.stringify(log)}, process.argv[2] + '\\n')`);

    const setup = await rig.setup();
    expect(setup.stdout).toContain(`Claude Code ${version} (${bin})`);
    expect(setup.stdout.includes('PostModelSwitch')).toBe(version !== '2.1.197');

    const call = { name: 'Bash', input: { command: 'exit 3', description: 'fail' } };
    const run = await runClaude({
      version,
      workspace: rig.cwd,
      script: { main: [{ tools: [call] }, { text: 'Done.' }] },
    });
    onTestFinished(() => run.stop());
    expect(await run.done).toMatchObject({ code: 0 });
    const events = (await readFile(log, 'utf8')).trim().split('\n');
    const expected = ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUseFailure', 'Stop', 'SessionEnd'];
    expect(events.filter((event) => expected.includes(event))).toEqual(expected);
  });

  it('finds its agent by way of the launcher, and is not disturbed when that is gone', async () => {
    const rig = await setupRig();
    const log = path.join(rig.home, 'log');
    await writeFile(
      rig.hookScript,
      `require('fs').appendFileSync(${JSON.stringify(log)}, process.argv[2] + ' ' + process.ppid + '\\n')`,
    );
    await rig.setup({ claudeVersion: version, launcher: true });
    // More than a pipe holds: a hook that is gone reads nothing of it.
    const file = path.join(rig.cwd, 'large.txt');
    const write = { name: 'Write', input: { file_path: file, content: 'x'.repeat(200_000) } };
    const script = { main: [{ tools: [write] }, { text: 'Done.' }] };
    const first = await runClaude({ version, workspace: rig.cwd, script });
    onTestFinished(() => first.stop());
    expect(await first.done).toMatchObject({ code: 0 });
    expect((await readFile(log, 'utf8')).split('\n')).toContain(`PreToolUse ${first.pid}`);

    await rm(path.join(rig.home, '.agent-trace'), { recursive: true });
    await rm(log);
    await rm(file);
    const second = await runClaude({ version, workspace: rig.cwd, script });
    onTestFinished(() => second.stop());
    const { code, stdout, stderr } = await second.done;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('"outcome":"success"');
    expect(stdout).not.toContain('"outcome":"error"');
    expect((await stat(file)).size).toBe(200_000);
    await expect(readFile(log)).rejects.toMatchObject({ code: 'ENOENT' });
  }, 180_000);

  it('is right that a comment makes Claude Code ignore the file', async () => {
    const rig = await setupRig();
    const log = path.join(rig.home, 'log');
    await writeFile(rig.hookScript, `require('fs').appendFileSync(${JSON.stringify(log)}, process.argv[2] + '\\n')`);
    await rig.write('{\n  // mine\n  "cleanupPeriodDays": 30\n}\n');
    const { stderr } = await rig.setup({ claudeVersion: version });
    expect(stderr).toContain('Claude Code ignores');
    const run = await runClaude({ version, workspace: rig.cwd, script: { main: [{ text: 'Done.' }] } });
    onTestFinished(() => run.stop());
    expect(await run.done).toMatchObject({ code: 0 });
    await expect(readFile(log)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
