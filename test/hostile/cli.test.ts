import { mkdirSync } from 'node:fs';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ensureBuilt } from '../rig/build.ts';
import { CliWorkspace } from '../rig/cli.ts';
import { HOSTILE, UNSAFE } from './corpus.ts';

beforeAll(ensureBuilt);

describe.skipIf(process.platform === 'win32')('the command line shows a store with', () => {
  it.each(HOSTILE)('$name', async ({ make }) => {
    const workspace = new CliWorkspace();
    onTestFinished(() => workspace.dispose());
    mkdirSync(workspace.store);
    workspace.session('good').call('Bash', { command: 'ls' });
    make(workspace.store);
    const [list, json, status, cost] = await Promise.all([
      workspace.run('list'),
      workspace.run('list', '--json'),
      workspace.run('status'),
      workspace.run('cost'),
    ]);
    for (const { stdout, stderr, code } of [list, json, status, cost]) {
      expect(`${stdout}${stderr}`).not.toMatch(UNSAFE);
      expect(stderr).not.toMatch(/^\s+at |internal/m);
      expect(code).toBe(0);
    }
    expect(list.stdout).toContain('good');
    expect(list.stdout).not.toContain('SECRET');
    const sessions = JSON.parse(json.stdout) as readonly {
      cost: { usd: unknown };
      tokens: object;
      tool_calls: number;
    }[];
    for (const { cost, tokens, tool_calls } of sessions) {
      for (const value of [cost.usd ?? 0, ...Object.values(tokens), tool_calls]) {
        expect(Number.isFinite(value) && (value as number) >= 0, `${value}`).toBe(true);
      }
    }
  });
});
