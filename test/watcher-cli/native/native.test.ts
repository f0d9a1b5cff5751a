import { appendFileSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TraceEvent } from '../../../core/common/trace/trace-event.ts';
import { systemProcessTable } from '../../../core/node/process/system-process-table.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { ensureBuilt } from '../../rig/build.ts';
import { CliWorkspace, processState } from '../../rig/cli.ts';
import { linesOf, transcriptOf, writeTranscript } from '../../rig/transcript.ts';

const ID = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
let workspace: CliWorkspace;
let project: string;

beforeAll(() => ensureBuilt());

beforeEach(() => {
  workspace = new CliWorkspace();
  project = path.join(workspace.path, '.claude', 'projects', workspace.path.replace(/[^A-Za-z0-9]/g, '-'));
});

afterEach(() => workspace.dispose());

const transcript = (n: number) => path.join(project, `${ID(n)}.jsonl`);
const records = (n: number, count: number, more: object = {}) =>
  transcriptOf(ID(n), `m${n}`, count, { cwd: workspace.path, ...more });
const add = (n: number, each: readonly object[]) => appendFileSync(transcript(n), linesOf(each));

function stored(session: string): readonly TraceEvent[] {
  try {
    const text = readFileSync(path.join(workspace.store, session, 'events.ndjson'), 'utf8');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as TraceEvent);
  } catch {
    return [];
  }
}

const arrived = (session: string, count: number) =>
  waitFor(`${count} events of ${session}`, () => stored(session).length >= count);

/** As the agent does for as long as it runs. */
function sayRunning(pid: number, session: string): string {
  const folder = path.join(workspace.path, '.claude', 'sessions');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${pid}.json`);
  const procStart = systemProcessTable().read(pid)?.startTime;
  writeFileSync(file, JSON.stringify({ pid, sessionId: session, procStart, cwd: workspace.path }));
  return file;
}

async function stateOf(session: string): Promise<unknown> {
  const { stdout } = await workspace.run('status', session, '--json');
  return (JSON.parse(stdout) as { state: unknown }).state;
}

describe.skipIf(process.platform === 'win32')('a session without hooks', () => {
  it('is followed as it is written, from before its folder exists', async () => {
    await workspace.watch();
    writeTranscript(transcript(1), records(1, 2));
    await arrived(ID(1), 4);
    add(1, records(1, 4).slice(2));
    await arrived(ID(1), 7);
    expect(stored(ID(1)).map((event) => event.event_type)).toEqual([
      'session_start',
      'user_prompt',
      'llm_response',
      'assistant_response',
      'user_prompt',
      'llm_response',
      'assistant_response',
    ]);
  });

  it('that began before the watcher is read from its beginning', async () => {
    writeTranscript(transcript(1), records(1, 40));
    await workspace.watch();
    await arrived(ID(1), 61);
    expect(new Set(stored(ID(1)).map((event) => event.event_id)).size).toBe(61);
  });

  it('is stopped by a rule, in the process that the agent named', async () => {
    workspace.writeRules({ name: 'cap', condition: 'cost_usd > 0.01', action: 'pause' });
    const agent = workspace.startSleeper();
    sayRunning(agent.pid, ID(1));
    const watch = await workspace.watch();
    writeTranscript(transcript(1), records(1, 6));
    expect(await watch.outcome('pause')).toMatchObject({ result: 'done', rule: 'cap', session_id: ID(1) });
    expect(processState(agent.pid)).toBe('T');
  });

  it('is stopped in no process that only has the pid of the one that was named', async () => {
    workspace.writeRules({ name: 'cap', condition: 'cost_usd > 0.01', action: 'pause' });
    const agent = workspace.startSleeper();
    const file = sayRunning(agent.pid, ID(1));
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"procStart":"\d+"/, '"procStart":"1"'));
    const watch = await workspace.watch();
    writeTranscript(transcript(1), records(1, 6));
    expect(await watch.outcome('pause')).toMatchObject({ result: 'refused' });
    expect(processState(agent.pid)).not.toBe('T');
  });

  it('has ended when its agent says so, and goes on when it does', async () => {
    const agent = workspace.startSleeper();
    const file = sayRunning(agent.pid, ID(1));
    await workspace.watch();
    writeTranscript(transcript(1), records(1, 2));
    await arrived(ID(1), 4);
    expect(await stateOf(ID(1))).toBe('active');
    rmSync(file);
    await arrived(ID(1), 5);
    expect(stored(ID(1)).at(-1)).toMatchObject({ event_type: 'session_end', data: { reason: 'exit' } });
    expect(await stateOf(ID(1))).toBe('completed');
    sayRunning(agent.pid, ID(1));
    add(1, records(1, 4).slice(2));
    await arrived(ID(1), 8);
    expect(await stateOf(ID(1))).toBe('active');
    expect(new Set(stored(ID(1)).map((event) => event.event_id)).size).toBe(8);
  });

  it('is interrupted when its process goes without a word', async () => {
    const agent = workspace.startSleeper();
    sayRunning(agent.pid, ID(1));
    await workspace.watch();
    writeTranscript(transcript(1), records(1, 2));
    await arrived(ID(1), 4);
    agent.kill('SIGKILL');
    await waitFor('the agent to be seen gone', async () => (await stateOf(ID(1))) === 'interrupted');
  });

  it('has its subagents, also before it mentions them, and without a file of its own', async () => {
    await workspace.watch();
    writeTranscript(transcript(1), records(1, 2));
    await arrived(ID(1), 4);
    const folder = path.join(project, ID(1), 'subagents');
    writeTranscript(path.join(folder, 'agent-a1.jsonl'), transcriptOf(ID(1), 'a1', 2, { cwd: workspace.path }));
    await arrived(`${ID(1)}.a1`, 4);
    const workflow = path.join(folder, 'workflows', 'wf', 'agent-b2.jsonl');
    writeTranscript(workflow, transcriptOf(ID(1), 'b2', 2, { cwd: workspace.path }));
    await arrived(`${ID(1)}.b2`, 4);
    const orphan = path.join(project, ID(2), 'subagents', 'agent-c3.jsonl');
    writeTranscript(orphan, transcriptOf(ID(2), 'c3', 2, { cwd: workspace.path }));
    await arrived(`${ID(2)}.c3`, 4);
  });

  it('of another folder whose name is written the same is left alone', async () => {
    await workspace.watch();
    writeTranscript(transcript(1), records(1, 2, { cwd: `${workspace.path}/.claude` }));
    writeTranscript(transcript(2), records(2, 2));
    await arrived(ID(2), 4);
    expect(stored(ID(1))).toEqual([]);
  });

  it('is not followed when that is not wanted', async () => {
    writeTranscript(transcript(1), records(1, 2));
    await workspace.watch('--no-follow-native');
    writeTranscript(transcript(2), records(2, 2));
    await workspace.run('list');
    expect(readdirSync(workspace.store).filter((name) => !name.startsWith('.'))).toEqual([]);
  });

  it('is read on past broken lines, each told once, and after it was truncated', async () => {
    const watch = await workspace.watch();
    const [a, b, c, d] = records(1, 4).map((record) => JSON.stringify(record));
    mkdirSync(project, { recursive: true });
    writeFileSync(transcript(1), `${a}\nbroken\n${b}\n${c?.slice(0, 30)}`);
    await arrived(ID(1), 4);
    appendFileSync(transcript(1), `${c?.slice(30)}\n`);
    await arrived(ID(1), 5);
    writeFileSync(transcript(1), `${d}\n`);
    await arrived(ID(1), 7);
    expect(watch.stderr.match(/\.jsonl line 2 \(byte \d+\): passed over/g)).toHaveLength(1);
    expect(watch.stderr).toContain('read again from its start');
  });

  it('leaves to hooks what they record, and adds what it costs', async () => {
    await workspace.watch();
    const session = workspace.session(ID(1));
    session.append('session_start', { mode: 'claude-code-hooks', cwd: workspace.path });
    session.append('user_prompt', { prompt: 'question 0' });
    writeTranscript(transcript(1), records(1, 4));
    await waitFor(
      'both requests',
      () => stored(ID(1)).filter((each) => each.event_type === 'llm_response').length === 2,
    );
    expect(stored(ID(1)).map((event) => event.event_type)).not.toContain('assistant_response');
  });

  it('is read on after hooks have told its end: what the agent writes last costs, too', async () => {
    await workspace.watch();
    // Where no folder of the agent's sessions is watched.
    const file = path.join(workspace.path, 'elsewhere', `${ID(1)}.jsonl`);
    const session = workspace.session(ID(1));
    const attribution = { transcript_path: file };
    writeFileSync(
      path.join(session.folder, 'meta.json'),
      JSON.stringify({ session_id: ID(1), started_at: Date.now() / 1000, attribution }),
    );
    session.append('session_start', { mode: 'claude-code-hooks', cwd: workspace.path });
    session.append('user_prompt', { prompt: 'question 0' });
    writeTranscript(file, records(1, 2));
    const requests = (count: number) =>
      waitFor(
        `${count} requests`,
        () => stored(ID(1)).filter((each) => each.event_type === 'llm_response').length === count,
      );
    session.append('user_prompt', { prompt: 'question 1' });
    await requests(1);
    session.append('session_end', { reason: 'exit' });
    await waitFor('the end to be known', async () => (await stateOf(ID(1))) === 'completed');
    // Until the watcher has heard of the end, too.
    await new Promise((resolve) => setTimeout(resolve, 500));
    appendFileSync(file, linesOf(records(1, 4).slice(2)));
    await requests(2);
    expect(await stateOf(ID(1))).toBe('completed');
  });
});

describe.skipIf(process.platform !== 'linux')('a watcher', () => {
  it('lets go of the files of ended sessions', async () => {
    const agent = workspace.startSleeper();
    const watch = await workspace.watch();
    const fds = `/proc/${watch.child.pid}/fd`;
    const open = () => readdirSync(fds).filter((fd) => linkOf(path.join(fds, fd)).endsWith('.jsonl')).length;
    writeTranscript(transcript(0), records(0, 2));
    await arrived(ID(0), 4);
    expect(open()).toBe(1);
    for (let n = 1; n <= 50; n += 1) {
      const file = sayRunning(agent.pid, ID(n));
      writeTranscript(transcript(n), records(n, 2));
      await arrived(ID(n), 4);
      rmSync(file);
      await arrived(ID(n), 5);
    }
    await waitFor('the files to be let go of', () => open() === 1);
  });
});

/** Where a descriptor leads; empty for one that was closed meanwhile. */
function linkOf(fd: string): string {
  try {
    return readlinkSync(fd);
  } catch {
    return '';
  }
}
