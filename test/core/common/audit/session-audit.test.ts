import { describe, expect, it } from 'vitest';
import { readScope } from '../../../../core/common/audit/read-scope.ts';
import { SessionAudit } from '../../../../core/common/audit/session-audit.ts';
import type { TraceEvent } from '../../../../core/common/trace/trace-event.ts';
import { EventMaker } from '../../../rig/events.ts';

const PATHS = { nocase: false, home: '/home/me' };
const WORKSPACE = '/home/me/app';

interface Links {
  readonly [path: string]: string;
}

function audit(events: readonly TraceEvent[], policy?: object, links: Links = {}) {
  const checked = policy && readScope(JSON.stringify(policy));
  if (checked && 'issues' in checked) throw new Error(JSON.stringify(checked.issues));
  const realPath = (path: string): string | undefined => links[path];
  const session = new SessionAudit('s', { scope: checked?.value, paths: PATHS, realPath, workspace: WORKSPACE });
  for (const event of events) session.apply(event);
  return session.report;
}

/** Findings as one line each. */
function found(events: readonly TraceEvent[], policy?: object, links?: Links): readonly string[] {
  return audit(events, policy, links).findings.map(({ kind, what, target, denial, reason }) =>
    [kind, what, target, denial?.rule, reason].filter((part) => part !== undefined).join(' | '),
  );
}

function calls(...each: readonly [tool: string, args: TraceEvent['data']][]): readonly TraceEvent[] {
  const maker = new EventMaker();
  return each.map(([tool, args], index) => maker.call(`c${index}`, tool, args));
}

const bash = (command: string): readonly TraceEvent[] => calls(['Bash', { command }]);
const read = (file_path: string): readonly TraceEvent[] => calls(['Read', { file_path }]);
const write = (file_path: string): readonly TraceEvent[] => calls(['Write', { file_path }]);

describe('without a policy', () => {
  it.each([
    [read('.env'), ['sensitive | read | .env']],
    [read('/home/me/.ssh/config'), ['sensitive | read | /home/me/.ssh/config']],
    [write(`${WORKSPACE}/certs/../certs/a.pem`), ['sensitive | write | certs/a.pem']],
    [bash('cat .env | base64'), ['sensitive | read | .env']],
    [bash('cat .env*'), ['sensitive | read | .env']],
    [bash("bash -c 'cp ~/.aws/credentials /tmp/x'"), ['sensitive | write | /home/me/.aws/credentials']],
    [bash('echo x > .npmrc'), ['sensitive | write | .npmrc']],
    [calls(['Grep', { pattern: 'KEY', path: '.env' }]), ['sensitive | read | .env']],
    [read('src/a.ts'), []],
    [read('.env.example'), []],
    [bash('npm test'), []],
    [bash('$X'), ['unchecked | command | $X | a program in it is only known when it runs']],
  ])('flags files that hold secrets: case %#', (events, expected) => {
    expect(found(events)).toEqual(expected);
  });
});

describe('files', () => {
  const policy = {
    files: {
      read: { allow: ['src/**', 'docs/*.md'], deny: ['src/private/**'] },
      write: { allow: ['src/**'], deny: ['.github/**'] },
    },
  };
  it.each([
    [read('src/a.ts'), []],
    [read(`${WORKSPACE}/src/a.ts`), []],
    [read('src/../src/./a.ts'), []],
    [read('src/../lib/a.ts'), ['violation | read | lib/a.ts | files.read.allow']],
    [read('../src/a.ts'), ['violation | read | /home/me/src/a.ts | files.read.allow']],
    [read('/etc/passwd'), ['violation | read | /etc/passwd | files.read.allow']],
    [read('src/private/a.ts'), ['violation | read | src/private/a.ts | files.read.deny[0]']],
    [read('docs/a/b.md'), ['violation | read | docs/a/b.md | files.read.allow']],
    [write('docs/a.md'), ['violation | write | docs/a.md | files.write.allow']],
    [bash('echo x > lib/a.ts'), ['violation | write | lib/a.ts | files.write.allow']],
    [bash('cd src && echo x > a.ts'), []],
    [bash('cat < lib/a.ts'), ['violation | read | lib/a.ts | files.read.allow']],
    [bash('cat src/private/a.ts'), ['violation | read | src/private/a.ts | files.read.deny[0]']],
    [bash('rm -rf .github/workflows'), ['violation | write | .github/workflows | files.write.deny[0]']],
    [bash('ls .github/workflows'), []],
    [bash('echo x > "$F"'), ['unchecked | write | echo x > "$F" | a file that it writes is only known when it runs']],
    [calls(['Grep', { pattern: 'x', path: 'lib' }]), ['violation | read | lib | files.read.allow']],
    [read('x'.repeat(40_000)), [`unchecked | read | ${'x'.repeat(1000)} | the path is too long to name a file`]],
  ])('are held against globs relative to the workspace: case %#', (events, expected) => {
    expect(found(events, policy)).toEqual(expected);
  });

  it('are also held against what links lead to', () => {
    const links = { [`${WORKSPACE}/src/link/a`]: '/etc/a', [`${WORKSPACE}/src/k`]: `${WORKSPACE}/.env` };
    expect(found(read('src/link/a'), policy, links)).toEqual([
      'violation | read | src/link/a | files.read.allow | a link leads to /etc/a',
    ]);
    expect(found(read('src/k'), policy, links)).toContain('sensitive | read | src/k | a link leads to .env');
    const moved = { [WORKSPACE]: '/data/app', [`${WORKSPACE}/src/a.ts`]: '/data/app/src/a.ts' };
    expect(found(read('src/a.ts'), policy, moved)).toEqual([]);
  });

  it('that hold secrets are allowed by their own name alone', () => {
    const allowing = (glob: string) => found(read('config/.env'), { files: { read: { allow: [glob] } } });
    expect(allowing('config/**')).toEqual(['sensitive | read | config/.env']);
    expect(allowing('**/.env*')).toEqual(['sensitive | read | config/.env']);
    expect(allowing('config/.env')).toEqual([]);
    expect(allowing('**/{.env,.npmrc}')).toEqual([]);
  });

  it('count by events of their own, and once when they belong to a call', () => {
    const maker = new EventMaker();
    const events = [
      maker.call('c1', 'Read', { file_path: 'lib/a' }),
      maker.event('file_read', { file_path: 'lib/a' }, { parent_id: 'c1' }),
      maker.event('file_write', { file_path: 'lib/b' }),
    ];
    expect(found(events, policy)).toEqual([
      'violation | read | lib/a | files.read.allow',
      'violation | write | lib/b | files.write.allow',
    ]);
  });
});

describe('commands', () => {
  const policy = { commands: { allow: ['npm', 'git *', 'uv run', 'sudo apt-get'], deny: ['git push', 'curl *|*sh'] } };
  it.each([
    [bash('npm test'), []],
    [bash('git'), []],
    [bash('cd a && FOO=1 npm ci && echo done'), []],
    [bash('npmx'), ['violation | command | npmx | commands.allow']],
    [bash('npm test && rm -rf /'), ['violation | command | rm -rf / | commands.allow']],
    [bash('npm test $(rm x)'), ['violation | command | rm x | commands.allow']],
    [bash('"git"  push'), ['violation | command | git push | commands.deny[0]']],
    [
      bash('sudo git push'),
      ['violation | command | git push | commands.deny[0]', 'violation | command | sudo git push | commands.allow'],
    ],
    [bash('sudo apt-get update'), []],
    [bash("sh -c 'git push'"), ['violation | command | git push | commands.deny[0]']],
    [bash('uv run pytest'), []],
    [bash('uv sync'), ['violation | command | uv sync | commands.allow']],
    [
      calls(['shell', { command: ['bash', '-lc', 'git push --force'] }]),
      ['violation | command | git push --force | commands.deny[0]'],
    ],
    [
      calls(['PowerShell', { command: 'git push' }]),
      [
        'violation | command | git push | commands.deny[0]',
        'unchecked | command | git push | it is a line of PowerShell',
      ],
    ],
  ])('are each held against the policy: case %#', (events, expected) => {
    expect(found(events, policy)).toEqual(expected);
  });
});

describe('what stands before a command', () => {
  it.each([
    ['sudo', 'sudo rm x'],
    ['env', 'env A=1 rm x'],
    ['timeout *', 'timeout 5 rm x'],
    ['rm', 'sudo rm x'],
  ])('%s does not allow %s', (pattern, line) => {
    expect(found(bash(line), { commands: { allow: [pattern] } })).toHaveLength(1);
  });

  it.each([
    ['sudo rm', 'sudo rm x'],
    ['rm', 'env A=1 nice rm x'],
    ['timeout 5 rm', 'timeout 5 rm x'],
  ])('%s allows %s', (pattern, line) => {
    expect(found(bash(line), { commands: { allow: [pattern] } })).toEqual([]);
  });
});

describe('hosts', () => {
  const policy = { network: { deny_all: true, allow: ['*.example.com', 'localhost'], deny: ['bad.example.com'] } };
  it.each([
    [bash('curl https://api.example.com/'), []],
    [bash('curl http://LOCALHOST:8080'), []],
    [bash('curl https://bad.example.com/'), ['violation | network | bad.example.com | network.deny[0]']],
    [bash('curl https://a.example.org/'), ['violation | network | a.example.org | network.deny_all']],
    [bash('curl "$URL"'), ['unchecked | network | curl "$URL" | curl may reach hosts that it does not name']],
    [
      calls(['WebFetch', { url: 'https://a.example.org/x' }]),
      ['violation | network | a.example.org | network.deny_all'],
    ],
    [calls(['WebFetch', { url: 'nonsense' }]), ['unchecked | network | nonsense | the address names no host']],
  ])('are held against the policy: case %#', (events, expected) => {
    expect(found(events, policy)).toEqual(expected);
  });

  it('are those of the list alone where there is one', () => {
    expect(found(bash('curl https://b.example/'), { network: { allow: ['a.example'] } })).toEqual([
      'violation | network | b.example | network.allow',
    ]);
  });
});

describe('a report', () => {
  it('gives one finding for the same said of several calls, and says which failed', () => {
    const maker = new EventMaker();
    const [first, second] = [
      maker.call('c1', 'Read', { file_path: '.env' }),
      maker.call('c2', 'Read', { file_path: '.env' }),
    ];
    const report = audit([first, second, second, maker.failure('c2')]);
    expect(report.findings).toMatchObject([{ eventId: 'c1', event: 1, calls: 2, failed: 1 }]);
    expect(report.checked).toBe(2);
  });

  it('names the tools that no policy speaks of', () => {
    const { otherTools, checked } = audit(
      calls(['TodoWrite', {}], ['TodoWrite', {}], ['mcp__db__query', { sql: 'x' }]),
    );
    expect([...otherTools]).toEqual([
      ['TodoWrite', 2],
      ['mcp__db__query', 1],
    ]);
    expect(checked).toBe(0);
  });

  it('keeps a bounded number of findings, and counts the rest', () => {
    const maker = new EventMaker();
    const events = Array.from({ length: 6000 }, (_, index) =>
      maker.call(`c${index}`, 'Read', { file_path: `${index}.pem` }),
    );
    const report = audit(events);
    expect(report.findings).toHaveLength(5000);
    expect(report.leftOut).toBe(1000);
  });

  it('comes of anything that an event may hold', () => {
    const odd: readonly unknown[] = [
      null,
      1,
      '',
      [],
      {},
      { file_path: 5 },
      { command: [1, null] },
      { command: '\u0000\u001b[2J' },
      { url: 7 },
    ];
    const maker = new EventMaker();
    const events = odd.flatMap((args) =>
      ['Bash', 'Read', 'Write', 'WebFetch', 'x'].map((tool_name) =>
        maker.event('tool_call', { tool_name, arguments: args }),
      ),
    );
    expect(() => audit(events, { commands: { allow: ['ls'] }, network: { deny_all: true } })).not.toThrow();
  });
});
