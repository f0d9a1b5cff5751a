import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { genaiPriceBook } from '../../../core/common/cost/genai-price-book.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { ensureBuilt } from '../../rig/build.ts';
import { CLAUDE_VERSIONS } from '../../rig/claude/install.ts';
import type { ModelResponse } from '../../rig/claude/model-server.ts';
import { type ClaudeRun, runClaude } from '../../rig/claude/run.ts';
import { storedSessions } from '../../rig/claude/stored-session.ts';
import { CliWorkspace, type WatchProcess } from '../../rig/cli.ts';

const SUBAGENT = 'SUBAGENT-WORK';
const MODEL = 'claude-sonnet-4-5';
const TEST_DEADLINE_MS = 120_000;
const prices = genaiPriceBook();

let workspace: CliWorkspace;
let watch: WatchProcess | undefined;
let run: ClaudeRun | undefined;

beforeAll(() => ensureBuilt());

beforeEach(() => {
  workspace = new CliWorkspace();
});

afterEach(async () => {
  await watch?.stop();
  await run?.stop();
  [watch, run] = [undefined, undefined];
  await workspace.dispose();
});

/** Micro-dollars of what the model server handed out. */
function handedOut(responses: readonly ModelResponse[]): number {
  return responses.reduce((sum, { model, usage }) => {
    const disjoint = {
      input: usage.input_tokens,
      output: usage.output_tokens,
      cache_read: usage.cache_read_input_tokens,
      cache_write_5m: usage.cache_creation.ephemeral_5m_input_tokens,
      cache_write_1h: usage.cache_creation.ephemeral_1h_input_tokens,
    };
    return sum + (prices.price(model, disjoint, Date.now() / 1000) ?? Number.NaN);
  }, 0);
}

/** Micro-dollars in the store, by what `agent-trace list` says of all sessions. */
async function listed(): Promise<number> {
  const { stdout } = await workspace.run('list', '--json');
  const sessions = JSON.parse(stdout) as readonly { cost: { usd: number | null } }[];
  return sessions.reduce((sum, { cost }) => sum + Math.round((cost.usd ?? 0) * 1e6), 0);
}

describe.each(CLAUDE_VERSIONS)('Claude Code %s without hooks', (version) => {
  test('costs in the store what its model handed out, while it works and after', {
    timeout: TEST_DEADLINE_MS,
  }, async () => {
    const config = { CLAUDE_CONFIG_DIR: join(workspace.path, 'config') };
    workspace.env['CLAUDE_CONFIG_DIR'] = config.CLAUDE_CONFIG_DIR;
    const a = join(workspace.path, 'a.txt');
    const go = join(workspace.path, 'go');
    writeFileSync(a, 'one\ntwo\nthree\n');
    watch = await workspace.watch();
    const hold = { command: `until [ -e '${go}' ]; do sleep 0.1; done`, description: 'Wait' };
    run = await runClaude({
      version,
      workspace: workspace.path,
      env: config,
      script: {
        main: [
          { model: MODEL, text: 'I read.', tools: [{ name: 'Read', input: { file_path: a } }] },
          { model: MODEL, tools: [{ name: 'Edit', input: { file_path: a, old_string: 'two', new_string: '2' } }] },
          { model: MODEL, tools: [{ name: 'Bash', input: hold }] },
          {
            model: MODEL,
            tools: [
              {
                name: 'Agent',
                input: { description: 'Part', prompt: `${SUBAGENT} go`, subagent_type: 'general-purpose' },
              },
            ],
          },
          { model: MODEL, text: 'All is done.' },
        ],
        subagents: [
          {
            marker: SUBAGENT,
            steps: [
              { model: MODEL, tools: [{ name: 'Read', input: { file_path: a } }] },
              { model: MODEL, text: 'My part is done.' },
            ],
          },
        ],
      },
    });
    const { model } = run;
    const root = () => storedSessions(workspace.path).find(({ meta }) => meta['parent_session_id'] === undefined);
    const types = () => root()?.events.map(({ event_type }) => event_type) ?? [];

    // While the third call is at work.
    await waitFor(
      'the third request in the store',
      () => types().filter((type) => type === 'llm_response').length === 3,
    );
    const lag =
      Date.now() / 1000 - (root()?.events.findLast((each) => each.event_type === 'llm_response')?.timestamp ?? 0);
    console.log(`${version}: the request stood in the store at most ${lag.toFixed(2)} s after the agent dated it`);
    expect(await listed()).toBe(handedOut(model.responses));

    writeFileSync(go, '');
    const exit = await run.done;
    expect(exit.code, exit.stderr).toBe(0);
    await waitFor('the end of the session in the store', () => types().includes('session_end'));
    const [session, subagent] = [root(), storedSessions(workspace.path).find(({ meta }) => meta['parent_session_id'])];
    expect(await listed()).toBe(handedOut(model.responses));
    expect(types().filter((type) => type === 'session_start')).toHaveLength(1);
    expect(session?.events.find(({ event_type }) => event_type === 'user_prompt')?.data['prompt']).toBe('Do the work.');
    const calls = session?.events.filter(({ event_type }) => event_type === 'tool_call') ?? [];
    expect(calls.map(({ data }) => data['tool_name'])).toEqual(['Read', 'Edit', 'Bash', 'Agent']);
    const results = calls.map((call) => session?.events.find(({ parent_id }) => parent_id === call.event_id)?.data);
    expect(results[0]?.['read']).toMatchObject({ start_line: 1 });
    expect(results[1]?.['patch']).toEqual([{ start: 2, lines: 1 }]);
    expect(subagent?.meta).toMatchObject({ parent_session_id: session?.id, parent_event_id: calls[3]?.event_id });

    // Nothing more is found by reading it all again.
    const before = readFileSync(join(workspace.store, session?.id ?? '', 'events.ndjson'));
    const again = await workspace.run('import', session?.id ?? '', '--json');
    expect(again.code, again.stderr).toBe(0);
    expect(readFileSync(join(workspace.store, session?.id ?? '', 'events.ndjson')).equals(before)).toBe(true);
    expect(existsSync(join(workspace.path, '.claude', 'settings.json'))).toBe(false);
  });
});
