import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_GUARD } from '../../../../core/common/rules/guard-settings.ts';
import { loadPolicy } from '../../../../core/node/rules/load-policy.ts';
import { MAX_RULE_FILE_BYTES } from '../../../../core/node/rules/read-rule-text.ts';
import { userConfigLocation } from '../../../../core/node/rules/user-config-location.ts';

const RULE = '{ "condition": "cost_usd > 5", "action": "kill" }';
const POSIX = process.platform !== 'win32';

let folder: string;
let workspace: string;
let home: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'agent-trace-rules-'));
  workspace = path.join(folder, 'workspace');
  home = path.join(folder, 'home');
  await mkdir(workspace);
  await mkdir(path.join(home, '.agent-trace'), { recursive: true });
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const inWorkspace = (name: string) => path.join(workspace, name);
const configFile = () => path.join(home, '.agent-trace', 'config.json');

function load(options: { file?: string; env?: Record<string, string> } = {}) {
  return loadPolicy({
    rules: { workspace, file: options.file },
    userConfig: userConfigLocation(options.env ?? {}, home),
  });
}

/** The names of the rules, or the issues as `file:line:column message`. */
async function outcome(options: { file?: string; env?: Record<string, string> } = {}): Promise<string[]> {
  const loaded = await load(options);
  if ('policy' in loaded) return loaded.policy.rules.map(({ name }) => name);
  return loaded.issues.map(({ file, line, column, message }) => `${path.basename(file)}:${line}:${column} ${message}`);
}

describe('the rule file of a workspace', () => {
  test('is not needed', async () => {
    expect(await load()).toEqual({
      policy: { rules: [], guard: DEFAULT_GUARD, source: undefined },
      hasUserConfig: false,
    });
  });

  test.each([
    ['.watch-rules.json', `[${RULE}] // comment`],
    ['.watch-rules.yaml', `- condition: cost_usd > 5\n  action: kill\n`],
    ['.watch-rules.yml', `rules:\n  - { condition: cost_usd > 5, action: kill }\n`],
  ])('is found as %s', async (name, text) => {
    await writeFile(inWorkspace(name), text);
    expect(await load()).toMatchObject({ policy: { source: inWorkspace(name), rules: [{ name: 'cost_usd > 5' }] } });
  });

  test('must be one', async () => {
    await writeFile(inWorkspace('.watch-rules.json'), `[${RULE}]`);
    await writeFile(inWorkspace('.watch-rules.yml'), '[]');
    expect(await outcome()).toEqual([
      '.watch-rules.json:0:0 there is more than one rule file: .watch-rules.json and .watch-rules.yml',
    ]);
  });

  test('may be named, then it must exist and the others do not count', async () => {
    await writeFile(inWorkspace('.watch-rules.json'), 'broken');
    const file = path.join(folder, 'my.rules');
    expect(await outcome({ file })).toEqual(['my.rules:0:0 there is no such file']);
    await writeFile(file, '- condition: errors > 1 # YAML\n  action: alert\n');
    expect(await outcome({ file })).toEqual(['errors > 1']);
  });

  test('is turned down as a whole for one mistake, with its place', async () => {
    await writeFile(inWorkspace('.watch-rules.json'), `[\n${RULE},\n{ "condition": "cost > 5", "action": "kill" }]`);
    expect(await outcome()).toEqual(['.watch-rules.json:3:17 unknown variable "cost"']);
  });

  test('may begin with a byte order mark', async () => {
    await writeFile(inWorkspace('.watch-rules.json'), `\ufeff[${RULE}]`);
    expect(await outcome()).toEqual(['cost_usd > 5']);
  });

  test('must be UTF-8', async () => {
    await writeFile(
      inWorkspace('.watch-rules.json'),
      Buffer.concat([Buffer.from('[\n "\u00e4'), Buffer.from([0xe4, 0x22])]),
    );
    expect(await outcome()).toEqual(['.watch-rules.json:2:4 the file is not UTF-8 here']);
    await writeFile(inWorkspace('.watch-rules.json'), Buffer.from(`\ufeff[${RULE}]`, 'utf16le'));
    expect(await outcome()).toEqual(['.watch-rules.json:1:1 the file is not UTF-8 here']);
  });

  test('must not be larger than the cap', async () => {
    await writeFile(inWorkspace('.watch-rules.json'), `[${RULE}]`.padEnd(MAX_RULE_FILE_BYTES));
    expect(await outcome()).toEqual(['cost_usd > 5']);
    await writeFile(inWorkspace('.watch-rules.json'), `[${RULE}]`.padEnd(MAX_RULE_FILE_BYTES + 1));
    expect(await outcome()).toEqual(['.watch-rules.json:0:0 the file is larger than 256 KiB']);
  });

  test('must be a file', async () => {
    await mkdir(inWorkspace('.watch-rules.json'));
    expect(await outcome()).toEqual(['.watch-rules.json:0:0 this is a directory, not a file']);
  });

  test.runIf(POSIX)('must not be a FIFO, which nobody waits for', async () => {
    await promisify(execFile)('mkfifo', [inWorkspace('.watch-rules.json')]);
    expect(await outcome()).toEqual(['.watch-rules.json:0:0 this is a FIFO, not a file']);
  });

  test.runIf(POSIX)('must not be a device or a socket', async () => {
    expect(await outcome({ file: '/dev/zero' })).toEqual(['zero:0:0 this is a device or socket, not a file']);
    const server = createServer();
    const socket = path.join(folder, 's');
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    expect(await outcome({ file: socket })).toEqual(['s:0:0 this is a device or socket, not a file']);
    await new Promise((resolve) => server.close(resolve));
  });

  test.runIf(POSIX)('must not be a link when it is found by itself', async () => {
    await symlink(path.join(folder, 'target.json'), inWorkspace('.watch-rules.json'));
    const refused = ['.watch-rules.json:0:0 the file is a symbolic link, which is not followed'];
    expect(await outcome()).toEqual(refused);
    await writeFile(path.join(folder, 'target.json'), `[${RULE}]`);
    expect(await outcome()).toEqual(refused);
  });

  test.runIf(POSIX)('may be a link when the user names it, but not one to nothing or to itself', async () => {
    const file = inWorkspace('link.json');
    await symlink(path.join(folder, 'target.json'), file);
    expect(await outcome({ file })).toEqual(['link.json:0:0 the link points to nothing']);
    await writeFile(path.join(folder, 'target.json'), `[${RULE}]`);
    expect(await outcome({ file })).toEqual(['cost_usd > 5']);
    await symlink(inWorkspace('.watch-rules.yml'), inWorkspace('.watch-rules.yml'));
    expect(await outcome({ file: inWorkspace('.watch-rules.yml') })).toEqual([
      '.watch-rules.yml:0:0 the link goes round in a circle',
    ]);
  });

  // The superuser may read everything.
  test.runIf(POSIX && process.getuid?.() !== 0)('must be readable', async () => {
    await writeFile(inWorkspace('.watch-rules.json'), '[]');
    await chmod(inWorkspace('.watch-rules.json'), 0);
    expect(await outcome()).toEqual(['.watch-rules.json:0:0 no permission to read the file']);
  });
});

describe("the user's own configuration", () => {
  test('adds its rules before those of the workspace, and names the webhook', async () => {
    await writeFile(configFile(), `{ "webhook": "https://hooks.example/x", "rules": [${RULE}] }`);
    await writeFile(inWorkspace('.watch-rules.json'), `[${RULE}]`);
    expect(await load()).toMatchObject({
      policy: {
        rules: [{ name: 'user: cost_usd > 5' }, { name: 'cost_usd > 5' }],
        source: inWorkspace('.watch-rules.json'),
        webhook: 'https://hooks.example/x',
      },
      hasUserConfig: true,
    });
  });

  test('cannot be loosened by the workspace, which may close what it leaves open', async () => {
    const guardOf = async (user: string, workspace: string) => {
      await writeFile(configFile(), `{ ${user} }`);
      await writeFile(inWorkspace('.watch-rules.json'), `{ ${workspace}, "rules": [] }`);
      const loaded = await load();
      return 'policy' in loaded ? loaded.policy.guard : loaded;
    };
    expect(
      await guardOf('"fail": "closed", "answer_within_ms": 900', '"fail": "open", "answer_within_ms": 100'),
    ).toEqual({ fail: 'closed', answerWithinMs: 900, askWithinSeconds: DEFAULT_GUARD.askWithinSeconds });
    expect(await guardOf('"fail": "open"', '"fail": "closed", "ask_within_seconds": 30')).toEqual({
      fail: 'closed',
      answerWithinMs: DEFAULT_GUARD.answerWithinMs,
      askWithinSeconds: 30,
    });
  });

  test('alone makes a policy without a source', async () => {
    await writeFile(configFile(), `{ "rules": [${RULE}] }`);
    expect(await load()).toMatchObject({ policy: { rules: [{ name: 'user: cost_usd > 5' }], source: undefined } });
  });

  test('is where AGENT_TRACE_CONFIG says, and must be there', async () => {
    const file = path.join(folder, 'own.json');
    const env = { AGENT_TRACE_CONFIG: file };
    await writeFile(configFile(), 'not read');
    expect(await outcome({ env })).toEqual(['own.json:0:0 there is no such file']);
    await writeFile(file, `{ "rules": [${RULE}] }`);
    expect(await outcome({ env })).toEqual(['user: cost_usd > 5']);
  });

  test('is checked like a rule file; the mistakes of both are told', async () => {
    await writeFile(configFile(), '{ "rules": [5], "webhoook": "x" }');
    await writeFile(inWorkspace('.watch-rules.json'), '{ "rules": [], "webhook": "https://hooks.example/x" }');
    expect(await outcome()).toEqual([
      'config.json:1:13 a rule is a number',
      'config.json:1:17 unknown field "webhoook"',
      '.watch-rules.json:1:16 a webhook is not read from a workspace, which others can write to',
    ]);
  });
});
