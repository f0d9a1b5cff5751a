import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { genaiPriceBook } from '../../../core/common/cost/genai-price-book.ts';
import { decodeUsage, type Usage } from '../../../core/common/cost/usage.ts';
import { asRecord, asString } from '../../../core/common/json.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { ensureBuilt } from '../../rig/build.ts';
import { type StoredSession, storedSessions } from '../../rig/claude/stored-session.ts';
import { type CliOptions, runCli } from '../../rig/claude/watcher.ts';
import { Cleanups } from '../../rig/cleanups.ts';
import { CODEX } from '../../rig/codex/codex-cli.ts';
import { COPILOT } from '../../rig/copilot/copilot-cli.ts';
import { GEMINI } from '../../rig/gemini/gemini-cli.ts';
import { RecordedAgent } from '../../rig/scripted-agent/recorded-agent.ts';
import type { Step } from '../../rig/scripted-agent/scripted-model.ts';
import { ENDLESS, LOGS, loopsAtWork, sizes } from './shell-loops.ts';

const INSTALL_DEADLINE_MS = 15 * 60_000;
const TEST_DEADLINE_MS = 240_000;
const MOMENT = Date.now() / 1000;
const prices = genaiPriceBook();
const cleanups = new Cleanups();

/** Writes to the logs of the endless loops, all of it in the agent's shell. */
const ATTACHED: Step = {
  shell: `while true; do for log in ${LOGS.join(' ')}; do echo x >> $log; done; sleep 0.05; done`,
};
const FINAL: Step = { text: 'The work is complete.' };
const USERS_OWN = '{\n  "hooks": {\n    "Stop": [{ "hooks": [{ "type": "command", "command": "true" }] }]\n  }\n}\n';

const AGENTS = [
  {
    cli: CODEX,
    name: CODEX.name,
    agent: 'codex',
    file: '.codex/hooks.json',
    written: USERS_OWN,
  },
  // It has settings in that file already: how it signs in.
  { cli: GEMINI, name: GEMINI.name, agent: 'gemini-cli', file: '.gemini/settings.json', written: undefined },
  {
    cli: COPILOT,
    name: COPILOT.name,
    agent: 'copilot-cli',
    file: '.copilot/hooks/agent-trace.json',
    written: undefined,
  },
];

beforeAll(() => ensureBuilt());

afterEach(() => cleanups.run());

interface Priced {
  readonly model: string;
  readonly usage: Usage;
}

/** Micro-dollars, and requests. */
function bill(requests: readonly Priced[]): object {
  const price = ({ model, usage }: Priced): number => prices.price(model, usage, MOMENT) ?? Number.NaN;
  return { requests: requests.length, microUsd: requests.reduce((sum, request) => sum + price(request), 0) };
}

function requestsOf(session: StoredSession): readonly Priced[] {
  return session.events.flatMap(({ event_type, data }) => {
    const usage = event_type === 'llm_response' ? decodeUsage(data['usage']) : undefined;
    return usage ? [{ model: asString(data['model']) ?? '', usage }] : [];
  });
}

describe.each(AGENTS)('$name with hooks', ({ cli, agent, file, written }) => {
  beforeAll(() => cli.install(), INSTALL_DEADLINE_MS);

  let place: CliOptions;
  let before: string | undefined;

  /** Of the file with its hooks. */
  const content = (): string | undefined => {
    const path = join(place.home, file);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  };

  async function start(steps: readonly Step[]): Promise<RecordedAgent> {
    return RecordedAgent.start(cli, steps, cleanups, {
      recorded: false,
      sharesHome: true,
      more: cli.hooks?.args ?? [],
      beforeStart: async (given) => {
        place = given;
        if (written !== undefined) writeFileSync(join(place.home, file), written);
        before = content();
        const setup = await runCli(place, 'setup', '--agent', agent, '--global');
        expect(setup.code, setup.stderr).toBe(0);
      },
    });
  }

  test('is recorded once, and costs what the model has handed out', { timeout: TEST_DEADLINE_MS }, async () => {
    const running = await start([{ shell: 'echo first' }, { shell: 'echo second; exit 3' }, FINAL]);
    await running.watch([{ name: 'never', condition: 'cost_usd', threshold: 1000, action: 'alert' }]);
    const exit = await running.done;
    expect(exit, exit.stderr).toMatchObject({ code: 0 });
    expect(cli.finalText(exit.stdout)).toContain('The work is complete.');
    const work = running.model.handedOut.filter(({ isWork }) => isWork);
    const session = (): StoredSession => storedSessions(running.workspace)[0] as StoredSession;
    await waitFor('the cost of every request', () => requestsOf(session()).length >= work.length);
    expect(storedSessions(running.workspace)).toHaveLength(1);
    expect(bill(requestsOf(session()))).toEqual(bill(work));

    await waitFor('the answer', () => session().events.some(({ event_type }) => event_type === 'assistant_response'));
    const said = session().events.filter(({ event_type }) => event_type !== 'llm_response');
    const types = said.map(({ event_type }) => event_type);
    // Copilot CLI tells its hooks no answers: the watcher adds them, in its own time.
    if (cli === COPILOT) types.splice(-2, 2, ...types.slice(-2).toSorted());
    expect(types).toEqual([
      ...['session_start', 'user_prompt', 'tool_call', 'tool_result', 'tool_call'],
      // Codex tells its hooks no exit code.
      cli === CODEX ? 'tool_result' : 'error',
      ...['assistant_response', 'session_end'],
    ]);
    // Whoever comes first says so: the hook, or the watcher, which reads the file of Copilot CLI from its beginning.
    const mode = cli === COPILOT ? expect.stringMatching(`^${agent}-(hooks|events)$`) : `${agent}-hooks`;
    expect(said[0]?.data).toMatchObject({ mode, agent });
    expect(said[1]?.data).toMatchObject({ prompt: 'Do the work.' });
    expect(asRecord(said[2]?.data['arguments'])).toMatchObject({ command: 'echo first' });
    expect(said[3]?.data['result']).toContain('first');
    expect(session().meta['attribution']).toMatchObject({ agent_provider: agent, workspace: running.workspace });

    // What the agent's own file says is no second account of the same.
    const count = session().events.length;
    const imported = await running.cli('import', '--all', '--json');
    expect(imported.code, imported.stderr).toBe(0);
    expect(session().events.length).toBe(count);
    expect(storedSessions(running.workspace)).toHaveLength(1);

    const removed = await runCli(place, 'setup', '--agent', agent, '--global', '--remove');
    expect(removed.code, removed.stderr).toBe(0);
    expect(content()).toBe(before);
    expect(existsSync(join(running.workspace, '.claude'))).toBe(false);
  });

  test('is paused by a rule, goes on, and is killed', { timeout: TEST_DEADLINE_MS }, async () => {
    // What leaves its session in Gemini CLI carries no mark of it, and is known to nobody afterwards.
    const running = await start([cli === CODEX ? ENDLESS : ATTACHED, FINAL]);
    await loopsAtWork(running.workspace);
    const watch = await running.watch([{ name: 'calls', condition: 'tool_calls', threshold: 0, action: 'pause' }]);
    expect(await watch.outcomeOf('pause')).toMatchObject({ result: 'done' });
    const paused = sizes(running.workspace);
    const resumed = await running.cli('resume');
    expect(resumed.code, resumed.stderr).toBe(0);
    await waitFor('more from each loop', () =>
      sizes(running.workspace).every((size, index) => size > (paused[index] ?? 0) + 10),
    );
    const killed = await running.cli('kill');
    expect(killed.code, killed.stderr).toBe(0);
    await running.done;
    expect(running.survivors()).toEqual([]);
  });
});
