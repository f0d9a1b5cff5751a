import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { formatCost, toUsd } from '../../core/common/cost/cost.ts';
import { findSession } from '../../core/common/session/find-session.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';
import { familiesOf, unitsOf } from '../../core/node/adapters/import-plan.ts';
import type { ImportedSession } from '../../core/node/adapters/import-sessions.ts';
import type { NativeAgent, NativeFile } from '../../core/node/adapters/native-agent.ts';
import { NATIVE_AGENTS } from '../../core/node/adapters/native-agents.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import { openStore } from '../../core/node/store/open-store.ts';
import { readRegularFileStart } from '../../core/node/store/read-regular-file.ts';
import type { StorePath } from '../../core/node/store/store-path.ts';
import { defaultThreads, importInThreads } from '../import/import-threads.ts';
import type { ImportWork } from '../import/import-work.ts';
import type { CliContext } from './cli-context.ts';
import { findWorkspace } from './find-workspace.ts';

export interface ImportCommandOptions {
  readonly all?: boolean | undefined;
  /** List what there is, write nothing. */
  readonly discover?: boolean | undefined;
  /** Seconds: only sessions whose file changed so lately. */
  readonly since?: number | undefined;
  /** Name of an agent. */
  readonly agent?: string | undefined;
  readonly json?: boolean | undefined;
  /** Path of the store to write to. */
  readonly store?: string | undefined;
  /** When left out one, for much two where there are two cores. */
  readonly threads?: number | undefined;
}

/** How much of a file an agent may look at to know whether it is its own. */
const HEAD_BYTES = 64 * 1024;
/** What one thread reads in the time that another takes to start. */
const MUCH_BYTES = 16 * 1024 * 1024;

/**
 * `agent-trace import`: the session of a file, or of an id, or all there are, with their subagents, into the store.
 * Throws AgentTraceError: `usage`, `no-such-session`, `failed`, `refused`.
 */
export async function importCommand(
  context: CliContext,
  what: string | undefined,
  options: ImportCommandOptions,
): Promise<void> {
  if ([what !== undefined, options.all, options.discover].filter(Boolean).length !== 1) {
    throw new AgentTraceError(
      'usage',
      'name one thing to import: a session file, the id of a session, --all, or look what there is with --discover',
    );
  }
  const agents = agentsNamed(options.agent);
  const files = what === undefined ? allSince(context, agents, options.since) : filesOf(context, agents, what);
  if (options.discover) {
    const { discover } = await import('./discover.ts');
    discover(context, files, options.json ?? false);
    return;
  }
  const families = familiesOf(files);
  const work: ImportWork = {
    units: unitsOf(families),
    store: openStore(storeOf(context, options.store)),
    prices: context.ownPrices.all,
    programs: context.programs,
    next: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
  };
  const threads = options.threads ?? (isMuch(files) ? defaultThreads() : 1);
  const describe = options.json ? asJson : asText;
  let count = 0;
  await importInThreads(work, threads, ({ sessions, issues }) => {
    for (const message of issues) context.stderr.write(`agent-trace: ${sanitize(message)}\n`);
    for (const session of sessions) context.stdout.write(describe(session));
    count += sessions.length;
  });
  if (count === 0 && !options.json) context.stdout.write('there is nothing to import\n');
}

/** Whether a further thread would be worth its start. */
function isMuch(files: readonly NativeFile[]): boolean {
  let bytes = 0;
  for (const { path: file } of files) {
    bytes += statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (bytes > MUCH_BYTES) return true;
  }
  return false;
}

function asJson({ session, events, cost }: ImportedSession): string {
  return `${JSON.stringify({ session_id: session, events, usd: toUsd(cost.microUsd) })}\n`;
}

function asText({ session, events, added, cost }: ImportedSession): string {
  return `${sanitize(session)}: ${events} events, ${added} of them new, ${formatCost(cost)}\n`;
}

function agentsNamed(name: string | undefined): readonly NativeAgent[] {
  if (name === undefined) return NATIVE_AGENTS;
  const agents = NATIVE_AGENTS.filter((agent) => agent.name === name);
  if (agents.length > 0) return agents;
  const known = NATIVE_AGENTS.map((agent) => agent.name).join(', ');
  throw new AgentTraceError('usage', `no agent ${name} is known; there are: ${known}`);
}

function allSince(context: CliContext, agents: readonly NativeAgent[], since: number | undefined): NativeFile[] {
  const env = { env: context.env, home: homedir() };
  const files = agents.flatMap((agent) => [...agent.discover(env)]);
  if (since === undefined) return files;
  const earliest = (context.now() - since) * 1000;
  return files.filter((file) => (statSync(file.path, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= earliest);
}

/** The files of one session: that of the path, or that whose id, or the beginning of it, is given. */
function filesOf(context: CliContext, agents: readonly NativeAgent[], what: string): readonly NativeFile[] {
  const file = path.resolve(context.cwd, what);
  if (existsSync(file)) return fileNamed(agents, file);
  const all = allSince(context, agents, undefined);
  const ids = [...new Set(all.flatMap(({ session, parent }) => parent || session || []))];
  const search = findSession(ids, (id) => id, what);
  if ('found' in search) {
    const own = all.filter(({ session, parent }) => session === search.found && parent === undefined);
    const subagents = own.flatMap((each) => subagentsOf(agents, each));
    const paths = new Set([...own, ...subagents].map((each) => each.path));
    return [...own, ...subagents, ...all.filter((each) => each.parent === search.found && !paths.has(each.path))];
  }
  throw new AgentTraceError(
    'no-such-session',
    'missing' in search
      ? `${what} is no file, and no session of that id is on this machine; agent-trace import --discover shows all`
      : `${what} fits several sessions, give more of the id: ${search.candidates.join(', ')}`,
  );
}

function fileNamed(agents: readonly NativeAgent[], file: string): readonly NativeFile[] {
  const head = readRegularFileStart(file, HEAD_BYTES)?.toString('utf8');
  if (head === undefined) throw new AgentTraceError('failed', `${file} cannot be read, or is no file`);
  const [found] = agents.flatMap((agent) => agent.recognise(file, head) ?? []);
  if (found) return [found, ...subagentsOf(agents, found)];
  const known = agents.map((agent) => agent.name).join(', ');
  throw new AgentTraceError('failed', `${file} is no session file of an agent that is known (${known})`);
}

function subagentsOf(agents: readonly NativeAgent[], file: NativeFile): readonly NativeFile[] {
  return agents.filter((agent) => agent.name === file.agent).flatMap((agent) => [...agent.subagents(file)]);
}

function storeOf(context: CliContext, named: string | undefined): StorePath {
  if (named !== undefined) return { path: path.resolve(context.cwd, named), chosen: true };
  const { store, chosen } = findWorkspace(context.cwd, context.env);
  return { path: store, chosen };
}
