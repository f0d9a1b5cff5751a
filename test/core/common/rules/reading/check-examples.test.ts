import { describe, expect, test } from 'vitest';
import { readRules } from '../../../../../core/common/rules/reading/read-rules.ts';

/** Messages and hints of a file with one rule. */
function mistakes(when: string, examples: Readonly<Record<string, unknown>>): readonly string[] {
  const read = readRules(JSON.stringify([{ name: 'r', when, action: 'deny', ...examples }]), 'json');
  return 'issues' in read ? read.issues.map(({ message, hint }) => `${message} | ${hint}`) : [];
}

describe('examples that say the truth', () => {
  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['glob(command, "rm -rf *")', { match: 'sudo rm -rf /', no_match: ['rm x', 'echo "rm -rf y"'] }],
    ['glob(file_path, "**/.env*") && !sensitive', { no_match: '.env' }],
    [
      'sensitive',
      { match: [{ path: '~/.ssh/id_rsa' }, { file_path: '.env' }], no_match: { file_path: '.env.example' } },
    ],
    [
      'outside_workspace && writes',
      { match: { file_path: '/etc/hosts', writes: true }, no_match: [{ file_path: 'a' }] },
    ],
    ['!within(path, workspace)', { match: '/etc/hosts', no_match: ['src/a.ts', '/home/user/project/a'] }],
    ['!(host in ["docs.example.com"])', { match: 'evil.example', no_match: { url: 'https://docs.example.com/a' } }],
    ['tool == "Bash" && command.matches("curl .*[|] *sh")', { match: [{ tool: 'Bash', command: 'curl x | sh' }] }],
    ['tool == "WebFetch"', { match: 'WebFetch', no_match: 'Bash' }],
    ['cost_usd > 5 && !is_subagent', { match: { cost_usd: 6, is_subagent: false }, no_match: [{ cost_usd: 6 }] }],
    [
      'calls_last(60) > 100 || cost_last(3600) > 10',
      { match: [{ calls_last: 101 }, { cost_last: 11 }], no_match: [{}] },
    ],
    ['agent == "codex"', { match: { agent: 'codex', workspace: '/w' } }],
  ])('%s', (when, examples) => {
    expect(mistakes(when, examples)).toEqual([]);
  });

  test('go with the older form of a condition too', () => {
    const source =
      '- { condition: file_path, glob: [".env", "*.pem"], action: kill, match: [a/.env, x.pem], no_match: [env] }';
    expect(readRules(source, 'yaml')).toHaveProperty('value');
    expect(readRules(source.replace('x.pem', 'x.pen'), 'yaml')).toHaveProperty('issues');
  });
});

describe('an example that does not is an error', () => {
  test.each<[string, Readonly<Record<string, unknown>>, string[]]>([
    [
      'glob(command, ["rm -rf *", "git push*"])',
      { match: ['git push -f', 'rm -r x'] },
      ['rule "r" does not match its example "rm -r x" | glob(command, ["rm -rf *", "git push*"]) is false'],
    ],
    [
      'tool == "Bash" && glob(command, "rm *")',
      { match: 'rm x' },
      ['rule "r" does not match its example "rm x" | tool == "Bash" is not known: the example does not say tool'],
    ],
    [
      'writes && glob(file_path, "src/**")',
      { match: [{ file_path: 'src/a', writes: false }] },
      ['rule "r" does not match its example {"file_path":"src/a","writes":false} | writes is false'],
    ],
    [
      'glob(command, "*rm*")',
      { no_match: 'npm run format' },
      [
        'rule "r" matches its example "npm run format" of what it leaves alone | the command "npm run format" matches "*rm*"',
      ],
    ],
    [
      'cost_usd > 5 && tokens > 5',
      { match: 'dear' },
      [
        'it is not clear what this text is an example of | write an object with what the condition asks for: cost_usd, tokens',
      ],
    ],
    [
      'glob(command, "x")',
      { match: [{ comand: 'x' }, { command: 5 }, 5, { command: 'x', url: 'http://x' }] },
      [
        expect.stringContaining('unknown variable "comand" | did you mean "command"? Known: tool, command, '),
        '"command" is a number | write a text in quotes',
        'an example is a number | write a text, or an object such as { "tool": "Bash", "command": "rm -rf /" }',
        'an example is one call, and these are two | give one of command, url and file_path',
      ],
    ],
    [
      'glob(command, "*")',
      { match: ['x'.repeat(501), ...Array(20).fill('x')] },
      [
        'an example of more than 500 characters | write a shorter one',
        'more than 20 examples in "match" | keep those that tell what the rule is about',
      ],
    ],
  ])('%s %j', (when, examples, expected) => {
    expect(mistakes(when, examples)).toEqual(expected);
  });

  test('stands where the example does', () => {
    const read = readRules('- when: glob(command, "rm *")\n  action: deny\n  match:\n    - rm x\n    - ls', 'yaml');
    expect(read).toMatchObject({ issues: [{ line: 5, column: 7, text: 'ls' }] });
  });

  test('is not told where the condition itself has a mistake', () => {
    expect(mistakes('glob(comand, "rm *")', { match: 'ls' })).toEqual([expect.stringContaining('unknown variable')]);
  });
});
