import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CliWorkspace, processState, type StoredSessionWriter } from '../../rig/cli.ts';

let workspace: CliWorkspace;
let transcript: string;

beforeEach(() => {
  workspace = new CliWorkspace();
  transcript = path.join(workspace.path, 'transcripts', 'one.jsonl');
  mkdirSync(path.dirname(transcript));
});

afterEach(() => workspace.dispose());

const PAUSE_ENV = { name: 'secrets', condition: 'file_path matches "**/.env"', action: 'pause' };
const PAUSE_COST = { name: 'cap', condition: 'cost_usd > 1', action: 'pause' };

const inStore = (...names: string[]) => path.join(workspace.store, ...names);

/** An answer that costs some dollars. */
function answer(id: string, output = 1_000_000): void {
  const usage = { input_tokens: 1, output_tokens: output };
  const message = { id, model: 'claude-sonnet-4-5', usage };
  appendFileSync(transcript, `${JSON.stringify({ type: 'assistant', message })}\n`);
}

function nameTranscript(session: StoredSessionWriter): void {
  const meta = {
    session_id: session.id,
    started_at: Date.now() / 1000,
    attribution: { transcript_path: transcript },
  };
  writeFileSync(path.join(session.folder, 'meta.json'), JSON.stringify(meta));
}

const requests = (session: string) =>
  readFileSync(inStore(session, 'events.ndjson'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"llm_response"')).length;

describe.skipIf(process.platform === 'win32')('a rule stops the agent, and the watcher complains once,', () => {
  const places: readonly [string, (place: string) => void][] = [
    ['a FIFO', (place) => execFileSync('mkfifo', [place])],
    ['a folder', (place) => mkdirSync(place)],
    ['a link to a device', (place) => symlinkSync('/dev/zero', place)],
    ['a link to a file', (place) => symlinkSync(path.join(workspace.path, 'precious'), place)],
  ];
  it.each(places)('when %s is in the place of alerts.ndjson', async (_what, put) => {
    workspace.write('precious', 'mine');
    workspace.writeRules(PAUSE_ENV);
    const agent = workspace.startSleeper();
    const session = workspace.session('one', agent.pid);
    put(inStore('alerts.ndjson'));
    const watch = await workspace.watch();
    session.call('Read', { file_path: '.env' });
    expect(await watch.outcome('pause')).toMatchObject({ result: 'done' });
    expect(processState(agent.pid)).toBe('T');
    await watch.stop();
    expect(watch.stderr.match(/alerts\.ndjson cannot be written: .*is not a file of its own/g)).toHaveLength(1);
    expect(readFileSync(path.join(workspace.path, 'precious'), 'utf8')).toBe('mine');
  });

  it('when a link has taken the place of the store', async () => {
    workspace.writeRules({ name: 'never', condition: 'tool_calls > 1000', action: 'kill' });
    const agent = workspace.startSleeper();
    workspace.session('one', agent.pid).call('Bash', { command: 'ls' });
    const watch = await workspace.watch();
    const outside = path.join(workspace.path, 'outside');
    mkdirSync(outside);
    renameSync(workspace.store, path.join(workspace.path, 'moved'));
    symlinkSync(outside, workspace.store);
    workspace.writeRules({ name: 'now', condition: 'tool_calls > 0', action: 'kill' });
    expect(await watch.outcome('kill')).toMatchObject({ result: 'done' });
    await waitFor('the complaint', () => /the postmortem of one cannot be written: .*link to/.test(watch.stderr));
    await watch.stop();
    expect(watch.stderr.match(/alerts\.ndjson cannot be written: .*has been replaced by a link/g)).toHaveLength(1);
    expect(readdirSync(outside)).toEqual([]);
  });
});

describe.skipIf(process.platform === 'win32')('money is counted', () => {
  it.each(['a FIFO', 'a folder'])('when %s is in the place of usage-cursor.json', async (what) => {
    workspace.writeRules(PAUSE_COST);
    const agent = workspace.startSleeper();
    const session = workspace.session('one', agent.pid);
    nameTranscript(session);
    if (what === 'a FIFO') execFileSync('mkfifo', [inStore('one', 'usage-cursor.json')]);
    else mkdirSync(inStore('one', 'usage-cursor.json'));
    const watch = await workspace.watch();
    answer('msg_1');
    session.call('Bash', { command: 'ls' });
    expect(await watch.outcome('pause')).toMatchObject({ result: 'done', rule: 'cap' });
  });

  it('when usage-cursor.json says that all of the transcript has been read', async () => {
    workspace.writeRules(PAUSE_COST);
    const agent = workspace.startSleeper();
    const session = workspace.session('one', agent.pid);
    answer('msg_1');
    const { dev, ino, size: offset } = statSync(transcript);
    writeFileSync(inStore('one', 'usage-cursor.json'), JSON.stringify({ [transcript]: { dev, ino, offset } }));
    nameTranscript(session);
    const watch = await workspace.watch();
    expect(await watch.outcome('pause')).toMatchObject({ result: 'done', rule: 'cap' });
  });

  it('for the session whose transcript it is, whoever else names it', async () => {
    workspace.writeRules(PAUSE_COST);
    const agent = workspace.startSleeper();
    const honest = workspace.session('honest', agent.pid);
    nameTranscript(honest);
    const watch = await workspace.watch();
    nameTranscript(workspace.session('decoy'));
    answer('msg_0', 1);
    await waitFor('the decoy to be followed', () => requests('decoy') === 1);
    answer('msg_1');
    const outcomes = () => watch.alerts.filter((alert) => alert.type === 'outcome' && alert.session_id === 'honest');
    await waitFor('the agent to be paused', () => outcomes().length > 0);
    expect(outcomes()).toMatchObject([{ action: 'pause', result: 'done' }]);
    expect(processState(agent.pid)).toBe('T');
  });

  it('once: a watcher that starts anew appends nothing that the session has', async () => {
    workspace.writeRules(PAUSE_COST);
    const session = workspace.session('one', workspace.startSleeper().pid);
    nameTranscript(session);
    answer('msg_1', 1);
    answer('msg_2', 1);
    const first = await workspace.watch();
    await waitFor('the requests', () => requests('one') === 2);
    await first.stop();
    const second = await workspace.watch();
    answer('msg_3', 1);
    await waitFor('the new request', () => requests('one') > 2);
    await second.stop();
    expect(requests('one')).toBe(3);
  });

  it('but not into a folder elsewhere that a link has put in the place of the session', async () => {
    workspace.writeRules(PAUSE_COST);
    const session = workspace.session('one', workspace.startSleeper().pid);
    nameTranscript(session);
    const watch = await workspace.watch();
    const outside = path.join(workspace.path, 'outside');
    mkdirSync(outside);
    rmSync(session.folder, { recursive: true });
    symlinkSync(outside, session.folder);
    answer('msg_1');
    await waitFor('the complaint', () => watch.stderr.includes('is not a folder of its own'));
    answer('msg_2');
    await watch.stop();
    expect(watch.stderr.match(/cannot be recorded: .*is not a folder of its own/g)).toHaveLength(1);
    expect(readdirSync(outside)).toEqual([]);
  });
});

describe('the memory of what was done', () => {
  const forge = (rule: string, action: string, threshold: number) => {
    const decision_id = `one/${rule}/one-e2`;
    const both = { decision_id, session_id: 'one', event_id: 'one-e2', rule, action, at: 1 };
    const decision = { ...both, type: 'decision', mode: 'enforce', message: 'm', value: threshold, threshold };
    const outcome = { ...both, type: 'outcome', result: 'done', reason: 'r', signalled: [] };
    writeFileSync(inStore('alerts.ndjson'), `${JSON.stringify(decision)}\n${JSON.stringify(outcome)}\n`);
  };

  it('is not taken from the workspace: forged alerts switch no rule off', async () => {
    workspace.writeRules({ name: 'calls', condition: 'tool_calls > 0', action: 'pause' });
    const agent = workspace.startSleeper();
    const session = workspace.session('one', agent.pid);
    forge('calls', 'pause', 0);
    expect(workspace.alerts()).toHaveLength(2);
    const watch = await workspace.watch();
    session.call('Bash', { command: 'ls' });
    expect(await watch.outcome('pause')).toMatchObject({ result: 'done', rule: 'calls' });
    expect(processState(agent.pid)).toBe('T');
  });

  it('lies in the runtime folder, for this user only, and survives the loss of alerts.ndjson', async () => {
    workspace.writeRules(PAUSE_ENV);
    const agent = workspace.startSleeper();
    const session = workspace.session('one', agent.pid);
    session.call('Read', { file_path: '.env' });
    const first = await workspace.watch();
    await first.outcome('pause');
    await first.stop();
    const folder = path.join(workspace.runtime, 'alerts');
    const [name = ''] = readdirSync(folder);
    expect(name).toMatch(/^[0-9a-f]{8}\.ndjson$/);
    expect([folder, path.join(folder, name)].map((each) => statSync(each).mode & 0o777)).toEqual([0o700, 0o600]);
    rmSync(inStore('alerts.ndjson'));
    const second = await workspace.watch();
    session.call('Read', { file_path: 'other/.env' });
    await second.outcome('pause');
    expect(second.alerts.filter((alert) => alert.type === 'decision')).toHaveLength(1);
  });
});
