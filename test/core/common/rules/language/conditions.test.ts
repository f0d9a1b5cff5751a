import { describe, expect, it } from 'vitest';
import { FUNCTIONS } from '../../../../../core/common/rules/language/functions.ts';
import { VARIABLES } from '../../../../../core/common/rules/language/variables.ts';
import { type Given, holds, parse } from './language.ts';

const BASH: Given = { tool: 'Bash', command: 'cd x && rm  -rf build', workspace: '/w' };
const READ: Given = { tool: 'Read', file_path: 'src/.env', path: '/w/src/.env', workspace: '/w', writes: false };

describe('a condition', () => {
  it.each<[text: string, given: Given, expected: boolean | undefined]>([
    ['tool == "Bash" && command.matches("rm\\\\s+-rf") && !within(workspace, "/tmp")', BASH, true],
    ['tool == "Bash" && command.matches("^rm")', BASH, false],
    ['glob(command, "rm -rf *")', BASH, true],
    ['glob(command, ["git *", "rm *"])', BASH, true],
    ['glob(command, "git *")', BASH, false],
    ['glob(file_path, "**/.env*")', READ, true],
    ['glob(path, "/w/src/**")', READ, true],
    ['glob(tool, "R*d")', READ, true],
    ['within(path, workspace)', READ, true],
    ['within(path, "src")', READ, true],
    ['within(path, "/w/sr")', READ, false],
    ['within("~/.ssh/id", "~/.ssh") && writes == false', READ, true],
    ['tool in ["Read", "Write"]', READ, true],
    ['tool in [agent, "Write"]', { ...READ, agent: 'x' }, false],
    ['cost_usd > 5', { cost_usd: 5 }, false],
    ['cost_usd > 5', { cost_usd: 5.000001 }, true],
    ['cost_usd * 2 >= 10 || tool_calls == 3', { cost_usd: 1, tool_calls: 3 }, true],
    ['cost_usd / tool_calls > 0.5', { cost_usd: 2, tool_calls: 3 }, true],
    ['tool_calls > 7 / 2', { tool_calls: 3.2 }, true],
    ['tool_calls > 7.0 / 2', { tool_calls: 3.2 }, false],
    ['tool_calls % 2 == 1', { tool_calls: 3 }, true],
    ['is_subagent ? tool_calls > 2 : tool_calls > 5', { is_subagent: true, tool_calls: 3 }, true],
    ['hostOf(url) == "example.com"', { url: 'https://me@EXAMPLE.com:8080/x' }, true],
    ['hostOf(url) == "example.com"', { url: 'example.com' }, undefined],
    ['host.endsWith(".internal")', { host: 'a.internal' }, true],
    ['size(command) > 20', BASH, true],
    ['command.lowerAscii().contains("DROP")', { command: 'drop' }, false],
    ['tool + ":" + agent == "Bash:codex"', { tool: 'Bash', agent: 'codex' }, true],
    ['tool_calls > -1', { tool_calls: 0 }, true],
  ])('%s of %j is %j', (text, given, expected) => {
    expect(holds(text, given)).toBe(expected);
  });

  it.each<[text: string, given: Given, expected: boolean | undefined]>([
    ['cost_usd > 5', {}, undefined],
    ['!(cost_usd > 5)', {}, undefined],
    ['cost_usd > 5 && tool == "Bash"', { tool: 'Read' }, false],
    ['cost_usd > 5 && tool == "Bash"', { tool: 'Bash' }, undefined],
    ['tool == "Bash" || cost_usd > 5', { tool: 'Bash' }, true],
    ['cost_usd > 5 || tool == "Bash"', { tool: 'Bash' }, true],
    ['cost_usd > 5 || tool == "Bash"', { tool: 'Read' }, undefined],
    ['cost_usd > 5 ? true : tool == "Bash"', { tool: 'Bash' }, undefined],
    ['tool in ["Bash"]', {}, undefined],
    ['cost_usd / tool_calls > 1', { cost_usd: 1, tool_calls: 0 }, undefined],
    ['within(path, workspace)', { path: '/w/a' }, undefined],
  ])('that asks for what is not known: %s of %j is %j', (text, given, expected) => {
    expect(holds(text, given)).toBe(expected);
  });

  it('cannot make a text without bounds: beyond any call it is not known, and nothing throws', () => {
    const joined = Array(400).fill('command').join(' + ');
    expect(holds(`(${joined}).contains("x")`, { command: 'x'.repeat(1000) })).toBe(true);
    expect(holds(`(${joined}).contains("x")`, { command: 'x'.repeat(2_000_000) })).toBeUndefined();
  });

  it('counts characters, not units', () => {
    expect(holds('size(command) == 3', { command: 'a\u{1f600}b' })).toBe(true);
    expect(holds('size(command) == 2', { command: '\ud83d\ud83d' })).toBe(true);
  });

  it('asks for windows of time', () => {
    const asked: number[] = [];
    const callsLast = (seconds: number) => asked.push(seconds) * 10;
    expect(holds('calls_last(60) > 9 && cost_last(3600) > 1', {}, { callsLast, costLast: () => 2 })).toBe(true);
    expect(holds('cost_last(3600) > 1', {}, { costLast: () => undefined })).toBeUndefined();
    expect(asked).toEqual([60]);
  });

  it.each([...Object.values(VARIABLES), ...Object.values(FUNCTIONS)].map(({ example }) => example))(
    'of the documentation is right: %s',
    (example) => {
      expect(parse(example)).toHaveProperty('expression');
    },
  );
});

describe('a mistake in a condition', () => {
  it.each<[text: string, part: string, message: RegExp, hint: RegExp]>([
    ['cost_us > 5', 'cost_us', /^unknown variable "cost_us"$/, /did you mean "cost_usd"\?/],
    ['tool_calls > 5 && glb(command, "x")', 'glb', /^unknown function "glb"$/, /did you mean "glob"\?/],
    ['tool == 3', 'tool == 3', /^these do not go together: string == number$/, /texts in quotes/],
    ['cost_usd', 'cost_usd', /^the condition is a number, not a yes or no$/, /cost_usd > 5/],
    ['cost_usd > 5 and tool == "or"', 'and', /^a word where an operator should be$/, /&& for and/],
    ['cost_usd > 5 OR tool == "or"', 'OR', /^a word where an operator should be$/, /\|\| for or/],
    ['tool == "a" || not (cost_usd > 5)', 'not', /^a word where an operator should be$/, /! for not/],
    ['tool == Bash', 'Bash', /^unknown variable "Bash"$/, /^a text stands in quotes: "Bash"\. Known: /],
    ['(cost_usd > 5', '', /^\) should stand here, not the end$/, /write a condition/],
    ['cost_usd > 5)', ')', /^\) cannot stand here$/, /write a condition/],
    ['cost_usd > 5 dollars', 'dollars', /^dollars cannot stand here$/, /write a condition/],
    ['cost_usd > ) 5', ')', /^\) cannot stand here$/, /write a condition/],
    ['cost_usd = 5', '=', /^a single =$/, /==/],
    ['cost_usd > 5 &&', '', /^the condition ends too early$/, /write a condition/],
    ['command.matches("(")', '"("', /^bad regular expression: missing/, /RE2/],
    ['command.matches(".{0,300}")', '".{0,300}"', /^bad regular expression: too large by \d+ of \d+ steps/, /RE2/],
    ['command.matches("(?=a)")', '"(?=a)"', /^bad regular expression/, /look-around/],
    ['command.matches(tool)', 'tool', /wants this written out/, /for example/],
    ['glob(file_path, "!x")', '"!x"', /^a glob that excludes$/, /.+/],
    ['glob(file_path, [])', 'glob(file_path, [])', /guards nothing/, /at least one/],
    ['calls_last(0) > 1', '0', /wants 1 to 86400 seconds/, /calls_last\(60\)/],
    ['["a"].exists(x, x == tool)', '["a"].exists(x, x == tool)', /exists\(\) is not supported/, /Known: /],
    ['size({"a": 1}) > 0 && tool == "x"', '', /./, /./],
    ['1 > 0', '1 > 0', /asks for nothing that changes/, /./],
    ['', '', /is empty/, /write a condition/],
    [`tool == "${'x'.repeat(5000)}"`, 't', /more than 4096/, /several rules/],
  ])('%s is told at %j', (text, part, message, hint) => {
    const problem = parse(text);
    if (!('message' in problem)) throw new Error('no mistake was found');
    expect(problem.message).toMatch(message);
    expect(problem.hint).toMatch(hint);
    if (part !== '') expect(text.slice(problem.start, problem.start + problem.length)).toContain(part);
    expect(problem.length).toBeGreaterThan(0);
  });
});
