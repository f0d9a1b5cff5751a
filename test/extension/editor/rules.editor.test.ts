import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { STARTER_FILE, STARTER_RULES } from '../../../core/common/rules/editing/starter-rules.ts';
import { EDITOR_OLDER, EDITOR_VERSIONS, type EditorVersion } from '../../../scripts/editor/install.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CliWorkspace } from '../../rig/cli.ts';
import type { Workbench } from '../../rig/editor/workbench.ts';
import { type EditorWindow, INSTALL_MS, LOW, usePackedExtension } from './editor-window.ts';

const RULES = `[
  // What the watcher takes, the editor takes: comments, and commas at the end.
  { "name": "secrets", "condition": "file_path matches \\"**/.env*\\"", "action": "pause", },
  { "name": "budget", "condition": "cost_usd > 5", "action": "alert", },
]
`;
const YAML = `# rules
- condition: cost_us > 5
  action: kill
  notify: why
`;
const VARIABLES = [
  'cost_usd',
  'cost_usd_session_tree',
  'cost_usd_today',
  'files_modified',
  'files_read',
  'tool_calls',
  'errors',
  'duration_minutes',
];

const openWindow = usePackedExtension();

let window: EditorWindow | undefined;
let workspace: CliWorkspace;
let workbench: Workbench;

beforeEach(() => {
  workspace = new CliWorkspace();
});

afterEach(async () => {
  await window?.close();
  window = undefined;
  await workspace.dispose();
});

async function open(version: EditorVersion, trusted = true, folders = workspace.path): Promise<void> {
  window = await openWindow(workspace, { version, trusted, open: folders, size: LOW });
  workbench = window.workbench;
  // The palette knows the commands of an extension when its views are there.
  await workbench.page.locator('.pane-header[aria-label="Agent Sessions Section"]').waitFor();
}

const press = (key: string) => workbench.page.keyboard.press(key);

async function expectErrors(expected: 'some' | 'none'): Promise<void> {
  await waitFor(
    `${expected} error to be marked`,
    async () => (await workbench.help.errors()) > 0 === (expected === 'some'),
  );
}

/** Waits until the lenses in sight match these, in this order. */
async function expectLenses(...expected: readonly (string | RegExp)[]): Promise<void> {
  let seen: readonly string[] = [];
  const matches = (text: string, match: string | RegExp | undefined) =>
    typeof match === 'string' ? text === match : match?.test(text);
  await waitFor('the lenses', async () => {
    // What the session that is shown would have broken is told beside, whenever that is found out.
    seen = (await workbench.help.lenses()).map((lens) => lens.replace(/\s*\|\s*In the session shown.*$/, ''));
    return seen.length === expected.length && seen.every((text, index) => matches(text, expected[index]));
  }).catch(() => expect(seen).toEqual(expected));
}

/** Waits until the first two lenses in sight are these; more may follow. */
async function expectFirstLenses(...expected: readonly [string, string]): Promise<void> {
  let seen: readonly string[] = [];
  await waitFor('the first lenses', async () => {
    seen = (await workbench.help.lenses()).slice(0, 2);
    return seen.join() === expected.join();
  }).catch(() => expect(seen).toEqual(expected));
}

/** The problems of all files as their view lists them. */
async function problems(): Promise<string> {
  await workbench.runCommand('View: Toggle Problems');
  const rows = workbench.page.locator('.markers-panel .monaco-list-row');
  await rows.first().waitFor();
  const text = (await rows.allInnerTexts()).join('\n');
  await workbench.runCommand('View: Toggle Problems');
  return text;
}

describe.each(EDITOR_VERSIONS)('a rule file in VS Code %s', (version) => {
  it(
    'says in JSON what the watcher says while it is typed, offers what was meant, and tells what its rules did',
    async () => {
      workspace.write('.watch-rules.json', RULES);
      const agent = workspace.startSleeper();
      const session = workspace.session('0c7e91a2-one', agent.pid);
      await open(version);
      const { help } = workbench;
      await workbench.openFile(join(workspace.path, '.watch-rules.json'));
      const guards = '2 rules in force';
      await expectLenses(guards, 'Not broken so far', 'Not broken so far');
      session.call('Read', { file_path: '.env' });
      const broken = /^Broken once, last .*, paused: the read of "\.env" matches "\*\*\/\.env\*"$/;
      await expectLenses(guards, broken, 'Not broken so far');
      await expectErrors('none');
      await workbench.screenshot('rules-guard');

      await help.goBehind('cost_usd');
      expect(await help.hover()).not.toContain('unknown');
      await press('Backspace');
      await expectErrors('some');
      await expectLenses('What is not saved is not in force', broken);
      await help.goBehind('cost_');
      const said = await help.hover();
      expect(said).toContain('unknown variable "cost_us"');
      expect(said).toContain('did you mean "cost_usd"? Known: cost_usd, cost_usd_session_tree');
      expect(await problems()).toContain('unknown variable "cost_us"');
      await help.goBehind('cost_');
      await workbench.screenshot('rules-mistake');
      await press('Control+S');
      await expectLenses('The rule file has a mistake: the watcher keeps its old rules', broken);
      await help.goBehind('cost_');
      await help.fix('Change to cost_usd');
      await expectErrors('none');
      await press('Control+S');
      await expectLenses(guards, broken, 'Not broken so far');
      expect(readFileSync(join(workspace.path, '.watch-rules.json'), 'utf8')).toBe(RULES);
    },
    INSTALL_MS,
  );

  it(
    'offers and explains in JSON variables, fields and actions',
    async () => {
      workspace.write('.watch-rules.json', '[\n  { "condition": "", "action": "kill",  }\n]\n');
      await open(version);
      const { help } = workbench;
      await workbench.openFile(join(workspace.path, '.watch-rules.json'));
      await expectErrors('some');
      await help.goBehind('"condition": "');
      expect(await help.offers()).toEqual(expect.arrayContaining(VARIABLES));
      await workbench.screenshot('rules-offers');
      await help.take('files_modified');
      await waitFor('the condition', async () => (await workbench.editor.text()).includes('"files_modified > 30"'));
      await expectErrors('none');
      await help.goBehind('files_mod');
      expect(await help.hover()).toContain('different files written');

      await press('End');
      await press('Shift+Home');
      await workbench.editor.type('{ "when": "tol == \\"Bash\\"", "action": "kill",  }');
      // The editor has closed the bracket, too.
      await press('Delete');
      await expectErrors('some');
      await help.goBehind('"to');
      expect(await help.hover()).toContain('unknown variable "tol"');
      await help.fix('Change to tool');
      await expectErrors('none');
      await help.goBehind('Bash\\"');
      await workbench.editor.type(' && ');
      expect(await help.offers()).toEqual(expect.arrayContaining(['tool', 'command', 'file_path']));
      await workbench.screenshot('rules-when');
      await help.take('sensitive');
      await waitFor('the condition', async () => (await workbench.editor.text()).includes('&& sensitive"'));
      await expectErrors('none');
      await help.goBehind('sensi');
      expect(await help.hover()).toContain('of a kind that holds secrets');
      await help.goBehind('tool == \\"');
      expect(await help.offers()).toEqual(expect.arrayContaining(['Bash', 'Read', 'shell']));
      await press('Escape');

      await help.goBehind('"kill", ');
      const fields = await help.offers();
      expect(fields).toEqual(expect.arrayContaining(['name', 'notify', 'threshold', 'glob']));
      expect(fields).not.toContain('action');
      await press('Escape');
      await help.goBehind('"acti');
      expect(await help.hover()).toContain('required: alert, ask, deny, pause or kill');
      await help.goBehind('"ki');
      expect(await help.hover()).toContain('end the agent and all that it started');
      await help.goBehind('"action": "');
      expect(await help.offers()).toEqual(expect.arrayContaining(['"alert"', '"pause"', '"kill"']));
    },
    INSTALL_MS,
  );

  it(
    'says, offers and explains the same in YAML, also where no watcher of this workspace reads it',
    async () => {
      mkdirSync(join(workspace.path, 'sub'));
      workspace.write('sub/.watch-rules.yaml', YAML);
      workspace.session('0c7e91a2-one');
      await open(version);
      const { help } = workbench;
      await workbench.openFile(join(workspace.path, 'sub', '.watch-rules.yaml'));
      await expectErrors('some');
      await expectLenses('Guards only what a watcher that is started in this folder follows');
      await help.goBehind('cost_');
      expect(await help.hover()).toContain('unknown variable "cost_us"');
      await help.fix('Change to cost_usd');
      await expectErrors('none');
      await help.goBehind('cost_usd > 5');
      await press('Enter');
      await workbench.editor.type('  ');
      const fields = await help.offers();
      expect(fields).toEqual(expect.arrayContaining(['threshold', 'glob', 'mode', 'match', 'name']));
      for (const field of ['when', 'action', 'notify']) expect(fields).not.toContain(field);
      await workbench.screenshot('rules-yaml');
      await press('Escape');
      await workbench.editor.type('name: ');
      await expectErrors('some');
      await workbench.editor.type('large');
      await expectErrors('none');
      await help.goBehind('action: ki');
      expect(await help.hover()).toContain('end the agent and all that it started');
      expect(await help.offers()).toEqual(['kill']);
    },
    INSTALL_MS,
  );
});

describe(`rules that are tried on recorded sessions in VS Code ${EDITOR_OLDER}`, () => {
  it(
    'say in a document what they would have done, as they stand in the editor',
    async () => {
      workspace.write('.watch-rules.yaml', '- name: budget\n  when: cost_usd > 1\n  action: kill\n');
      const session = workspace.session('0c7e91a2-one');
      const spend = () => session.append('llm_response', { model: 'claude-opus-4-8', usage: { output: 40_000 } });
      for (let requests = 0; requests < 4; requests += 1) spend();
      await open(EDITOR_OLDER);
      await workbench.runCommand('Agent Trace: Back-test Rules');
      const result = async () => workbench.editor.text();
      await waitFor('the result', async () => (await result()).includes('# Back-test of 1 rule'));
      expect(await result()).toContain('On 1 session recorded here: 5 events, $4.00.');
      expect(await result()).toContain('| `budget` | kill | 1 | 1 | 1 | $2.00 |');
      expect(await result()).toContain('event 3: $2.00 of $4.00 spent, $2.00 saved.');
      await workbench.screenshot('rules-back-test');

      await workbench.openFile(join(workspace.path, '.watch-rules.yaml'));
      await workbench.help.goBehind('when: cost_usd > 1');
      await workbench.editor.type('0');
      await waitFor('the change', async () => (await workbench.editor.text()).includes('> 10'));
      const inSession = async (expected: boolean) =>
        (await workbench.help.lenses()).some((lens) => lens.includes('In the session shown: once, at event 3')) ===
        expected;
      await waitFor('the rule to be tried as it stands now', () => inSession(false));
      await workbench.help.goBehind('when: cost_usd > 1');
      await press('Delete');
      await waitFor('the rule to be tried as it was', () => inSession(true));
      await workbench.screenshot('rules-hits');
      await workbench.editor.type('0');
      await waitFor('the rule to be tried once more', () => inSession(false));
      await workbench.runCommand('Agent Trace: Back-test Rules');
      await waitFor('the new result', async () => (await result()).includes('no session would have been stopped'));
    },
    INSTALL_MS,
  );
});

describe(`rules of a workspace without any in VS Code ${EDITOR_OLDER}`, () => {
  it(
    'are begun by a command, also where nothing is trusted, and guard once they are saved',
    async () => {
      workspace.session('0c7e91a2-one');
      await open(EDITOR_OLDER, false);
      const { help } = workbench;
      await workbench.runCommand('Agent Trace: Edit Rules');
      await waitFor('the new rules', async () => (await workbench.editor.text()).includes('name: secrets'));
      await expectFirstLenses('Not saved yet: guards nothing', 'Not broken so far');
      await expectErrors('none');
      await workbench.screenshot('rules-new');
      await help.goBehind('rules:');
      await press('Control+S');
      const file = join(workspace.path, STARTER_FILE);
      await waitFor('the file', () => {
        try {
          return readFileSync(file, 'utf8') === STARTER_RULES;
        } catch {
          return false;
        }
      });
      await expectFirstLenses(
        '12 rules, but no watcher runs: hooks hold only rules about a call alone',
        'Not broken so far',
      );
      workspace.write('.watch-rules.yml', '[]\n');
      await expectFirstLenses('Not guarded: the rule file has a mistake', 'Not broken so far');
      expect(await problems()).toContain('there is more than one rule file: .watch-rules.yaml and .watch-rules.yml');
    },
    INSTALL_MS,
  );

  it(
    'are those of the folder that is chosen, where there are several',
    async () => {
      for (const name of ['one', 'two']) mkdirSync(join(workspace.path, name));
      workspace.write('two/.watch-rules.yml', YAML);
      const file = join(workspace.path, 'both.code-workspace');
      workspace.write('both.code-workspace', JSON.stringify({ folders: [{ path: 'one' }, { path: 'two' }] }));
      await open(EDITOR_OLDER, true, file);
      await workbench.runCommand('Agent Trace: Edit Rules');
      await workbench.quickInput.pick('two');
      await waitFor('the rules of the second', async () => (await workbench.editor.text()).includes('notify: why'));
      await expectErrors('some');
    },
    INSTALL_MS,
  );
});
