import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type SetupRig, setupRig } from './setup-rig.ts';

const FILES = {
  codex: '.codex/hooks.json',
  gemini: '.gemini/settings.json',
  cursor: '.cursor/hooks.json',
  copilot: '.github/hooks/agent-trace.json',
} as const;
type Agent = keyof typeof FILES;
const OF_THE_USER = { ...FILES, copilot: '.copilot/hooks/agent-trace.json' };

const GROUPED: Readonly<Record<string, string | undefined>> = {
  'no file': undefined,
  'an empty object': '{}\n',
  'other settings': '{\n  "general": { "vimMode": true }\n}\n',
  'hooks of the user on the same events': `{
  "hooks": {
    "SessionStart": [
      { "hooks": [{ "type": "command", "command": "mine", "timeout": 5000 }] }
    ]
  }
}
`,
  comments: '{\n  // what I like\n  "ui": { "theme": "x" }, /* nothing */\n}\n',
};

const FLAT: Readonly<Record<string, string | undefined>> = {
  'no file': undefined,
  'an empty object': '{}\n',
  'only a version': '{ "version": 1 }\n',
  'a version and empty hooks': '{\n  "version": 1,\n  "hooks": {}\n}\n',
  'empty hooks and a version': '{\n  "hooks": {},\n  "version": 1\n}\n',
  'hooks of the user on the same events': `{
  "version": 1,
  "hooks": {
    "preToolUse": [
      { "command": "./mine.sh", "matcher": "Shell" }
    ],
    "afterFileEdit": [{ "command": "format" }]
  }
}
`,
};

const CASES = (Object.keys(FILES) as Agent[]).flatMap((agent) =>
  Object.entries(agent === 'cursor' || agent === 'copilot' ? FLAT : GROUPED).map(([name, text]) => ({
    agent,
    name,
    text,
  })),
);

async function put(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

const read = (file: string): Promise<string | undefined> => readFile(file, 'utf8').catch(() => undefined);
const fileOf = (rig: SetupRig, agent: Agent): string => path.join(rig.cwd, FILES[agent]);

describe('setup --agent and then --remove', () => {
  it.each(CASES)('gives back the bytes of the file of $agent with: $name', async ({ agent, text }) => {
    const rig = await setupRig();
    const file = fileOf(rig, agent);
    if (text !== undefined) await put(file, text);
    await rig.setup({ agent });
    const installed = await read(file);
    expect(installed).toContain('hook.cjs');
    expect((await rig.setup({ agent })).stdout).toContain('nothing to change');
    expect(await read(file)).toBe(installed);
    await rig.setup({ agent, remove: true });
    expect(await read(file)).toBe(text);
    expect(await rig.read()).toBeUndefined();
  });

  it.each(Object.keys(FILES) as Agent[])(
    'does so for the own file of the user and with the launcher: %s',
    async (agent) => {
      const rig = await setupRig();
      const file = path.join(rig.home, OF_THE_USER[agent]);
      await rig.setup({ agent, global: true, launcher: true });
      const name = agent === 'gemini' || agent === 'copilot' ? `${agent}-cli` : agent;
      expect(await read(file)).toMatch(new RegExp(`\\.agent-trace/bin/hook.*--agent=${name}`));
      expect(await read(fileOf(rig, agent))).toBeUndefined();
      // Without asking for the launcher, hooks that call it go on to.
      expect((await rig.setup({ agent, global: true })).stdout).toContain('nothing to change');
      await rig.setup({ agent, global: true, remove: true });
      expect(await read(file)).toBeUndefined();
    },
  );

  it('does so for all of them, and says what it did in an object a line', async () => {
    const rig = await setupRig();
    const run = await rig.setup({ agent: 'all', json: true, claudeVersion: '2.1.329' });
    const results = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(results.map(({ agent, file }) => [agent, path.relative(rig.cwd, String(file))])).toEqual([
      ['claude-code', '.claude/settings.json'],
      ['codex', '.codex/hooks.json'],
      ['gemini-cli', '.gemini/settings.json'],
      ['cursor', '.cursor/hooks.json'],
      ['copilot-cli', '.github/hooks/agent-trace.json'],
    ]);
    await rig.setup({ agent: 'all', remove: true });
    for (const { file } of results) expect(await read(String(file))).toBeUndefined();
  });
});

describe('setup --agent', () => {
  it('writes what Cursor documents', async () => {
    const rig = await setupRig();
    await rig.setup({ agent: 'cursor' });
    const settings = JSON.parse((await read(fileOf(rig, 'cursor'))) ?? '');
    expect(settings.version).toBe(1);
    expect(settings.hooks.stop).toEqual([{ command: expect.stringMatching(/hook\.cjs" stop --agent=cursor$/) }]);
  });

  it('has Copilot CLI wait for the hook before a call, and follows $COPILOT_HOME', async () => {
    const rig = await setupRig();
    const folder = path.join(rig.home, 'elsewhere');
    await rig.setup({ agent: 'copilot', global: true }, { env: { COPILOT_HOME: folder } });
    const settings = JSON.parse((await read(path.join(folder, 'hooks/agent-trace.json'))) ?? '');
    expect(settings.version).toBe(1);
    const command = expect.stringMatching(/hook\.cjs" preToolUse --agent=copilot-cli --wait=86400$/);
    expect(settings.hooks.preToolUse).toEqual([{ command, timeout: 86_400 }]);
    expect(settings.hooks.postToolUse).toEqual([{ command: expect.stringMatching(/hook\.cjs" postToolUse/) }]);
  });

  it('says that Codex wants its hooks trusted, and how', async () => {
    const rig = await setupRig();
    expect((await rig.setup({ agent: 'codex' })).stdout).toContain('/hooks');
    expect((await rig.setup({ agent: 'codex', json: true })).stdout).toContain('/hooks');
  });

  it('follows $CODEX_HOME', async () => {
    const rig = await setupRig();
    const folder = path.join(rig.home, 'elsewhere');
    await rig.setup({ agent: 'codex', global: true }, { env: { CODEX_HOME: folder } });
    expect(await read(path.join(folder, 'hooks.json'))).toContain('--agent=codex');
  });

  it('warns of a comment where the agent wants plain JSON, and only there', async () => {
    const rig = await setupRig();
    await put(fileOf(rig, 'codex'), '{\n  // later\n}\n');
    await put(fileOf(rig, 'gemini'), '{\n  // later\n}\n');
    expect((await rig.setup({ agent: 'codex' })).stderr).toContain('hooks.json:2:3: Codex ignores');
    expect((await rig.setup({ agent: 'gemini' })).stderr).toBe('');
  });

  it('warns when Gemini CLI has its hooks turned off', async () => {
    const rig = await setupRig();
    await put(fileOf(rig, 'gemini'), '{ "hooksConfig": { "enabled": false } }');
    expect((await rig.setup({ agent: 'gemini' })).stderr).toContain('hooksConfig.enabled');
  });

  it('changes no file when one of them is broken', async () => {
    const rig = await setupRig();
    await put(fileOf(rig, 'cursor'), '{ "hooks": [] }');
    await expect(rig.setup({ agent: 'all', claudeVersion: '2.1.329' })).rejects.toThrow(/hooks\.json:1:12/);
    expect(await rig.read()).toBeUndefined();
    expect(await read(fileOf(rig, 'codex'))).toBeUndefined();
  });

  it('knows no other agent, and prints the hooks of one only', async () => {
    const rig = await setupRig();
    await expect(rig.setup({ agent: 'emacs' })).rejects.toThrow(/--agent emacs is not known/);
    await expect(rig.setup({ agent: 'all', print: true })).rejects.toThrow(/one agent/);
  });
});
