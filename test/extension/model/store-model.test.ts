import { rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { WorkspaceFolder } from 'vscode';
import { genaiPriceBook } from '../../../core/common/cost/genai-price-book.ts';
import { DEFAULT_GUARD } from '../../../core/common/rules/guard-settings.ts';
import { readRules } from '../../../core/common/rules/reading/read-rules.ts';
import { systemProcessTable } from '../../../core/node/process/system-process-table.ts';
import { realPath } from '../../../core/node/real-path.ts';
import { policyCacheFile, writePolicyCache } from '../../../core/node/rules/policy-cache.ts';
import { StoreModel } from '../../../extension/model/store-model.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CliWorkspace, type StoredSessionWriter } from '../../rig/cli.ts';

let workspace: CliWorkspace;
let models: StoreModel[];

beforeEach(() => {
  workspace = new CliWorkspace();
  models = [];
});

afterEach(async () => {
  for (const model of models) model.dispose();
  await workspace.dispose();
});

/** 40,000 tokens of output are one dollar. */
function spend(session: StoredSessionWriter, usd: number): void {
  session.append('llm_response', { model: 'claude-opus-4-8', usage: { output: usd * 40_000 } });
}

/** The model of a folder's store, of the workspace's own when none is given. */
function open(folder = workspace.path): StoreModel {
  const model = new StoreModel({
    path: path.join(folder, '.agent-traces'),
    folder: { uri: { fsPath: folder } } as WorkspaceFolder,
    prices: genaiPriceBook(),
    table: systemProcessTable(),
    runtimeDir: workspace.runtime,
    onChange: () => {},
    onSessions: () => {},
    onAlert: () => {},
    onAsks: () => {},
    onRules: () => {},
    onIssue: () => {},
  });
  models.push(model);
  model.start();
  return model;
}

/** `rule: share of its limit` for each limit of a session that is known, as the editor shows it. */
function limitsOf(store: StoreModel, id: string): readonly string[] {
  const session = store.sessions.find((each) => each.id === id);
  const limits = (session && store.nearness(session)) ?? [];
  return limits.map(({ rule, fraction }) => `${rule.name}: ${fraction}`);
}

describe('the limits that sessions share', () => {
  it('are known in the editor: what a tree spent, and all sessions of today, past ones too', async () => {
    workspace.writeRules(
      { name: 'tree', condition: 'cost_usd_session_tree > 10', action: 'alert' },
      { name: 'day', condition: 'cost_usd_today > 20', action: 'alert' },
    );
    const past = workspace.session('past');
    spend(past, 4);
    past.append('session_end', {});
    workspace.write('.agent-traces/past/meta.json', JSON.stringify({ session_id: 'past', started_at: 1, ended_at: 2 }));
    const root = workspace.session('one');
    spend(root, 2);
    const store = open();
    const limits = (id: string) => limitsOf(store, id).join(', ');
    await waitFor('what the past session spent', () => limits('one') === 'tree: 0.2, day: 0.3');

    const sub = workspace.session('one.a', undefined, 'one');
    spend(sub, 3);
    await waitFor('what the subagent spent', () => limits('one') === 'tree: 0.5, day: 0.45');
    // The tree's is for its head alone.
    expect(limits('one.a')).toBe('day: 0.45');
    expect(store.sessions.map(({ id }) => id)).not.toContain('past');
  });
});

describe('rules that an agent has changed', () => {
  const limit = (cost: number) => ({ name: `to ${cost}`, condition: `cost_usd > ${cost}`, action: 'pause' });

  /** As the watcher of a folder does: these hold, `pinned` until the user accepts those of the files. */
  function keep(folder: string, pinned: boolean, ...kept: readonly object[]): void {
    const read = readRules(JSON.stringify({ rules: kept }), 'json');
    const rules = 'value' in read ? read.value : [];
    const policy = { rules, guard: DEFAULT_GUARD, issues: [], pinned };
    writePolicyCache(workspace.runtime, realPath(folder), '', policy);
  }

  it('are not those whose limits are shown, before they are accepted', async () => {
    workspace.writeRules(limit(100));
    keep(workspace.path, true, limit(10));
    spend(workspace.session('one'), 1);
    const store = open();
    const limits = () => limitsOf(store, 'one').join(', ');
    await waitFor('the rules in force', () => limits() === 'to 10: 0.1');
    expect(store.rules?.isPinned).toBe(true);

    keep(workspace.path, false, limit(100));
    await waitFor('the accepted rules', () => limits() === 'to 100: 0.01');
    expect(store.rules?.isPinned).toBe(false);
  });

  it('are noticed, though the folder of what is kept was removed', async () => {
    workspace.writeRules(limit(100));
    keep(workspace.path, false, limit(100));
    workspace.session('one');
    const store = open();
    await waitFor('the rules to be read', () => store.rules?.policy);
    rmSync(path.dirname(policyCacheFile(workspace.runtime, realPath(workspace.path))), { recursive: true });
    // Until its watch has heard of that.
    await sleep(300);
    keep(workspace.path, true, limit(10));
    await waitFor('the change', () => store.rules?.isPinned);
  });

  it('are noticed in each folder, also in one that was added later', async () => {
    const added = new CliWorkspace();
    onTestFinished(() => added.dispose());
    const stores: StoreModel[] = [];
    for (const each of [workspace, added]) {
      each.writeRules(limit(100));
      each.session('one');
      const store = open(each.path);
      await waitFor('the rules to be read', () => store.rules?.policy);
      stores.push(store);
    }
    for (const [index, each] of [workspace, added].entries()) {
      keep(each.path, true, limit(10));
      await waitFor(`the change in folder ${index + 1}`, () => stores[index]?.rules?.isPinned);
    }
  });
});
