import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Observation } from '../../../../core/common/audit/propose/observation.ts';
import { formatRules, proposeRules } from '../../../../core/common/audit/propose/propose-rules.ts';
import { proposeScope } from '../../../../core/common/audit/propose/propose-scope.ts';
import { readScope } from '../../../../core/common/audit/read-scope.ts';
import { SessionAudit } from '../../../../core/common/audit/session-audit.ts';
import { readRules } from '../../../../core/common/rules/reading/read-rules.ts';
import type { TraceEvent } from '../../../../core/common/trace/trace-event.ts';
import { EventMaker } from '../../../rig/events.ts';

const OPTIONS = { paths: { nocase: false, home: '/home/me' }, realPath: () => undefined, workspace: '/home/me/app' };
const NO_MAXIMA = {
  cost_usd: undefined,
  tool_calls: undefined,
  files_modified: undefined,
  duration_minutes: undefined,
};

type Act = readonly [tool: string, args: TraceEvent['data']];

function eventsOf(acts: readonly Act[]): readonly TraceEvent[] {
  const maker = new EventMaker();
  return acts.map(([tool, args], index) => maker.call(`c${index}`, tool, args));
}

function observe(acts: readonly Act[]) {
  const observation = new Observation(OPTIONS);
  const session = observation.session();
  for (const event of eventsOf(acts)) session(event);
  return observation.observed;
}

function propose(acts: readonly Act[]) {
  const observed = observe(acts);
  const scope = proposeScope(observed) as {
    files?: { read?: { allow: string[] }; write?: { allow: string[] } };
    commands?: { allow: string[] };
    network: object;
  };
  return { observed, scope, rules: proposeRules(observed, NO_MAXIMA) };
}

function auditOf(scope: object, acts: readonly Act[]) {
  const checked = readScope(JSON.stringify(scope));
  if ('issues' in checked) throw new Error(JSON.stringify(checked.issues));
  const audit = new SessionAudit('s', { ...OPTIONS, scope: checked.value });
  for (const event of eventsOf(acts)) audit.apply(event);
  return audit.report.findings;
}

const reads = (...paths: readonly string[]): readonly Act[] =>
  paths.map((file_path) => ['Read', { file_path }] as const);
const runs = (...lines: readonly string[]): readonly Act[] => lines.map((command) => ['Bash', { command }] as const);

describe('globs of the files', () => {
  it.each([
    [reads('src/a.ts', 'src/b.ts', 'src/c/d.ts'), ['src/**']],
    [reads('src/a.ts', 'src/b.ts'), ['src/a.ts', 'src/b.ts']],
    [reads('package.json', 'README.md'), ['./README.md', './package.json']],
    [reads(...Array.from({ length: 20 }, (_, index) => `${index}.md`)), ['./*']],
    [reads('packages/a/src/1', 'packages/a/src/2', 'packages/a/src/3'), ['packages/a/src/**']],
    [reads('/tmp/a', '/tmp/b', '/tmp/c'), ['/tmp/**']],
    [reads('/home/me/.claude/a/1', '/home/me/.claude/a/2', '/home/me/.claude/a/3'), ['~/.claude/a/**']],
    [reads('/home/me/a', '/home/me/b', '/home/me/c', '/home/you/d'), ['/home/you/d', '~/a', '~/b', '~/c']],
    [reads('app/[id]/page.tsx', 'x/a{b}c'), ['app/[[]id]/page.tsx', 'x/a[{]b[}]c']],
    [reads('.env', 'certs/a.pem', 'src/a.ts'), ['src/a.ts']],
    [[['Grep', { path: 'lib' }], ...reads('lib/1', 'lib/2', 'lib/3')] as const, ['lib/**']],
    [[['Grep', { path: '.' }]] as const, undefined],
  ])('are few and no wider than they have to be: case %#', (acts, expected) => {
    expect(propose(acts).scope.files?.read?.allow).toEqual(expected);
  });
});

describe('patterns of the commands', () => {
  it.each([
    [runs('git status', 'git status -s', 'git push'), ['git status', 'git push']],
    [runs('npm run build', 'npm run test -- x', 'npm test'), ['npm run build', 'npm run test', 'npm test']],
    [runs('cd a && ls -la | grep x'), ['grep', 'ls']],
    [runs('rm -rf dist', 'rm a.txt'), ['rm -rf dist', 'rm a.txt']],
    [runs('rm -f build/*.o'), ['rm -f build/?.o']],
    [runs('sudo apt-get update'), ['sudo apt-get update']],
    [runs('/usr/bin/python3 tools/x.py', './gradlew build'), ['./gradlew', 'python3 tools/x.py']],
    [runs(...Array.from({ length: 40 }, (_, index) => `git c${index}`)), ['git']],
    [runs(...Array.from({ length: 40 }, (_, index) => `rm f${index}`)), ['rm']],
    [runs('$X y'), undefined],
  ])('are their first words, and all of them for what destroys: case %#', (acts, expected) => {
    expect(propose(acts).scope.commands?.allow).toEqual(expected);
  });
});

describe('a proposal', () => {
  it('denies hosts that were not reached', () => {
    expect(propose(runs('curl https://a.example/x')).scope.network).toEqual({ deny_all: true, allow: ['a.example'] });
    expect(propose(runs('ls')).scope.network).toEqual({ deny_all: true });
  });

  it('tells how often each pattern was needed, and what sensitive files were touched', () => {
    const { observed, scope, rules } = propose([...reads('src/a.ts', 'src/a.ts', '.env'), ...runs('cat .env')]);
    expect(scope).toMatchObject({ observed: { sessions: 1, 'files.read': { 'src/a.ts': 2 } } });
    expect(observed.sensitive).toEqual([{ text: '.env', count: 2 }]);
    expect(formatRules(rules)).toContain('// seen: .env; nothing proposed here allows that');
  });

  it('limits what sessions come to at about twice the most, and not low', () => {
    const maxima = { ...NO_MAXIMA, cost_usd: 1.2, tool_calls: 177, files_modified: 1 };
    const limits = proposeRules(observe([]), maxima).filter(({ name }) => name.endsWith('limit'));
    expect(limits.map(({ when }) => when)).toEqual(['cost_usd > 3', 'tool_calls > 500', 'files_modified > 10']);
  });

  const NAME = fc.oneof(
    fc.constantFrom(
      'src',
      'a.ts',
      '.env',
      'id_rsa',
      '[id]',
      '{a}',
      '*',
      '?',
      '!x',
      '~',
      'C:',
      '@(x)',
      ' x ',
      '..',
      '.',
      '',
      'é',
      '\u202e',
    ),
    fc.string({ maxLength: 8 }),
    fc.string({ unit: 'binary', maxLength: 4 }),
  );
  const PATH = fc
    .tuple(
      fc.constantFrom('', '', '/', '~/', '/home/me/', '/home/me/app/', '../'),
      fc.array(NAME, { minLength: 1, maxLength: 5 }),
    )
    .map(([start, names]) => start + names.join('/'));
  const WORD = fc.oneof(
    fc.constantFrom(
      'git',
      'npm',
      'run',
      'rm',
      '-rf',
      '*',
      '$X',
      '>',
      '<',
      '|',
      '&&',
      ';',
      '"',
      "'",
      'sudo',
      'env',
      'A=1',
      'bash',
      '-c',
      'a.txt',
      'https://a.example/',
      'curl',
      '$(',
      ')',
      'cd',
      '.env',
      '/usr/bin/git',
      'xargs',
      'find',
      '-exec',
    ),
    fc.string({ maxLength: 6 }),
  );
  const ACT: fc.Arbitrary<Act> = fc.oneof(
    fc.tuple(
      fc.constantFrom('Read', 'Write', 'Grep'),
      PATH.map((path) => ({ path, file_path: path })),
    ),
    fc.tuple(
      fc.constant('Bash'),
      fc.array(WORD, { maxLength: 10 }).map((words) => ({ command: words.join(' ') })),
    ),
    fc.tuple(
      fc.constant('WebFetch'),
      fc
        .oneof(
          fc.webUrl(),
          fc.string().map((text) => `https://${text}`),
        )
        .map((url) => ({ url })),
    ),
  );

  it('passes its own audit on what it was made from, whatever that is, and never allows a sensitive file', () => {
    fc.assert(
      fc.property(fc.array(ACT, { maxLength: 40 }), (acts) => {
        const { scope, observed } = propose(acts);
        fc.pre(observed.unwritable === 0);
        expect(auditOf(scope, acts).filter(({ kind }) => kind === 'violation')).toEqual([]);
        const sensitive = auditOf(scope, reads('.env', 'src/id_rsa', '~/.ssh/a')).map(({ kind }) => kind);
        expect(sensitive).toEqual(['sensitive', 'sensitive', 'sensitive']);
      }),
      { numRuns: 1000 },
    );
  });

  it('has rules that the checker finds right', () => {
    fc.assert(
      fc.property(fc.array(ACT, { maxLength: 20 }), (acts) => {
        const { rules } = propose(acts);
        const checked = readRules(formatRules(rules), 'json');
        expect('issues' in checked ? checked.issues : []).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
