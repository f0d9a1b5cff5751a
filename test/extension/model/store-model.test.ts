import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WorkspaceFolder } from 'vscode';
import { genaiPriceBook } from '../../../core/common/cost/genai-price-book.ts';
import { systemProcessTable } from '../../../core/node/process/platform.ts';
import { StoreModel } from '../../../extension/model/store-model.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CliWorkspace, type StoredSessionWriter } from '../../rig/cli.ts';

let workspace: CliWorkspace;
let model: StoreModel | undefined;

beforeEach(() => {
  workspace = new CliWorkspace();
});

afterEach(async () => {
  model?.dispose();
  await workspace.dispose();
});

/** 40,000 tokens of output are one dollar. */
function spend(session: StoredSessionWriter, usd: number): void {
  session.append('llm_response', { model: 'claude-opus-4-8', usage: { output: usd * 40_000 } });
}

function open(): StoreModel {
  const issues: string[] = [];
  model = new StoreModel({
    path: workspace.store,
    folder: { uri: { fsPath: workspace.path } } as WorkspaceFolder,
    prices: genaiPriceBook(),
    table: systemProcessTable(),
    runtimeDir: workspace.runtime,
    onChange: () => {},
    onSessions: () => {},
    onAlert: () => {},
    onAsks: () => {},
    onRules: () => {},
    onIssue: (message) => issues.push(message),
  });
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
