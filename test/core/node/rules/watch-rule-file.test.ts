import { mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PolicyResult } from '../../../../core/common/rules/rule.ts';
import { loadPolicy, type PolicyLocation } from '../../../../core/node/rules/load-policy.ts';
import { RuleFileWatch } from '../../../../core/node/rules/watch-rule-file.ts';
import { waitFor } from '../../../../scripts/wait-for.ts';

let folder: string;
let ruleFile: string;
let configFile: string;
let location: PolicyLocation;
let watch: RuleFileWatch | undefined;
let told: string[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'agent-trace-watch-rules-'));
  const workspace = path.join(folder, 'workspace');
  await mkdir(workspace);
  await mkdir(path.join(folder, 'home'));
  ruleFile = path.join(workspace, '.watch-rules.json');
  configFile = path.join(folder, 'home', '.agent-trace', 'config.json');
  location = { rules: { workspace }, userConfig: { file: configFile, named: false } };
  told = [];
});

afterEach(async () => {
  await watch?.close();
  watch = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function start(settleMs = 100): Promise<void> {
  watch = new RuleFileWatch({
    location,
    initial: await loadPolicy(location),
    onChange: (result) => told.push(brief(result)),
    onError: (error) => told.push(String(error)),
    settleMs,
  });
  await watch.ready;
}

function brief(result: PolicyResult): string {
  if ('policy' in result) return result.policy.rules.map(({ name }) => name).join(', ') || 'no rules';
  return result.issues.map(({ file, message }) => `${path.basename(file)}: ${message}`).join(', ');
}

const rules = (limit: number) => `[{ "condition": "cost_usd > ${limit}", "action": "kill" }]`;

/** Waits until this was told last. */
async function expectLast(expected: string): Promise<void> {
  await waitFor(`"${expected}" after ${told.join(' | ')}`, () => told.at(-1) === expected);
}

test('a changed file gives its new rules, a bad one its mistakes, a mended one its rules again', async () => {
  await writeFile(ruleFile, rules(1));
  await start();
  await writeFile(ruleFile, rules(2));
  await expectLast('cost_usd > 2');
  await writeFile(ruleFile, '[{ "condition": "cost > 2", "action": "kill" }]');
  await expectLast('.watch-rules.json: unknown variable "cost"');
  await writeFile(ruleFile, rules(2));
  await expectLast('cost_usd > 2');
});

test('a file replaced again and again by editors is still seen', async () => {
  await writeFile(ruleFile, rules(0));
  await start();
  for (let limit = 1; limit <= 4; limit += 1) {
    await writeFile(`${ruleFile}.tmp`, rules(limit));
    await rename(`${ruleFile}.tmp`, ruleFile);
    await expectLast(`cost_usd > ${limit}`);
  }
  await unlink(ruleFile);
  await writeFile(ruleFile, rules(9));
  await expectLast('cost_usd > 9');
});

test('many quick changes end with the last one', async () => {
  await writeFile(ruleFile, rules(0));
  await start();
  for (let limit = 1; limit <= 200; limit += 1) await writeFile(ruleFile, rules(limit));
  await expectLast('cost_usd > 200');
});

test('a file written in two steps is never told half', async () => {
  await writeFile(ruleFile, rules(1));
  // Longer than the pause between the two steps can become on a busy machine.
  await start(1000);
  for (let limit = 2; limit <= 3; limit += 1) {
    await writeFile(ruleFile, '');
    await writeFile(ruleFile, rules(limit));
    await expectLast(`cost_usd > ${limit}`);
  }
  expect(told.filter((each) => !each.startsWith('cost_usd'))).toEqual([]);
});

test('a file that appears gives its rules; one that vanishes does not lift them', async () => {
  await start();
  await writeFile(ruleFile, rules(1));
  await expectLast('cost_usd > 1');
  await unlink(ruleFile);
  await expectLast('.watch-rules.json: the file is gone');
  await writeFile(ruleFile, '[]');
  await expectLast('no rules');
});

test('a file may give way to one in the other format, not to two', async () => {
  await writeFile(ruleFile, rules(1));
  await start();
  await writeFile(ruleFile.replace('.json', '.yaml'), '- { condition: errors > 3, action: alert }\n');
  await expectLast('.watch-rules.json: there is more than one rule file: .watch-rules.json and .watch-rules.yaml');
  await unlink(ruleFile);
  await expectLast('errors > 3');
});

test("the user's configuration is seen when it is made, folder and all, changed and removed", async () => {
  await start();
  await mkdir(path.dirname(configFile));
  await writeFile(configFile, `{ "rules": ${rules(1)} }`);
  await expectLast('user: cost_usd > 1');
  await writeFile(configFile, `{ "rules": ${rules(2)} }`);
  await expectLast('user: cost_usd > 2');
  await rm(path.dirname(configFile), { recursive: true });
  await expectLast('config.json: the file is gone');
  await mkdir(path.dirname(configFile));
  await writeFile(configFile, `{ "rules": ${rules(3)} }`);
  await expectLast('user: cost_usd > 3');
  await writeFile(configFile, `{ "rules": ${rules(4)} }`);
  await expectLast('user: cost_usd > 4');
});

test.runIf(process.platform !== 'win32')('the target of a link is watched', async () => {
  const target = path.join(folder, 'target.json');
  await writeFile(target, rules(1));
  const link = path.join(folder, 'link.json');
  await symlink(target, link);
  location = { ...location, rules: { ...location.rules, file: link } };
  await start();
  await writeFile(target, rules(2));
  await expectLast('cost_usd > 2');
});

test('what changed between loading and watching is found', async () => {
  await writeFile(ruleFile, rules(1));
  const initial = await loadPolicy(location);
  await writeFile(ruleFile, rules(2));
  watch = new RuleFileWatch({
    location,
    initial,
    onChange: (result) => told.push(brief(result)),
    onError: (error) => told.push(String(error)),
  });
  await expectLast('cost_usd > 2');
});

test('nothing is told of a file that is touched, of other files, or after closing', async () => {
  await writeFile(ruleFile, rules(1));
  await start();
  await writeFile(ruleFile, rules(1));
  await writeFile(path.join(path.dirname(ruleFile), 'other.json'), rules(7));
  await writeFile(ruleFile, rules(2));
  await expectLast('cost_usd > 2');
  await watch?.close();
  await writeFile(ruleFile, rules(3));
  watch?.check();
  expect(told).toEqual(['cost_usd > 2']);
});
