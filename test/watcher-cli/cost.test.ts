import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliWorkspace } from '../rig/cli.ts';

let workspace: CliWorkspace;
beforeEach(() => {
  workspace = new CliWorkspace();
});
afterEach(() => workspace.dispose());

function record(): void {
  const session = workspace.session('0c7e91a2');
  const usage = { input: 1000, output: 40_000, cache_read: 1_000_000 };
  session.append('user_prompt', { prompt: 'Mend the\u001b[2J login' });
  session.append('llm_response', { model: 'claude-opus-4-8', usage });
  session.append('tool_call', { tool_name: 'Bash', arguments: { command: 'npm test' } }, { event_id: 'c1' });
  session.append('error', { error: 'Exit code 1' }, { parent_id: 'c1' });
  session.append('decision', { choice: 'cost', reported_usd: 1.5 });
}

describe('agent-trace cost', () => {
  it('gives one session as documented JSON', async () => {
    record();
    const { stdout, code } = await workspace.run('cost', '0c7e', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      session_id: '0c7e91a2',
      usd: 1.505,
      kind: 'known',
      tokens: { input: 1000, output: 40_000, cache_read: 1_000_000, cache_write_5m: 0, cache_write_1h: 0 },
      models: [{ model: 'claude-opus-4-8', usd: 1.505, tokens: { output: 40_000 } }],
      sessions: [],
      phases: [{ usd: 1.505, requests: 1 }],
      failed_calls: { calls: 1, usd: 1.505 },
      reported_usd: 1.5,
    });
  });

  it('gives a table of at most 80 columns, in which nothing of a trace moves the cursor', async () => {
    record();
    const { stdout } = await workspace.run('cost', '0c7e', '--source');
    const lines = stdout.split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stdout).not.toContain('\u001b');
    expect(lines[0]).toBe('$1.50  0c7e91a2');
    expect(stdout).toContain("the agent's own figure: $1.50, $0.0050 less than ours");
    expect(stdout).toMatch(/claude-opus-4-8 +1 +1\.0k +1\.0M +0 +40k +\$1\.50/);
    expect(stdout).toMatch(/Failed calls +1; asking for them cost \$1\.50/);
  });

  it('without a session adds up the store by model, day and session', async () => {
    record();
    const { stdout } = await workspace.run('cost', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      usd: 1.505,
      kind: 'known',
      models: [{ model: 'claude-opus-4-8', usd: 1.505 }],
      days: [{ usd: 1.505 }],
      sessions: [{ session_id: '0c7e91a2', usd: 1.505, reported_usd: 1.5 }],
    });
    expect((await workspace.run('cost')).stdout).toMatch(/^\$1\.50 {2}in 1 session\n/);
  });

  it('says which session is missing', async () => {
    record();
    const { code, stderr } = await workspace.run('cost', 'nonesuch');
    expect([code, stderr]).toEqual([4, 'agent-trace: there is no session nonesuch; agent-trace list shows all\n']);
  });
});

describe('agent-trace cost of a trace without usage', () => {
  it('estimates with a tokenizer, and says what was guessed', async () => {
    const session = workspace.session('5ead0000');
    session.append('session_start', { agent: 'other', usage: 'none' });
    session.append('llm_request', { model: 'claude-opus-4-8' });
    session.append('user_prompt', { prompt: 'The quick brown fox jumps over the lazy dog. '.repeat(400) });
    session.append('assistant_response', { text: 'The quick brown fox jumps over the lazy dog. '.repeat(100) });
    const { stdout } = await workspace.run('cost', '5ead', '--json');
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ kind: 'estimated', guessed: ['tokens', 'caching'], requests: 1 });
    expect(report.tokens.output / report.tokens.input).toBeCloseTo(0.25, 1);
    expect((await workspace.run('cost', '5ead')).stdout).toMatch(/^~\$0\.0\d+ .*\n.*\nan estimate from texts/);
  });
});

describe("the user's own prices", () => {
  const config = '.agent-trace/config.json';

  it('come before the list, in every command', async () => {
    mkdirSync(path.join(workspace.path, '.agent-trace'));
    workspace.write(config, JSON.stringify({ prices: { 'my-model': { input: 3, output: 15 } } }));
    const session = workspace.session('0c7e91a2');
    session.append('llm_response', { model: 'my-model', usage: { input: 1_000_000, output: 100_000 } });
    expect(JSON.parse((await workspace.run('cost', '0c7e', '--json')).stdout)).toMatchObject({
      usd: 4.5,
      kind: 'known',
    });
    expect(JSON.parse((await workspace.run('list', '--json')).stdout)).toMatchObject([{ cost: { usd: 4.5 } }]);
  });

  it('are refused with place and way out when they are wrong', async () => {
    mkdirSync(path.join(workspace.path, '.agent-trace'));
    workspace.write(config, '{ "prices": { "my-model": { "input": 3 } } }');
    const { code, stderr } = await workspace.run('cost');
    expect(code).toBe(3);
    expect(stderr).toContain('config.json:1:27: the price of "my-model" has no "output"');
  });
});

describe('agent-trace status', () => {
  it('names the models that have no price, as text and as JSON', async () => {
    const session = workspace.session('0c7e91a2');
    session.append('llm_response', { model: 'nonesuch-1', usage: { output: 5 } });
    session.append('llm_response', { model: 'claude-opus-4-8', usage: { output: 40_000 } });
    expect((await workspace.run('list')).stdout).toMatch(
      /≥\$1\.00.*\n[\s\S]*\nno price for nonesuch-1: not in the figures/,
    );
    expect((await workspace.run('status', '0c7e')).stdout).toMatch(/cost +≥\$1\.00\n +no price for nonesuch-1\n/);
    const json = JSON.parse((await workspace.run('status', '0c7e', '--json')).stdout);
    expect(json.cost).toEqual({ usd: 1, kind: 'unpriced', unpriced_models: ['nonesuch-1'] });
  });
});
