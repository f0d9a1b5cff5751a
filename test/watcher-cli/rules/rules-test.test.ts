import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Alert, Decision } from '../../../core/common/protocol/alert.ts';
import type { BackTestReport } from '../../../core/common/rules/back-test/report.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CliWorkspace, type StoredSessionWriter } from '../../rig/cli.ts';
import { hasSamples, SAMPLES_NOTE, sampleFiles, sampleFolder } from '../../rig/samples.ts';

let workspace: CliWorkspace;
beforeEach(() => {
  workspace = new CliWorkspace();
});
afterEach(() => workspace.dispose());

const MODEL = 'claude-opus-4-8';
/** 40,000 tokens of output are one dollar. */
function spend(session: StoredSessionWriter, usd: number, more: { timestamp?: number; event_id?: string } = {}): void {
  session.append('llm_response', { model: MODEL, usage: { output: usd * 40_000 } }, more);
}

async function backTest(...args: readonly string[]): Promise<BackTestReport> {
  const { code, stdout, stderr } = await workspace.run('rules', 'test', '--json', ...args);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

/** What a watcher told of each rule in each tree: the first decision, and how many there were. */
function firsts(alerts: readonly Alert[]): readonly object[] {
  const found = new Map<string, { first: Decision; times: number }>();
  for (const alert of alerts) {
    if (alert.type !== 'decision') continue;
    const key = `${alert.session_id.split('.')[0]} ${alert.rule}`;
    const known = found.get(key);
    if (known) known.times += 1;
    else found.set(key, { first: alert, times: 1 });
  }
  return inOrder([...found.values()].map(({ first, times }) => telling({ ...first, times })));
}

function telling({ rule, session_id, event_id, value, threshold, message, times }: Decision & { times: number }) {
  // A rule on time is looked at when a timer fires or an event comes in, whatever is first.
  if (rule === 'time') return { rule, session_id: session_id.split('.')[0] ?? '', times };
  return { rule, session_id, event_id, times, value, threshold, message };
}

function inOrder<T extends { readonly rule: string; readonly session_id: string }>(list: readonly T[]): readonly T[] {
  return list.toSorted((a, b) => (`${a.rule} ${a.session_id}` < `${b.rule} ${b.session_id}` ? -1 : 1));
}

function hitsOf({ hits }: BackTestReport): readonly object[] {
  return inOrder(hits.map((hit) => telling(hit as unknown as Decision & { times: number })));
}

describe('a back-test says what a watcher decided live', () => {
  it('of costs of a session, its tree and the day, of calls, windows, loops and time', async () => {
    workspace.writeRules(
      { name: 'cost', when: 'cost_usd > 2', action: 'kill' },
      { name: 'tree', when: 'cost_usd_session_tree > 4', action: 'pause' },
      { name: 'day', when: 'cost_usd_today > 6', action: 'pause' },
      { name: 'secrets', when: 'glob(file_path, "**/.env*")', action: 'kill' },
      { name: 'burst', when: 'calls_last(60) >= 5', action: 'alert' },
      { name: 'money', when: 'cost_last(600) > 1.5 && tool == "Bash"', action: 'alert' },
      { name: 'errors', when: 'consecutive_errors >= 2', action: 'alert' },
      { name: 'loop', when: 'loop_repeats > 3', action: 'pause' },
      { name: 'time', when: 'duration_minutes > 0.02', action: 'alert' },
      { name: 'seen', when: 'command == "seen"', action: 'alert' },
    );
    const [one, other] = [workspace.session('one'), workspace.session('other')];
    const sub = workspace.session('one.a', undefined, 'one');
    const watch = await workspace.watch('--dry-run');
    // Of what several write within a millisecond, the watcher may read either first.
    const seen = async (session: StoredSessionWriter): Promise<void> => {
      const { event_id } = session.call('Bash', { command: 'seen' });
      await waitFor('the watcher to come so far', () => watch.alerts.some((alert) => alert.event_id === event_id));
    };
    spend(one, 1);
    one.finish('Read', { file_path: 'src/a.ts' });
    await seen(one);
    spend(sub, 3.5);
    sub.finish('Read', { file_path: '.env' });
    await seen(sub);
    for (let round = 0; round < 5; round += 1) one.finish('Bash', { command: 'make' }, 'it failed');
    spend(one, 1.75);
    one.finish('Bash', { command: 'ls' });
    one.finish('Read', { file_path: 'config/.env.local' });
    one.finish('Read', { file_path: 'config/.env' });
    await seen(one);
    spend(other, 1);
    spend(other, 0.5, { event_id: 'same' });
    await seen(other);
    spend(one, 0.5, { event_id: 'same' });
    const decided = (rule: string) =>
      watch.alerts
        .filter((alert) => alert.type === 'decision' && alert.rule === rule)
        .map(({ session_id }) => session_id);
    await waitFor('time to pass in all', () => decided('time').length === 3);
    for (const session of [one, sub, other]) await seen(session);
    const live = firsts(watch.alerts);
    await watch.stop();
    expect(live.length).toBeGreaterThanOrEqual(12);
    expect(hitsOf(await backTest())).toEqual(live);
  });

  it.skipIf(!hasSamples)(`of a recorded session that comes in again${SAMPLES_NOTE}`, async () => {
    const file = sampleFiles('claude-code', '.jsonl').find((each) => each.includes('4d5611e5')) ?? '';
    expect(await workspace.run('import', path.join(sampleFolder('claude-code'), file))).toMatchObject({ code: 0 });
    const [id = ''] = JSON.parse((await workspace.run('list', '--json')).stdout).map(
      ({ session_id }: { session_id: string }) => session_id,
    );
    const lines = readFileSync(path.join(workspace.store, id, 'events.ndjson'), 'utf8')
      .split('\n')
      .slice(0, -1);
    workspace.writeRules(
      { name: 'cost', when: 'cost_usd > 3', action: 'kill' },
      { name: 'tests', when: 'command.matches("test") && tool_calls > 10', action: 'alert' },
      { name: 'errors', when: 'errors >= 3', action: 'pause' },
      { name: 'writes', when: 'writes && files_modified > 2', action: 'alert' },
      { name: 'abroad', when: 'outside_workspace', action: 'pause' },
      { name: 'context', when: 'context_pct > 40', action: 'alert' },
      { name: 'last', when: 'command == "the last one"', action: 'alert' },
    );
    const again = new CliWorkspace();
    try {
      again.write('.watch-rules.json', readFileSync(path.join(workspace.path, '.watch-rules.json'), 'utf8'));
      const folder = path.join(again.store, 'again');
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(path.join(folder, 'meta.json'), JSON.stringify({ session_id: 'again', started_at: 1 }));
      const watch = await again.watch('--dry-run');
      const last = JSON.stringify({
        event_type: 'tool_call',
        timestamp: (JSON.parse(lines.at(-1) ?? '') as { timestamp: number }).timestamp,
        event_id: 'the-last-one',
        session_id: 'again',
        data: { tool_name: 'Bash', arguments: { command: 'the last one' } },
      });
      // What ended is not held against rules any more: an end in the past is no end of what comes in now.
      for (const line of [...lines.filter((each) => !each.includes('"session_end"')), last]) {
        appendFileSync(path.join(folder, 'events.ndjson'), `${line}\n`);
      }
      await waitFor('the last event', () => watch.alerts.some(({ rule }) => rule === 'last'));
      const live = firsts(watch.alerts);
      await watch.stop();
      expect(live.length).toBeGreaterThanOrEqual(4);
      const { stdout } = await again.run('rules', 'test', '--json');
      expect(hitsOf(JSON.parse(stdout))).toEqual(live);
    } finally {
      await again.dispose();
    }
  });
});

describe('agent-trace rules test', () => {
  const HOUR = 3600;
  const START = 1_790_000_000;

  /** A session that spends a dollar an hour, four times, and reads .env in the third. */
  function recorded(id: string, start = START): void {
    const session = workspace.session(id);
    for (const hour of [0, 1, 2, 3]) {
      const timestamp = start + hour * HOUR;
      spend(session, 1, { timestamp, event_id: `${id}-${hour}` });
      const path = hour === 2 ? '.env' : 'a.ts';
      session.append('tool_call', { tool_name: 'Read', arguments: { file_path: path } }, { timestamp });
    }
  }

  it('says where each rule would have stopped a session, and what was spent after that', async () => {
    workspace.writeRules(
      { name: 'cheap', when: 'cost_usd > 1.5', action: 'kill' },
      { name: 'secrets', when: 'sensitive', action: 'pause' },
      { name: 'spoken', when: 'cost_usd > 0.5', action: 'alert' },
      { name: 'never', when: 'cost_usd > 100', action: 'kill' },
    );
    recorded('one');
    const report = await backTest();
    expect(report).toMatchObject({ version: 1, sessions: 1, usd: 4, kind: 'known', since: null });
    expect(report.stopped).toEqual({ sessions: 1, saved_usd: 2, kind: 'known' });
    expect(report.rules).toEqual([
      {
        rule: 'cheap',
        ...enforced,
        action: 'kill',
        when: 'cost_usd > 1.5',
        ...once,
        stopped: { ...known, saved_usd: 2 },
      },
      {
        rule: 'secrets',
        ...enforced,
        action: 'pause',
        when: 'sensitive',
        ...once,
        stopped: { ...known, saved_usd: 1 },
      },
      { rule: 'spoken', ...enforced, action: 'alert', when: 'cost_usd > 0.5', ...once, stopped: null },
      {
        rule: 'never',
        ...enforced,
        action: 'kill',
        when: 'cost_usd > 100',
        sessions: 0,
        times: 0,
        warned: 0,
        stopped: { sessions: 0, saved_usd: 0, kind: 'known' },
      },
    ]);
    const secrets = report.hits.find(({ rule }) => rule === 'secrets');
    expect(secrets).toMatchObject({ session_id: 'one', event: 7, usd: 3, session_usd: 4, saved_usd: 1, times: 1 });
    expect(report.hits.find(({ rule }) => rule === 'spoken')).toMatchObject({ usd: 1, saved_usd: null });
  });
  const once = { sessions: 1, times: 1, warned: 0 };
  const enforced = { mode: 'enforce' };
  const known = { sessions: 1, kind: 'known' };

  it('counts what is only said apart, and calls that would not have run', async () => {
    workspace.writeRules(
      { name: 'watched', when: 'cost_usd > 1.5', action: 'kill', mode: 'monitor' },
      { name: 'denied', when: 'sensitive', action: 'deny' },
      { name: 'near', when: 'cost_usd > 10', action: 'kill', warn_at: 0.3 },
    );
    recorded('one');
    const { stopped, rules, hits } = await backTest();
    expect(stopped.sessions).toBe(0);
    expect(rules).toMatchObject([
      { rule: 'watched', mode: 'monitor', sessions: 1, stopped: null },
      { rule: 'denied', mode: 'enforce', sessions: 1, times: 1, stopped: null },
      { rule: 'near', sessions: 0, times: 0, warned: 1, stopped: { sessions: 0 } },
    ]);
    expect(hits.map(({ rule, saved_usd }) => [rule, saved_usd])).toEqual([
      ['watched', null],
      ['denied', null],
    ]);
    expect((await workspace.run('rules', 'test')).stdout).toMatch(/^watched +\(kill\) +1 +1 +- +-$/m);
  });

  it('shows it as a table', async () => {
    workspace.writeRules(
      { name: 'cheap', when: 'cost_usd > 1.5', action: 'kill' },
      { name: 'never', when: 'cost_usd > 100', action: 'kill' },
    );
    recorded('one');
    const { code, stdout } = await workspace.run('rules', 'test');
    expect(code).toBe(0);
    expect(stdout).toContain('2 rules on 1 session  9 events, $4.00, .watch-rules.json\n');
    expect(stdout).toMatch(/^cheap +kill +1 +1 +1 +\$2\.00$/m);
    expect(stdout).toMatch(/^never +kill( +-){4}$/m);
    expect(stdout).toContain('1 of 1 session would have been stopped, before another $2.00 was spent');
    expect(stdout).toContain('one  test-agent, event 4: $2.00 of $4.00 spent, $2.00 saved\n');
    expect(stdout).toContain('      cost_usd is $2.00, the rule allows $1.50\n');
  });

  it('takes other rules, one session, or those of late, and costs without a price as such', async () => {
    workspace.writeRules({ name: 'here', when: 'cost_usd > 1', action: 'kill' });
    workspace.write('other.yaml', '- when: tool_calls > 2\n  action: pause\n');
    const now = Date.now() / 1000;
    recorded('old', now - 40 * 24 * HOUR);
    recorded('new', now - 5 * HOUR);
    const unpriced = workspace.session('unpriced');
    unpriced.append('llm_response', { model: 'nobody-knows-it', usage: { output: 5 } });
    for (let calls = 0; calls < 3; calls += 1) unpriced.finish('Read', { file_path: 'a.ts' });
    const sessions = ({ hits }: BackTestReport) => hits.map(({ session_id }) => session_id).toSorted();
    expect(sessions(await backTest())).toEqual(['new', 'old']);
    expect(sessions(await backTest('--session', 'ol'))).toEqual(['old']);
    const other = await backTest('--rules', 'other.yaml');
    expect(sessions(other)).toEqual(['new', 'old', 'unpriced']);
    expect(other.hits.find(({ session_id }) => session_id === 'unpriced')).toMatchObject({
      usd: null,
      saved_usd: null,
      kind: 'unpriced',
    });
    expect(other).toMatchObject({ kind: 'unpriced', usd: 8 });
  });

  it('leaves out sessions without an event since then, whenever they were written', async () => {
    workspace.writeRules({ name: 'here', when: 'tool_calls > 1', action: 'kill' });
    const session = workspace.session('old');
    // Its file is of today, as that of an imported session is.
    writeFileSync(path.join(session.folder, 'events.ndjson'), '');
    recordOld(session);
    expect((await backTest()).sessions).toBe(1);
    expect((await backTest('--since', '30d')).sessions).toBe(0);
  });

  function recordOld(session: StoredSessionWriter): void {
    for (let calls = 0; calls < 3; calls += 1) {
      session.append(
        'tool_call',
        { tool_name: 'Bash', arguments: {} },
        { timestamp: Date.now() / 1000 - 60 * 24 * HOUR },
      );
    }
  }

  it('refuses rules with a mistake, and a session that is not there', async () => {
    workspace.writeRules({ when: 'cost_us > 1', action: 'kill' });
    expect((await workspace.run('rules', 'test')).code).toBe(3);
    workspace.writeRules({ when: 'cost_usd > 1', action: 'kill' });
    expect((await workspace.run('rules', 'test', '--session', 'nobody')).code).toBe(4);
  });
});
