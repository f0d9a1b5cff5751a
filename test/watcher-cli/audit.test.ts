import { appendFileSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliWorkspace } from '../rig/cli.ts';
import { hasSamples, SAMPLES_NOTE, sampleFiles, sampleFolder } from '../rig/samples.ts';

let workspace: CliWorkspace;
beforeEach(() => {
  workspace = new CliWorkspace();
});
afterEach(() => workspace.dispose());

const POLICY = `{
  "files": { "write": { "allow": ["src/**"] } },
  "commands": { "deny": ["rm -rf"] }
}
`;

describe('agent-trace audit', () => {
  it('ends with 0 when nothing is found, and says what it has looked at', async () => {
    const session = workspace.session('0c7e91a2');
    session.finish('Read', { file_path: 'src/a.ts' });
    session.finish('TodoWrite', {});
    const { code, stdout } = await workspace.run('audit');
    expect(stdout).toBe(
      [
        '1 call of 1 session checked for sensitive files only: there is no .agent-scope.json',
        '1 call of tools that no policy speaks of: TodoWrite 1',
        'nothing found\n',
      ].join('\n'),
    );
    expect(code).toBe(0);
  });

  it('ends with 1 and names event, file or command, rule and place', async () => {
    workspace.write('.agent-scope.json', POLICY);
    const session = workspace.session('0c7e91a2');
    session.finish('Bash', { command: 'npm test && sudo rm -rf dist' });
    session.finish('Write', { file_path: path.join(workspace.path, 'docs/a.md') }, 'no');
    session.finish('Read', { file_path: '.env' });
    const { code, stdout } = await workspace.run('audit', '0c7e');
    expect(code).toBe(1);
    expect(stdout.split('\n').slice(1)).toEqual([
      'VIOLATION    command rm -rf dist',
      '             in npm test && sudo rm -rf dist',
      '             commands.deny[0] "rm -rf"  .agent-scope.json:3:26',
      '             event 2 of 0c7e91a2, Bash 0c7e91a2-e2',
      'VIOLATION    write   docs/a.md',
      '             not in files.write.allow  .agent-scope.json:2:34',
      '             event 4 of 0c7e91a2, Write 0c7e91a2-e4, failed',
      'SENSITIVE    read    .env',
      '             a file of a kind that holds secrets, which no allow list names',
      '             event 6 of 0c7e91a2, Read 0c7e91a2-e6',
      '',
      '3 calls of 1 session checked against .agent-scope.json',
      '2 violations, 1 access to sensitive files',
      '',
    ]);
  });

  it('gives the same as JSON, one object a line for each session', async () => {
    workspace.write('own.json', POLICY);
    workspace.session('0c7e91a2').finish('Bash', { command: 'rm -rf dist' });
    workspace.session('0c7e91a2.b3d4').finish('Read', { file_path: 'src/a.ts' });
    const { code, stdout } = await workspace.run('audit', '--policy', 'own.json', '--json');
    const reports = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(1);
    expect(reports).toMatchObject([
      {
        session_id: '0c7e91a2',
        agent: 'test-agent',
        policy: 'own.json',
        clean: false,
        checked: 1,
        findings: [
          {
            kind: 'violation',
            what: 'command',
            target: 'rm -rf dist',
            rule: 'commands.deny[0]',
            pattern: 'rm -rf',
            place: { file: 'own.json', line: 3, column: 26 },
            tool: 'Bash',
            event_id: '0c7e91a2-e2',
            event: 2,
            calls: 1,
            failed: 0,
          },
        ],
        unreadable: [],
      },
      { session_id: '0c7e91a2.b3d4', clean: true, findings: [] },
    ]);
  });

  it('takes the session started last, those of the last time, or all', async () => {
    const old = workspace.session('old');
    writeFileSync(path.join(old.folder, 'meta.json'), JSON.stringify({ session_id: 'old', started_at: 1_700_000_000 }));
    old.finish('Read', { file_path: '.env' });
    utimesSync(path.join(old.folder, 'events.ndjson'), 1_700_000_000, 1_700_000_000);
    workspace.session('new').finish('Read', { file_path: 'a' });
    expect((await workspace.run('audit')).code).toBe(0);
    expect((await workspace.run('audit', '--since', '7d')).code).toBe(0);
    expect((await workspace.run('audit', 'old')).code).toBe(1);
    const all = await workspace.run('audit', '--all');
    expect(all.stdout).toContain('2 calls of 2 sessions');
    expect(all.code).toBe(1);
  });

  it('says what it cannot check, and fails of it with --strict alone', async () => {
    const session = workspace.session('s');
    session.finish('Bash', { command: '$CMD x' });
    appendFileSync(path.join(session.folder, 'events.ndjson'), 'no event\n');
    const { code, stdout } = await workspace.run('audit');
    expect(stdout).toContain('NOT CHECKED  command $CMD x\n             a program in it is only known when it runs\n');
    expect(stdout).toMatch(/NOT CHECKED {2}.*events\.ndjson line \d+ .*not JSON/);
    expect(stdout).toMatch(/nothing found; 2 not checked\n$/);
    expect(code).toBe(0);
    expect((await workspace.run('audit', '--strict')).code).toBe(1);
  });

  it('checks a last line that was never ended', async () => {
    const session = workspace.session('s');
    const event = {
      event_type: 'tool_call',
      timestamp: 1,
      event_id: 'x',
      session_id: 's',
      data: { tool_name: 'Read', arguments: { file_path: '.env' } },
    };
    appendFileSync(path.join(session.folder, 'events.ndjson'), JSON.stringify(event));
    expect((await workspace.run('audit')).stdout).toContain('SENSITIVE    read    .env');
  });

  it('ends with 3 at a policy with mistakes, and shows where', async () => {
    workspace.session('s');
    workspace.write('.agent-scope.json', '{ "file": {} }');
    const { code, stderr } = await workspace.run('audit');
    expect(stderr).toContain('.agent-scope.json:1:3: unknown field "file"');
    expect(stderr).toContain('did you mean "files"?');
    expect(code).toBe(3);
    expect((await workspace.run('audit', '--policy', 'none.json')).stderr).toContain(
      'none.json: there is no such file',
    );
  });

  it('ends with 2 at options that contradict each other, and with 4 where there is no session', async () => {
    expect((await workspace.run('audit')).code).toBe(4);
    workspace.session('s');
    expect((await workspace.run('audit', 's', '--all')).code).toBe(2);
    expect((await workspace.run('audit', '--since', 'x')).code).toBe(2);
    expect((await workspace.run('audit', 'other')).code).toBe(4);
  });

  it('follows links of this machine', async () => {
    mkdirSync(path.join(workspace.path, 'src'));
    symlinkSync('/etc', path.join(workspace.path, 'src/etc'));
    workspace.write('.agent-scope.json', POLICY);
    workspace.session('s').finish('Write', { file_path: 'src/etc/new/hosts' });
    const { stdout } = await workspace.run('audit');
    expect(stdout).toContain('VIOLATION    write   src/etc/new/hosts');
    expect(stdout).toContain('a link leads to /etc/new/hosts');
  });

  it('does not follow a policy that is a link in the workspace', async () => {
    workspace.write('secret', 'TOKEN=abc\n');
    symlinkSync('secret', path.join(workspace.path, '.agent-scope.json'));
    workspace.session('s');
    const { code, stderr } = await workspace.run('audit');
    expect(code).toBe(3);
    expect(stderr).toContain('symbolic link');
    expect(stderr).not.toContain('abc');
  });

  it('shows nothing of a trace that moves the cursor', async () => {
    workspace.write('.agent-scope.json', POLICY);
    const evil = '\u001b[2J\u009b31m\u202eevil\r\n';
    const session = workspace.session('s');
    session.append('session_start', { agent: evil });
    session.finish(evil, { command: evil });
    session.finish('Bash', { command: `rm -rf ${evil}` });
    session.finish('Write', { file_path: `docs/${evil}.md` });
    const { stdout } = await workspace.run('audit');
    const json = await workspace.run('audit', '--json');
    expect(stdout).toContain('evil');
    expect(JSON.parse(json.stdout).findings[0].target).toContain('\u001b[2J');
    expect(`${stdout}${json.stdout}`).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  });

  it('reads a command of a megabyte', async () => {
    workspace.write('.agent-scope.json', POLICY);
    workspace.session('s').finish('Bash', { command: `echo ${'x '.repeat(500_000)}; rm -rf /` });
    const { stdout, code } = await workspace.run('audit');
    expect(stdout).toContain('NOT CHECKED');
    expect(stdout.length).toBeLessThan(2000);
    expect(code).toBe(0);
  });

  it('reads a session of any length in little memory', async () => {
    const { folder } = workspace.session('s');
    const text = 'x'.repeat(400);
    for (let part = 0; part < 10; part += 1) {
      const lines = Array.from({ length: 10_000 }, (_, index) => {
        const id = `call-${part}-${index}`;
        const args = { file_path: `src/${part}/${index}.ts`, text };
        const event = {
          event_type: 'tool_call',
          timestamp: 1,
          event_id: id,
          session_id: 's',
          data: { tool_name: 'Write', arguments: args },
        };
        return JSON.stringify(event);
      });
      appendFileSync(path.join(folder, 'events.ndjson'), `${lines.join('\n')}\n`);
    }
    workspace.env['NODE_OPTIONS'] = '--max-old-space-size=32';
    const { code, stdout } = await workspace.run('audit');
    expect(stdout).toContain('100000 calls of 1 session');
    expect(code).toBe(0);
  }, 180_000);

  it.skipIf(!hasSamples)(`reads real sessions${SAMPLES_NOTE}`, async () => {
    const folder = path.join(sampleFolder('claude-code'), 'marot_spotter');
    const [file = ''] = sampleFiles('claude-code', '.jsonl').filter((each) =>
      each.startsWith('marot_spotter/8463c716'),
    );
    await workspace.run('import', path.join(path.dirname(folder), file));
    workspace.write(
      '.agent-scope.json',
      '{ "commands": { "deny": ["git push"] }, "files": { "write": { "allow": ["lib/**"] } } }',
    );
    const { code, stdout } = await workspace.run('audit');
    expect(code).toBe(1);
    expect(stdout).toContain('VIOLATION    command git push');
    expect(stdout).toContain('not in files.write.allow  .agent-scope.json:1:72');
  });
});
