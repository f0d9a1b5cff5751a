import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { systemProcessTable } from '../../../core/node/process/system-process-table.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { ensureBuilt, HOOK_BUNDLE } from '../../rig/build.ts';
import { CliWorkspace } from '../../rig/cli.ts';
import { terminal } from '../run/terminal.ts';

/** While there is a file `go`, makes one call after the other, each when its hook has let it; a child of it works on. */
const AGENT = `
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
const [folder, hook] = process.argv.slice(2);
spawn('bash', ['-c', 'while :; do echo x >> child.log; sleep 0.02; done'], { detached: true, stdio: 'ignore' });
let calls = 0;
const call = () => {
  if (!existsSync('go')) {
    writeFileSync('idle', '');
    return setTimeout(call, 20);
  }
  rmSync('idle', { force: true });
  calls += 1;
  const child = spawn(process.execPath, [hook, 'PreToolUse', '--wait=86400'], { stdio: ['pipe', 'ignore', 'ignore'] });
  const what = { tool_name: 'Bash', tool_input: { command: 'true' }, tool_use_id: 'call' + calls };
  child.stdin.end(JSON.stringify({ session_id: 'one', cwd: folder, hook_event_name: 'PreToolUse', ...what }));
  child.once('close', () => {
    appendFileSync('calls.log', 'x');
    setTimeout(call, 20);
  });
};
process.on('SIGTERM', () => process.exit(0));
writeFileSync('agent.pid', String(process.pid));
call();
`;

beforeAll(() => ensureBuilt());

describe.runIf(process.platform === 'linux')('an agent in the foreground of a terminal (needs tmux)', () => {
  it('keeps the terminal while it is paused, its calls wait and what it started is stopped', async () => {
    const workspace = new CliWorkspace();
    onTestFinished(() => workspace.dispose());
    const place = path.join(workspace.path, 'place');
    mkdirSync(place);
    workspace.write('.watch-rules.json', '{ "answer_within_ms": 30000, "rules": [] }');
    const of = (name: string) => path.join(place, name);
    const size = (name: string): number => {
      try {
        return readFileSync(of(name)).length;
      } catch {
        return 0;
      }
    };
    const grown = async (name: string) => {
      const before = size(name);
      await waitFor(`more in ${name}`, () => size(name) > before + 3);
    };
    writeFileSync(of('agent.mjs'), AGENT);
    let watch = await workspace.watch();
    const env = { ...workspace.env, CLAUDE_PROJECT_DIR: workspace.path } as Record<string, string>;
    const shell = await terminal(place, env);
    shell.type(`${process.execPath} agent.mjs ${workspace.path} ${HOOK_BUNDLE}`);
    const pid = await waitFor(
      'the agent',
      () => size('agent.pid') > 0 && Number(readFileSync(of('agent.pid'), 'utf8')),
    );
    workspace.session('one');
    workspace.register('one', pid, { asks: true });
    onTestFinished(async () => void (await workspace.run('kill', 'one')));
    writeFileSync(of('go'), '');
    await grown('calls.log');
    // A hook that runs already would be stopped as all that the agent has started.
    rmSync(of('go'));
    await waitFor('no call to be under way', () => existsSync(of('idle')));

    const paused = await workspace.run('pause', 'one');
    expect(paused.stdout).toContain('the agent keeps its terminal and is held at its next call');
    writeFileSync(of('go'), '');
    const held = () => watch.alerts.find((alert) => alert.type === 'hold' && alert.call === 'held');
    expect(await waitFor('a call to be held', held)).toMatchObject({ rule: '' });
    const [calls, work] = [size('calls.log'), size('child.log')];
    const info = () => systemProcessTable().read(pid);
    expect(info()).toMatchObject({ state: 'running', foreground: true });
    expect(shell.screen()).not.toContain('Stopped');
    const state = async () => JSON.parse((await workspace.run('status', 'one', '--json')).stdout).state;
    expect(await state()).toBe('paused');
    expect([size('calls.log'), size('child.log')]).toEqual([calls, work]);

    // The hook is told that its watcher is gone; whatever it makes of that, the next watcher goes on holding.
    watch.child.kill('SIGKILL');
    watch = await workspace.watch();
    await waitFor('a call to be held', held);
    expect(await state()).toBe('paused');
    expect(size('child.log')).toBe(work);

    const resumed = await workspace.run('resume', 'one');
    expect(resumed.stdout).toContain("the agent's calls run again");
    await grown('calls.log');
    await grown('child.log');
    expect(await state()).toBe('active');
    expect(info()).toMatchObject({ state: 'running', foreground: true });
  });
});
