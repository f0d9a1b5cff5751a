import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
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
