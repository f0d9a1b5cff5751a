/** Measures for `npm run bench:live` (scripts/bench-live.ts), where its options are told. The bundles have to be there. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { NativeAgent } from '../../core/node/adapters/native-agent.ts';
import { NATIVE_AGENTS } from '../../core/node/adapters/native-agents.ts';
import type { Figure } from '../../scripts/bench/figures.ts';
import { benchOptions } from '../../scripts/bench/options.ts';
import { percentile } from '../../scripts/bench/percentile.ts';
import { report } from '../../scripts/bench/report.ts';
import { waitFor } from '../../scripts/wait-for.ts';
import { CLAUDE } from '../rig/claude/claude-cli.ts';
import { storeOf } from '../rig/claude/stored-session.ts';
import { type CliOptions, runCli, startWatch } from '../rig/claude/watcher.ts';
import { Cleanups } from '../rig/cleanups.ts';
import { CODEX } from '../rig/codex/codex-cli.ts';
import { COPILOT } from '../rig/copilot/copilot-cli.ts';
import { GEMINI } from '../rig/gemini/gemini-cli.ts';
import { OPENCODE } from '../rig/opencode/opencode-cli.ts';
import type { AgentCli } from '../rig/scripted-agent/agent-cli.ts';
import { RecordedAgent } from '../rig/scripted-agent/recorded-agent.ts';
import type { Step } from '../rig/scripted-agent/scripted-model.ts';
import { delays, LOOK_EVERY_MS, StoredReports, WrittenReports } from './usage-reports.ts';

/** Promised, of every request. */
const LIMIT_MS = 1000;
/** For the last of it to arrive once the agent has ended. */
const DEADLINE_MS = 30_000;

interface Case {
  readonly cli: AgentCli;
  readonly native: NativeAgent;
  /** What `agent-trace setup --agent` calls it; undefined: without hooks. */
  readonly hooks?: string;
  /** Further arguments of the agent. */
  readonly more?: readonly string[];
}

const CASES: readonly Case[] = [
  { cli: CLAUDE, native: native('claude-code') },
  { cli: CLAUDE, native: native('claude-code'), hooks: 'claude-code' },
  { cli: CODEX, native: native('codex') },
  { cli: CODEX, native: native('codex'), hooks: 'codex', more: ['--dangerously-bypass-hook-trust'] },
  { cli: GEMINI, native: native('gemini-cli') },
  { cli: GEMINI, native: native('gemini-cli'), hooks: 'gemini' },
  { cli: OPENCODE, native: native('opencode') },
  { cli: COPILOT, native: native('copilot-cli') },
];

const {
  requests,
  agent: word,
  ...mode
} = benchOptions({ requests: [12, 3] }, { agent: { type: 'string', default: '' } });
if (requests < 2) throw new Error('--requests takes a whole number from 2');
const chosen = CASES.filter(({ cli }) => cli.name.toLowerCase().includes(word.toLowerCase()));
if (chosen.length === 0) throw new Error(`--agent: no agent's name has ${word} in it`);

const figures: Figure[] = [];
for (const each of chosen) {
  const cleanups = new Cleanups();
  try {
    const taken = await measure(each, cleanups);
    const name = `${each.cli.name}${each.hooks ? ' with hooks' : ''}`;
    figures.push(
      { name: `${name}: a request in the store, median`, value: percentile(taken, 0.5), unit: 'ms' },
      { name: `${name}: the slowest of ${taken.length}`, value: percentile(taken, 1), unit: 'ms', limit: LIMIT_MS },
    );
  } finally {
    await cleanups.run();
  }
}
report({ figures }, mode);
process.exit();

function native(name: string): NativeAgent {
  const found = NATIVE_AGENTS.find((agent) => agent.name === name);
  if (!found) throw new Error(`no agent is called ${name}`);
  return found;
}

/** Milliseconds, of each request that the agent has written of. */
async function measure({ cli, native, hooks, more = [] }: Case, cleanups: Cleanups): Promise<readonly number[]> {
  const steps: Step[] = Array.from({ length: requests - 1 }, (_, n) => ({ shell: `sleep 0.2; echo ${n}` }));
  let place: CliOptions | undefined;
  const agent = await RecordedAgent.start(cli, [...steps, { text: 'The work is complete.' }], cleanups, {
    recorded: false,
    sharesHome: true,
    more,
    beforeStart: async (given) => {
      place = { ...given, ...(cli.usesSqlite && { node: process.execPath }) };
      const setup = hooks === undefined ? undefined : await runCli(place, 'setup', '--agent', hooks, '--global');
      if (setup && setup.code !== 0) throw new Error(setup.stderr);
      const rules = join(dirname(place.home), 'rules.json');
      writeFileSync(rules, JSON.stringify([{ name: 'never', condition: 'cost_usd > 1000', action: 'alert' }]));
      const watch = await startWatch({ ...place, rules });
      cleanups.add(watch.stop);
      await watch.ready();
    },
  });
  const written = new WrittenReports(native, { env: {}, home: place?.home ?? '' });
  const stored = new StoredReports(storeOf(agent.workspace));
  const look = setInterval(() => {
    written.look();
    stored.look();
  }, LOOK_EVERY_MS);
  cleanups.add(() => {
    clearInterval(look);
    written.close();
  });
  const exit = await agent.done;
  if (exit.code !== 0) throw new Error(`${cli.name} ended with ${exit.code ?? exit.signal}: ${exit.stderr}`);
  const last = () => delays(written.reports, stored.reports);
  await waitFor(
    'every request in the store',
    () => {
      try {
        return last().length >= requests;
      } catch {
        return false;
      }
    },
    DEADLINE_MS,
  );
  return last();
}
