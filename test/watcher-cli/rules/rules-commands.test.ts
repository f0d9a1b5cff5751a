import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FUNCTIONS } from '../../../core/common/rules/language/functions.ts';
import { VARIABLES } from '../../../core/common/rules/language/variables.ts';
import { CliWorkspace } from '../../rig/cli.ts';

let workspace: CliWorkspace;
beforeEach(() => {
  workspace = new CliWorkspace();
});
afterEach(() => workspace.dispose());

const BROKEN = `rules:
  - when: tool == "Bash" && comand.matches("x")
    action: kil
`;
const OLDER = `rules:
  - condition: cost_usd > $5
    action: kill
    notify: think first
  - condition: command
    glob: ["rm -rf *", "git push*"]
    action: pause
  - name: abroad
    when: "!within(path, workspace)"
    action: alert
`;

function writeOwn(config: object): void {
  mkdirSync(path.join(workspace.path, '.agent-trace'), { recursive: true });
  writeFileSync(path.join(workspace.path, '.agent-trace', 'config.json'), JSON.stringify(config));
}

describe('agent-trace rules check', () => {
  it('tells each mistake with its place and what was meant, and fails', async () => {
    workspace.write('.watch-rules.yaml', BROKEN);
    const { code, stdout } = await workspace.run('rules', 'check');
    expect(code).toBe(1);
    expect(stdout).toContain('.watch-rules.yaml:2:29: unknown variable "comand"\n');
    expect(stdout).toContain(`\n  ${' '.repeat(28)}^^^^^^\n  did you mean "command"?`);
    expect(stdout).toContain('.watch-rules.yaml:3:13: unknown action "kil"\n');
  });

  it('gives programs the same', async () => {
    workspace.write('.watch-rules.yaml', BROKEN);
    const { code, stdout } = await workspace.run('rules', 'check', '--json');
    expect(code).toBe(1);
    const { ok, files } = JSON.parse(stdout);
    expect(ok).toBe(false);
    expect(files).toMatchObject([
      {
        file: path.join(workspace.path, '.watch-rules.yaml'),
        kind: 'workspace',
        mistakes: [
          { line: 2, column: 29, text: 'comand', message: 'unknown variable "comand"' },
          { line: 3, column: 13, text: 'kil' },
        ],
      },
    ]);
  });

  it('looks at the own rules and at those of the workspace, or at the file that is named alone', async () => {
    workspace.write('.watch-rules.yaml', OLDER);
    workspace.write('other.json', '[{ "when": "errors > 3", "action": "alert" }]');
    writeOwn({ rules: [{ when: 'cost_us > 3', action: 'kill' }] });
    const both = await workspace.run('rules', 'check');
    expect(both.code).toBe(1);
    expect(both.stdout).toContain('.agent-trace/config.json:1:20: unknown variable "cost_us"');
    expect(both.stdout).toContain('.watch-rules.yaml: 3 rules, no mistake\n');
    const named = await workspace.run('rules', 'check', 'other.json');
    expect(named).toMatchObject({ code: 0, stdout: 'other.json: 1 rule, no mistake\n' });
    expect((await workspace.run('rules', 'check', '.agent-trace/config.json')).code).toBe(1);
  });

  it('fails for a file that is not there, and says where there is none at all that nothing is guarded', async () => {
    const missing = await workspace.run('rules', 'check', 'nowhere.yaml');
    expect(missing.code).toBe(1);
    expect(missing.stdout).toContain('nowhere.yaml: there is no such file');
    const none = await workspace.run('rules', 'check');
    expect(none.code).toBe(0);
    expect(none.stdout).toContain('no rules here: nothing is stopped');
  });
});

describe('agent-trace rules explain', () => {
  it('says each rule in words, whose it is, and older conditions in the language of when', async () => {
    workspace.write('.watch-rules.yaml', OLDER);
    writeOwn({ rules: [{ name: 'mine', when: 'cost_last(3600) > 3', action: 'kill' }] });
    const { code, stdout } = await workspace.run('rules', 'explain');
    expect(code).toBe(0);
    expect(stdout).toBe(`.agent-trace/config.json: your own rules, in every workspace

  user: mine
    when      cost_last(3600) > 3
    means     more than 3 US dollars spent in the last hour; once a session
    kill      end the agent and all that it started

.watch-rules.yaml: the workspace's rules

  cost_usd > $5
    condition cost_usd > $5
    when      cost_usd > 5
    means     more than 5 US dollars spent by the session; once a session
    kill      end the agent and all that it started
    notify    think first

  command matches "rm -rf *", "git push*"
    condition command matches "rm -rf *", "git push*"
    when      glob(command, ["rm -rf *", "git push*"])
    means     the command matches "rm -rf *" or "git push*"; each such call
    pause     stop the agent and all that it started, until resume

  abroad
    when      !within(path, workspace)
    means     the path does not lie in the workspace; each such call
    alert     say so, and stop nothing
`);
  });

  it('gives a when that is taken in the place of the older condition', async () => {
    workspace.write('.watch-rules.yaml', OLDER);
    const explained = JSON.parse((await workspace.run('rules', 'explain', '--json')).stdout);
    expect(explained.map(({ condition }: { condition?: string }) => condition)).toEqual([
      'cost_usd > $5',
      'command matches "rm -rf *", "git push*"',
      undefined,
    ]);
    const again = explained.map(({ when, action }: { when: string; action: string }) => ({ when, action }));
    workspace.write('again.json', JSON.stringify(again));
    const { stdout } = await workspace.run('rules', 'explain', '--json', 'again.json');
    const whens = (rules: readonly { when: string }[]) => rules.map(({ when }) => when);
    expect(whens(JSON.parse(stdout))).toEqual(whens(explained));
  });

  it('refuses a file with a mistake, as the watcher does', async () => {
    workspace.write('.watch-rules.yaml', BROKEN);
    const { code, stdout, stderr } = await workspace.run('rules', 'explain');
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('did you mean "command"?');
  });
});

describe('agent-trace rules vars', () => {
  it('lists every variable and function there is', async () => {
    const { stdout } = await workspace.run('rules', 'vars', '--json');
    const { variables, functions } = JSON.parse(stdout);
    expect(variables.map(({ name }: { name: string }) => name)).toEqual(Object.keys(VARIABLES));
    expect(functions.map(({ name }: { name: string }) => name)).toEqual(Object.keys(FUNCTIONS));
    expect(variables).toContainEqual({
      name: 'cost_usd',
      type: 'number',
      scope: 'session',
      ...said(VARIABLES.cost_usd),
    });
    const text = (await workspace.run('rules', 'vars')).stdout;
    for (const { example } of [...Object.values(VARIABLES), ...Object.values(FUNCTIONS)])
      expect(text).toContain(example);
  });
});

function said({ meaning, example }: { readonly meaning: string; readonly example: string }): object {
  return { meaning, example };
}

it('names the commands there are when an unknown one is asked for', async () => {
  const { code, stderr } = await workspace.run('rules', 'chek');
  expect(code).toBe(2);
  expect(stderr).toContain('Did you mean check?');
});
