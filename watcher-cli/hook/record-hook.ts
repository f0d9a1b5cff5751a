import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { decodeAgentPayload, workspaceRoot } from '../../core/common/adapters/agent-hooks.ts';
import { CLAUDE_CODE, type EventSource } from '../../core/common/adapters/claude-code/hook-events.ts';
import type { HookPayload } from '../../core/common/adapters/claude-code/hook-payload.ts';
import { COPILOT_CLI } from '../../core/common/adapters/copilot-cli/events-parser.ts';
import { CURSOR } from '../../core/common/adapters/cursor/transcript-parser.ts';
import { GEMINI_CLI } from '../../core/common/adapters/gemini-cli/chat-parser.ts';
import { usualPatience } from '../../core/common/adapters/hook-patience.ts';
import { asString, parseJson } from '../../core/common/json.ts';
import type { PendingCall } from '../../core/common/protocol/control.ts';
import { createRedactor, keepAll, type Redactor } from '../../core/common/redact/redactor.ts';
import type { LoneCall } from '../../core/common/rules/judge-alone.ts';
import { beginTurn, whyTurnEnded } from '../../core/node/process/ended-turn.ts';
import { runtimeDir } from '../../core/node/runtime-dir.ts';
import { hasSession, openStore, type Store } from '../../core/node/store/open-store.ts';
import { findStore, type StorePath } from '../../core/node/store/store-path.ts';
import { type Attempt, collectingAttempt } from './attempt.ts';
import type { HookHost } from './hook-host.ts';
import { type HookOptions, hookOptions } from './hook-options.ts';
import { HookRecorder, operationOfCall, type UnwrittenCall } from './hook-recorder.ts';
import { redactPattern } from './redact-pattern.ts';
import { registerAgent } from './register-agent.ts';

/** The first is shown on a terminal of its own; the second serves to end a turn. */
const NOT_RECORDED: ReadonlySet<string> = new Set(['MessageDisplay', 'PostToolBatch']);
/** A turn begins with them, of whatever came before. */
const TURN_STARTS: ReadonlySet<string> = new Set(['SessionStart', 'UserPromptSubmit']);

/** What a hook has recorded. */
export interface Recorded {
  /** What went wrong so far, a sentence each, without anything of the payload in it. */
  readonly problems: readonly string[];
  /** What the agent waits with; undefined when it does not. */
  readonly awaited?: AwaitedCalls;
  /** Why the turn ends here, at an event after calls. */
  readonly turnEnd?: string | undefined;
}

/** Calls that run when their hook is over, unless it forbids them. They are not recorded yet. */
export interface AwaitedCalls {
  /** As events name it. */
  readonly agent: string;
  /** Seconds that it waits at the most. */
  readonly patience: number;
  readonly store: Store;
  /** The session of the agent's process. */
  readonly session: string;
  readonly calls: readonly PendingCall[];
  /** The same for rules that need no session; without those that are too long. */
  readonly lone: readonly LoneCall[];
  /** Directory that the agent works in. */
  readonly workspace: string;
  /** To be called once, whatever becomes of them. */
  readonly record: () => void;
  /** Writes down that they run without having been judged. */
  readonly noteUnguarded: (why: string) => void;
  /** Writes down that they do not run. */
  readonly noteDenied: (why: string) => void;
}

/** Records what an agent gave its hook on stdin, but for calls that it waits with. Never throws. */
export function recordHook(input: string, host: HookHost): Recorded {
  const problems: string[] = [];
  let store: Store | undefined;
  let waiting: Pick<AwaitedCalls, 'agent' | 'patience'> | undefined;
  const calls: UnwrittenCall[] = [];
  let session = '';
  let turnEnd: string | undefined;
  const attempt = collectingAttempt(problems);
  attempt('hook', () => {
    const options = hookOptions(host.args, host.env);
    const { agent, event } = options;
    if (agent === undefined) throw new Error('--agent names an agent that this version does not know');
    waiting = { agent, patience: options.patience ?? usualPatience(agent) };
    const agentSessionId = agent === CLAUDE_CODE ? host.env.CLAUDE_CODE_SESSION_ID : undefined;
    const value = parseJson(input.startsWith('\uFEFF') ? input.slice(1) : input);
    const payloads = decodeAgentPayload(agent, value, { event, agentSessionId });
    if (!payloads) throw new Error(input.trim() === '' ? 'stdin is empty' : 'stdin holds no JSON object');
    for (const payload of payloads) {
      const query = storeQuery(payload, host);
      session = payload.rootSession;
      if (payload.event === 'PostToolBatch') turnEnd = turnEndOf(session, query, host);
      if (NOT_RECORDED.has(payload.event)) continue;
      store = attempt('store', () => openStore(query)) ?? (isBeforeCall(payload) ? expectedStore(query) : undefined);
      if (store && TURN_STARTS.has(payload.event)) beginTurn(runtimeDir(host.env), store.path, session);
      const call = store && recordPayload(payload, store, options, host, attempt);
      if (call) calls.push(call);
    }
  });
  const record = () => {
    for (const { write } of calls) write();
  };
  const noteUnguarded = (why: string) => calls[0]?.noteUnguarded(why);
  const noteDenied = (why: string) => {
    for (const call of calls) call.noteDenied(why);
  };
  const [first] = calls;
  if (!store || !waiting || !first) return { problems, turnEnd };
  const pending = calls.map(({ event, operation }): PendingCall => ({ event, ...(operation ? { operation } : {}) }));
  const { workspace } = first;
  return {
    problems,
    awaited: {
      ...waiting,
      store,
      session,
      workspace,
      calls: pending,
      lone: calls.flatMap(loneCall),
      record,
      noteUnguarded,
      noteDenied,
    },
  };
}

/** None for a call that is too long to be judged. */
function loneCall({ event, operation, agent, isSubagent, workspace }: UnwrittenCall): readonly LoneCall[] {
  if (operation === 'too-long') return [];
  const shown = { tool: asString(event.data.tool_name) ?? 'unknown', operation: operationOfCall(event) };
  return [{ ...shown, ...(operation ? { operation, shown } : {}), agent, isSubagent, workspace }];
}

function storeQuery(payload: HookPayload, host: HookHost): StorePath {
  const workspace = workspaceOf(payload, host);
  return findStore({ env: host.env, cwd: payload.cwd ?? workspace ?? host.cwd, workspace });
}

function turnEndOf(session: string, query: StorePath, { env }: HookHost): string | undefined {
  const store = expectedStore(query);
  return store && whyTurnEnded(runtimeDir(env), store.path, session);
}

function isBeforeCall({ event }: HookPayload): boolean {
  return event === 'PreToolUse';
}

/** Where the store should be, which cannot be opened; undefined when not even its folder is there. */
function expectedStore({ path }: StorePath): Store | undefined {
  try {
    return { path: join(realpathSync.native(dirname(path)), basename(path)) };
  } catch {
    return undefined;
  }
}

function workspaceOf(payload: HookPayload, host: HookHost): string | undefined {
  return host.env[PROJECT_VARIABLES[payload.agent] ?? ''] || workspaceRoot(payload);
}

function recordPayload(
  payload: HookPayload,
  store: Store,
  options: HookOptions,
  host: HookHost,
  attempt: Attempt,
): UnwrittenCall | undefined {
  // The agent's internal helpers end without having started: no session of theirs is opened.
  if (payload.event === 'SubagentStop' && payload.subagent?.type === '' && !hasSession(store, payload.session))
    return undefined;
  const agent = attempt('agent process', () => registerAgent(payload, store, host));
  const workspace = workspaceOf(payload, host) ?? payload.cwd ?? host.cwd;
  const source: EventSource = { now: host.now, newId: host.newId, workspace };
  const redact = redactorOf(options, attempt);
  return new HookRecorder({ store, payload, source, redact, agent, attempt }).record();
}

/** Name the folder that an agent was started in. One that another agent started has that one's, too: only its own count. */
const PROJECT_VARIABLES: Readonly<Record<string, string>> = {
  [CLAUDE_CODE]: 'CLAUDE_PROJECT_DIR',
  [GEMINI_CLI]: 'GEMINI_PROJECT_DIR',
  [CURSOR]: 'CURSOR_PROJECT_DIR',
  [COPILOT_CLI]: 'COPILOT_PROJECT_DIR',
};

/** A pattern that is no regular expression is reported; the others, and our own rules, still hold. */
function redactorOf({ redact, patterns }: HookOptions, attempt: Attempt): Redactor {
  if (!redact) return keepAll;
  const compiled = patterns.map((pattern) => attempt('redaction', () => redactPattern(pattern)));
  return createRedactor(compiled.filter((pattern) => pattern !== undefined));
}
