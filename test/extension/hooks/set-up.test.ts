import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type LauncherPlace,
  launcherFile,
  readLauncher,
  registerInstallation,
} from '../../../core/node/hook-launcher/hook-launcher.ts';
import { type BundledCli, bundledCli } from '../../../extension/bundled-cli.ts';
import { refreshLauncher } from '../../../extension/hooks/refresh-launcher.ts';
import { listAgents, runSetup } from '../../../extension/hooks/run-setup.ts';
import { changeLines, failureText, removedText, setUpText } from '../../../extension/hooks/setup-texts.ts';
import { ensureBuilt } from '../../rig/build.ts';
import { ownRuntime } from '../../rig/own-runtime.ts';
import { tempFolder } from '../../rig/temp-folder.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

beforeAll(() => ensureBuilt());

let home: string;
let extension: string;
let runtime: string;
let workspace: string;
let place: LauncherPlace;

beforeEach(() => {
  home = join(tempFolder(), 'home');
  workspace = join(home, 'workspace');
  mkdirSync(workspace, { recursive: true });
  place = { home, platform: process.platform };
  extension = join(home, 'extension');
  cpSync(join(ROOT, 'dist'), join(extension, 'dist'), { recursive: true });
  runtime = ownRuntime(home);
});

/** The bundle, with a PATH that has nothing. */
function cli(): BundledCli {
  return { ...bundledCli(extension, () => ({ PATH: '/nonexistent', HOME: home })), runtime };
}

describe('the set-up from the editor', () => {
  it('needs nothing on the PATH, and says what it did', async () => {
    const file = join(workspace, '.claude', 'settings.json');
    const outcome = await runSetup(cli(), ['--launcher'], workspace);
    expect(outcome).toMatchObject([
      { agent: 'claude-code', file, updated: [], removed: [], claudeVersion: undefined, warnings: [], notes: [] },
    ]);
    expect(readFileSync(file, 'utf8')).toContain(launcherFile(place));
    expect(readLauncher(place)).toMatchObject({
      node: undefined,
      installations: [{ hook: join(extension, 'dist', 'hook.cjs'), runtime }],
    });
    expect(await runSetup(cli(), ['--remove'], workspace)).toMatchObject([{ added: [], updated: [] }]);
    expect(existsSync(file)).toBe(false);
  });

  it('knows which agents are on the machine, sets up several at once, and knows which have hooks', async () => {
    mkdirSync(join(home, '.codex'));
    mkdirSync(join(home, 'bin'));
    writeFileSync(join(home, 'bin', 'gemini'), '#!/bin/sh\n', { mode: 0o755 });
    const withGemini = { ...cli(), env: { ...cli().env, PATH: join(home, 'bin') } };
    const listed = async () => {
      const agents = await listAgents(withGemini, [], workspace);
      if ('failure' in agents) throw new Error(agents.failure);
      return agents.map(({ label, found, hooks }) => [label, found, hooks !== 0]);
    };
    expect(await listed()).toEqual([
      ['Claude Code', false, false],
      ['Codex', true, false],
      ['Gemini CLI', true, false],
      ['Cursor', false, false],
      ['Copilot CLI', false, false],
    ]);
    const several = ['--launcher', '--agent', 'codex,gemini-cli'];
    const outcome = await runSetup(withGemini, several, workspace);
    expect(outcome).toMatchObject([
      { label: 'Codex', file: join(workspace, '.codex', 'hooks.json'), notes: [expect.stringContaining('/hooks')] },
      { label: 'Gemini CLI', file: join(workspace, '.gemini', 'settings.json'), notes: [] },
    ]);
    expect((await listed()).map(([, , hasHooks]) => hasHooks)).toEqual([false, true, true, false, false]);
    writeFileSync(join(workspace, '.codex', 'hooks.json'), '{');
    expect(await listAgents(withGemini, ['--agent', 'codex'], workspace)).toMatchObject([{ hooks: undefined }]);
  });

  it('gives the command line\u2019s own words when it fails', async () => {
    mkdirSync(join(workspace, '.claude'));
    writeFileSync(join(workspace, '.claude', 'settings.json'), '{');
    const outcome = await runSetup(cli(), ['--launcher'], workspace);
    const failure = 'failure' in outcome ? outcome.failure : '';
    expect(failure).toMatch(/settings\.json:1:2: .*\n {2}.*\n +\^\nThe file was left as it is\./);
    expect(failureText(failure)).toMatch(/settings\.json:1:2: [^\n^]* The file was left as it is\. [^\n]*$/);
  });

  it('says so when the program cannot be started', async () => {
    const outcome = await runSetup({ ...cli(), runtime: '/nowhere/editor' }, ['--launcher'], workspace);
    expect(outcome).toEqual({ failure: expect.stringContaining('/nowhere/editor') });
  });
});

describe('what the user is told', () => {
  const result = {
    ...{ agent: 'claude-code', label: 'Claude Code', notes: [] },
    ...{ file: '/w/.claude/settings.json', claudeVersion: '2.1.329', warnings: [] },
    ...{ added: ['Stop', 'PreToolUse'], updated: ['SessionEnd'], removed: [] },
  };
  const nothing = { ...result, added: [], updated: [] };

  const short = () => '~/s';

  it('counts what was changed, and names it in the log', () => {
    const next = 'Sessions of Claude Code that start from now on are recorded.';
    expect(setUpText([result], short)).toBe(`2 hooks added to, 1 hook updated in ~/s. ${next}`);
    expect(setUpText([nothing], short)).toBe(`the hooks are in place in ~/s; nothing was changed. ${next}`);
    const codex = { ...result, agent: 'codex', label: 'Codex', claudeVersion: undefined, notes: ['Trust them.'] };
    expect(setUpText([nothing, codex], short)).toBe(
      'the hooks are in place in ~/s; nothing was changed. 2 hooks added to, 1 hook updated in ~/s. ' +
        'Sessions of Claude Code and Codex that start from now on are recorded. Trust them.',
    );
    expect(changeLines(result)).toEqual([
      `hooks in ${result.file}`,
      '  added Stop, PreToolUse',
      '  updated SessionEnd',
    ]);
    expect(changeLines(nothing)).toEqual([`hooks in ${result.file}: nothing changed`]);
  });

  it('says what is missing without Claude Code, and what was removed', () => {
    expect(setUpText([{ ...result, claudeVersion: undefined }], short)).toContain('Claude Code was not found');
    expect(removedText([{ ...nothing, removed: ['Stop'] }], short)).toBe('1 hook removed from ~/s.');
    expect(removedText([nothing], short)).toBe('there are no hooks of Agent Trace in ~/s.');
  });
});

describe('the extension when it starts', () => {
  const version = '0.2.0';

  function own(folder = 'new') {
    const hook = join(home, folder, 'dist', 'hook.cjs');
    mkdirSync(dirname(hook), { recursive: true });
    writeFileSync(hook, '');
    return { version, hook, runtime };
  }

  function nodeOnPath(): NodeJS.ProcessEnv {
    const file = join(home, 'bin', 'node');
    mkdirSync(dirname(file));
    writeFileSync(file, `#!/bin/sh\necho '{"node":"22.0.0","path":"${file}"}'\n`, { mode: 0o755 });
    return { PATH: dirname(file) };
  }

  it('makes no launcher where no hooks were set up', async () => {
    expect(await refreshLauncher({ place, own: own(), env: nodeOnPath(), workspaces: [] })).toBe(false);
    expect(existsSync(join(home, '.agent-trace'))).toBe(false);
  });

  it('enters itself after an update, and writes nothing at the next start', async () => {
    registerInstallation(place, { ...own('old'), version: '0.1.0' });
    rmSync(join(home, 'old'), { recursive: true });
    const refresh = { place, own: own(), env: nodeOnPath(), workspaces: [] };
    expect(await refreshLauncher(refresh)).toBe(true);
    expect(readLauncher(place)).toEqual({ node: join(home, 'bin', 'node'), installations: [refresh.own] });
    const written = statSync(launcherFile(place)).ino;
    await refreshLauncher(refresh);
    expect(statSync(launcherFile(place)).ino).toBe(written);
  });

  it('starts no program from a workspace that is not trusted', async () => {
    registerInstallation(place, own('old'));
    const refresh = { place, own: own(), env: nodeOnPath(), workspaces: undefined };
    await refreshLauncher(refresh);
    expect(readLauncher(place)?.node).toBeUndefined();
    expect(readLauncher(place)?.installations).toContainEqual(refresh.own);
  });
});
