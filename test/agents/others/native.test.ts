import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { genaiPriceBook } from '../../../core/common/cost/genai-price-book.ts';
import { decodeUsage } from '../../../core/common/cost/usage.ts';
import { asRecord, asString } from '../../../core/common/json.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { ensureBuilt } from '../../rig/build.ts';
import { type StoredEvent, type StoredSession, storedSessions } from '../../rig/claude/stored-session.ts';
import { Cleanups } from '../../rig/cleanups.ts';
import { CODEX } from '../../rig/codex/codex-cli.ts';
import { COPILOT } from '../../rig/copilot/copilot-cli.ts';
import { GEMINI } from '../../rig/gemini/gemini-cli.ts';
import { OPENCODE } from '../../rig/opencode/opencode-cli.ts';
import { RecordedAgent } from '../../rig/scripted-agent/recorded-agent.ts';
import type { HandedOut, Step } from '../../rig/scripted-agent/scripted-model.ts';

const INSTALL_DEADLINE_MS = 15 * 60_000;
const TEST_DEADLINE_MS = 240_000;
const AGENT_DEADLINE_MS = 120_000;
const MOMENT = Date.now() / 1000;
const prices = genaiPriceBook();
const cleanups = new Cleanups();

beforeAll(() => ensureBuilt());

afterEach(() => cleanups.run());

/** Micro-dollars and tokens by class of some requests, each priced by itself. */
function bill(requests: readonly Pick<HandedOut, 'model' | 'usage'>[]): object {
  const sum = (of: (request: Pick<HandedOut, 'model' | 'usage'>) => number) =>
    requests.reduce((total, request) => total + of(request), 0);
  return {
    requests: requests.length,
    microUsd: sum(({ model, usage }) => prices.price(model, usage, MOMENT) ?? Number.NaN),
    input: sum(({ usage }) => usage.input),
    output: sum(({ usage }) => usage.output),
    cacheRead: sum(({ usage }) => usage.cache_read),
    cacheWrite: sum(({ usage }) => usage.cache_write_5m + usage.cache_write_1h),
  };
}

function requestsOf(session: StoredSession | undefined): readonly Pick<HandedOut, 'model' | 'usage'>[] {
  const responses = session?.events.filter(({ event_type }) => event_type === 'llm_response') ?? [];
  return responses.flatMap(({ data }) => {
    const usage = decodeUsage(data['usage']);
    return usage ? { model: asString(data['model']) ?? '', usage } : [];
  });
}

function callsOf(session: StoredSession | undefined): readonly StoredEvent[] {
  return session?.events.filter(({ event_type }) => event_type === 'tool_call') ?? [];
}

function workOf(agent: RecordedAgent): readonly HandedOut[] {
  return agent.model.handedOut.filter(({ isWork }) => isWork);
}

/** No recorder has registered the process: it is named, and not signalled. */
async function expectOffered(agent: RecordedAgent, session: string): Promise<void> {
  const before = agent.processes();
  const refused = await agent.cli('kill', session);
  expect(refused.code).not.toBe(0);
  const offered = [...refused.stderr.matchAll(/--pid (\d+)/g)].map(([, pid]) => Number(pid));
  expect(offered.length, refused.stderr).toBeGreaterThan(0);
  const ours = new Set([agent.pid, ...before.map(({ pid }) => pid)]);
  expect(offered.filter((pid) => !ours.has(pid))).toEqual([]);
  expect(agent.processes().filter(({ state }) => state === 'T')).toEqual([]);
}

/** A command that goes on until the test lets it. */
const HELD: Step = { shell: 'while [ ! -e go ]; do sleep 0.1; done; echo from the shell; exit 3' };
const STEPS: readonly Step[] = [{ shell: 'echo first' }, HELD, { text: 'The work is complete.' }];

describe.each([CODEX, GEMINI, OPENCODE, COPILOT])('$name without hooks', (cli) => {
  beforeAll(() => cli.install(), INSTALL_DEADLINE_MS);

  test('is followed live, and costs what the model has handed out', { timeout: TEST_DEADLINE_MS }, async () => {
    const agent = await RecordedAgent.start(cli, STEPS, cleanups, { recorded: false, sharesHome: true });
    await agent.watch([{ name: 'never', condition: 'cost_usd', threshold: 1000, action: 'alert' }]);
    let isOver = false;
    void agent.done.then(() => {
      isOver = true;
    });
    const session = () => storedSessions(agent.workspace)[0];
    // While its second command runs, what it took to get there is known. (OpenCode tells of a request after its calls.)
    const known = cli === OPENCODE ? 1 : 2;
    await waitFor('the cost so far', () => requestsOf(session()).length >= known, AGENT_DEADLINE_MS);
    // Gemini CLI tells of a call when it is over.
    const calls = cli === GEMINI ? 1 : 2;
    await waitFor('the calls so far', () => callsOf(session()).length === calls);
    expect(isOver).toBe(false);
    expect(bill(requestsOf(session()))).toEqual(bill(workOf(agent).slice(0, known)));
    if (cli !== GEMINI && cli !== COPILOT) await expectOffered(agent, session()?.id ?? '');
    writeFileSync(join(agent.workspace, 'go'), 'on\n');

    const exit = await agent.done;
    expect(exit, exit.stderr).toMatchObject({ code: 0 });
    expect(cli.finalText(exit.stdout)).toContain('The work is complete.');
    expect(workOf(agent)).toHaveLength(3);
    await waitFor('the cost of the last request', () => {
      const last = session()?.events.findLast(({ event_type }) => event_type === 'assistant_response');
      return last !== undefined && requestsOf(session()).length >= 3;
    });

    expect(bill(requestsOf(session()))).toEqual(bill(workOf(agent)));
    const events = session()?.events ?? [];
    const said = events.flatMap(({ data }) => asString(data['text']) ?? []);
    expect(said.at(-1)).toContain('The work is complete.');
    expect(events.flatMap(({ data }) => asString(data['prompt']) ?? [])).toEqual([
      expect.stringContaining('Do the work.'),
    ]);
    const made = callsOf(session());
    expect(made.map(({ data }) => Object.values(asRecord(data['arguments']) ?? {}))).toEqual([
      expect.arrayContaining(['echo first']),
      expect.arrayContaining(['shell' in HELD ? HELD.shell : '']),
    ]);
    const failed = events.find(({ parent_id }) => parent_id === made[1]?.event_id);
    expect(failed).toMatchObject({ event_type: 'error', data: { exit_code: 3 } });
    expect(session()?.meta['attribution']).toMatchObject({ workspace: agent.workspace });
    // Imported again, nothing is new.
    const before = events.length;
    const imported = await agent.cli('import', '--all', '--json');
    expect(imported.code, imported.stderr).toBe(0);
    expect(imported.stderr).toBe('');
    expect(JSON.parse(imported.stdout.split('\n')[0] || '{}')).toMatchObject({ session_id: session()?.id });
    expect(session()?.events.length).toBe(before);
  });
});
