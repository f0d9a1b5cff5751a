import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asNumber, asRecord, asString, parseJson } from '../../common/json.ts';
import type { ProcessIdentity } from '../../common/process/process-identity.ts';
import { isAgent, isNode, isShell } from './executable-names.ts';
import type { Ancestry, ProcessInfo } from './process-table.ts';
import type { RegistrationSource } from './registration.ts';
import { environmentNamesSession } from './session-marks.ts';
import { startedBefore } from './start-order.ts';
import { systemAncestry } from './system-process-table.ts';

export interface AgentQuery {
  /** Environment of the hook. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Process whose ancestors are looked at: the hook's own pid. */
  readonly pid: number;
  /** As recorders name agents: `claude-code`, `gemini`, ... */
  readonly agentName: string;
  readonly sessionId: string;
  /** The system's, by default. */
  readonly table?: Ancestry;
}

export interface FoundAgent {
  readonly process: ProcessIdentity;
  /** Path or name of the executable. */
  readonly executable: string;
  readonly source: Extract<RegistrationSource, 'session-file' | 'environment' | 'ancestry'>;
}

/**
 * Finds the agent above one of its hooks: the nearest ancestor that
 * 1. Claude Code's session file `<config>/sessions/<pid>.json` names, with this session and this start time, or
 * 2. the agent itself named in the hook's environment (`CLAUDE_PID`, `OPENCODE_PID`), or
 * 3. is the executable of a known agent, or
 * 4. started the shells (and launchers marked as this session's) that ran the hook.
 *
 * The walk ends there, so a wrapper or an outer agent above is never reached; arguments are never read. Undefined when
 * the walk meets another user's process, pid 1 or a shell that leads a terminal's session first: above such a shell are
 * the user's own programs.
 */
export function findAgent(query: AgentQuery): FoundAgent | undefined {
  const { env, pid, sessionId, table = systemAncestry() } = query;
  const self = table.read(pid);
  if (!self) return undefined;
  const seen = new Set([pid]);
  let child = self;
  while (child.ppid > 1 && !seen.has(child.ppid) && seen.size < MAX_DEPTH) {
    const at = child.ppid;
    seen.add(at);
    const info = table.read(at);
    if (!info || info.uid !== self.uid || info.state === 'zombie') return undefined;
    // Windows keeps the pid of a parent that has ended, and may have given it to another process.
    if (startedBefore(child.startTime, info.startTime)) return undefined;
    const executable = table.executable(at) ?? info.name;
    const found = (source: FoundAgent['source']): FoundAgent => ({
      process: { pid: info.pid, startTime: info.startTime, bootId: info.bootId },
      executable,
      source,
    });
    if (sessionFileNames(query, info)) return found('session-file');
    if (isShell(executable)) {
      if (info.sid === info.pid && info.hasTerminal) return undefined;
    } else if (environmentNames(env, at)) return found('environment');
    else if (isAgent(executable) || isAgent(info.name)) return found('ancestry');
    else if (!table.carriesMark(at, sessionId))
      return isPlausible(query, info, executable) ? found('ancestry') : undefined;
    child = info;
  }
  return undefined;
}

/** Deeper than any chain seen; ends the walk on a table that makes no sense. */
const MAX_DEPTH = 64;

/**
 * An unknown program above the shells counts as the agent when this session's mark in our environment proves that an
 * agent started us, or when it is Gemini's `node`. Otherwise only if it is no service: those stand right below pid 1.
 */
function isPlausible({ env, agentName, sessionId }: AgentQuery, info: ProcessInfo, executable: string): boolean {
  if (environmentNamesSession(env, sessionId)) return true;
  return info.ppid > 1 || (isNode(executable) && agentName.startsWith('gemini'));
}

function environmentNames(env: AgentQuery['env'], pid: number): boolean {
  return env.CLAUDE_PID === String(pid) || env.OPENCODE_PID === String(pid);
}

/** The file outlives a killed agent, therefore the start time must be that of the process now at this pid. */
function sessionFileNames({ env, agentName, sessionId }: AgentQuery, info: ProcessInfo): boolean {
  if (!agentName.startsWith('claude')) return false;
  const home = env.HOME ?? env.USERPROFILE;
  const config = env.CLAUDE_CONFIG_DIR || (home && join(home, '.claude'));
  if (!config) return false;
  let text: string;
  try {
    text = readFileSync(join(config, 'sessions', `${info.pid}.json`), 'utf8');
  } catch {
    return false;
  }
  const record = asRecord(parseJson(text));
  const start = asString(record?.procStart) ?? asNumber(record?.procStart)?.toString();
  return record?.sessionId === sessionId && start === info.startTime;
}
