import { readFileSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliWorkspace } from '../rig/cli.ts';
import { hasSamples, SAMPLES_NOTE, sampleFiles, sampleFolder } from '../rig/samples.ts';

let workspace: CliWorkspace;
beforeEach(() => {
  workspace = new CliWorkspace();
});
afterEach(() => workspace.dispose());

function work(id: string, folder = 'src'): void {
  const session = workspace.session(id);
  for (const name of ['a', 'b', 'c']) session.finish('Write', { file_path: `${folder}/${name}.ts` });
  session.finish('Read', { file_path: path.join(workspace.path, 'package.json') });
  session.finish('Bash', { command: 'npm test && git status' });
}

describe('agent-trace policy', () => {
  it('shows a policy and rules, and writes nothing', async () => {
    work('s');
    const { code, stdout, stderr } = await workspace.run('policy');
    expect(code).toBe(0);
    const [policy = '', rules = ''] = stdout.split('\n\n');
    expect(JSON.parse(policy.replace(/^.*\n/, ''))).toEqual({
      files: { read: { allow: ['./package.json'] }, write: { allow: ['src/**'] } },
      commands: { allow: ['git status', 'npm test'] },
      network: { deny_all: true },
      observed: {
        sessions: 1,
        'files.read': { './package.json': 1 },
        'files.write': { 'src/**': 3 },
        commands: { 'git status': 1, 'npm test': 1 },
      },
    });
    expect(rules).toContain('"when": "writes && !glob(file_path, [\\"src/**\\"])"');
    expect(stderr).toContain('from 1 session; read it before you use it');
    expect((await workspace.run('audit')).stdout).toContain('there is no .agent-scope.json');
  });

  it('writes what passes the audit and the check of rules, and replaces files with --force alone', async () => {
    work('s');
    const write = ['policy', '--output', '.agent-scope.json', '--output-rules', '.watch-rules.json'];
    expect((await workspace.run(...write)).stdout).toBe('wrote .agent-scope.json\nwrote .watch-rules.json\n');
    expect((await workspace.run('audit', '--strict')).stdout).toMatch(/against \.agent-scope\.json\nnothing found\n$/);
    expect(await workspace.run('rules', 'check')).toMatchObject({ code: 0 });
    const again = await workspace.run(...write);
    expect(again.code).toBe(5);
    expect(again.stderr).toContain('.agent-scope.json is there already; --force replaces it');
    expect((await workspace.run(...write, '--force')).code).toBe(0);
  });

  it('takes one session, or those of the last time, or all', async () => {
    work('old', 'lib');
    work('new');
    utimesSync(path.join(workspace.store, 'old/events.ndjson'), 1_700_000_000, 1_700_000_000);
    const written = async (...args: readonly string[]) => {
      const { stdout } = await workspace.run('policy', '--json', ...args);
      return JSON.parse(stdout).policy.files.write.allow;
    };
    expect(await written()).toEqual(['lib/**', 'src/**']);
    expect(await written('--session', 'ol')).toEqual(['lib/**']);
    expect(await written('--since', '30d')).toEqual(['src/**']);
    expect((await workspace.run('policy', '--session', 'old', '--since', '30d')).code).toBe(2);
    expect((await workspace.run('policy', '--session', 'x')).code).toBe(4);
  });

  it('names sensitive files that were touched, and does not allow them', async () => {
    const session = workspace.session('s');
    session.finish('Read', { file_path: '.env' });
    session.finish('Bash', { command: '$X' });
    const { stdout, stderr } = await workspace.run('policy', '--output', '.agent-scope.json');
    expect(stderr).toContain('not allowed, although touched: sensitive files .env (1)');
    expect(stderr).toContain('not covered, because it cannot be told: a program in it is only known when it runs (1)');
    expect(stdout).toContain('// seen: .env; nothing proposed here allows that');
    expect(readFileSync(path.join(workspace.path, '.agent-scope.json'), 'utf8')).not.toContain('.env');
    const audit = await workspace.run('audit');
    expect(audit.stdout).toContain('SENSITIVE    read    .env');
    expect(audit.stdout).not.toContain('VIOLATION');
  });

  it('shows nothing of a trace that moves the cursor', async () => {
    const evil = '\u001b[2J\u009b31m\u202eevil\r\n';
    const session = workspace.session('s');
    session.finish('Write', { file_path: `docs/${evil}.md` });
    session.finish('Read', { file_path: `docs/${evil}.pem` });
    session.finish('Bash', { command: `${evil} "${evil}" && rm ${evil}` });
    session.finish('WebFetch', { url: `https://a.example/${evil}` });
    const { code, stdout, stderr } = await workspace.run('policy');
    expect(code).toBe(0);
    expect(`${stdout}${stderr}`).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    await workspace.run('policy', '--output', '.agent-scope.json', '--output-rules', '.watch-rules.json');
    expect(await workspace.run('rules', 'check')).toMatchObject({ code: 0 });
    expect((await workspace.run('audit')).stdout).not.toContain('VIOLATION');
  });

  it.skipIf(!hasSamples)(
    `passes its own audit on real sessions${SAMPLES_NOTE}`,
    async () => {
      for (const agent of ['claude-code', 'codex', 'gemini-cli']) {
        const files = sampleFiles(agent, agent === 'gemini-cli' ? '.json' : '.jsonl').slice(0, 12);
        for (const file of files) await workspace.run('import', path.join(sampleFolder(agent), file));
      }
      await workspace.run('policy', '--output', '.agent-scope.json', '--output-rules', '.watch-rules.json');
      const { stdout } = await workspace.run('audit', '--all', '--json');
      const reports = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(reports.length).toBeGreaterThan(10);
      const findings = reports.flatMap(({ findings }) => findings);
      expect(findings.filter(({ kind }) => kind === 'violation')).toEqual([]);
      expect(await workspace.run('rules', 'check')).toMatchObject({ code: 0 });
    },
    240_000,
  );
});
