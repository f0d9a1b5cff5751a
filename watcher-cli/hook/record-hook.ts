import type { EventSource } from '../../core/common/adapters/claude-code/hook-events.ts';
import { decodeHookPayload, type HookPayload } from '../../core/common/adapters/claude-code/hook-payload.ts';
import { parseJson } from '../../core/common/json.ts';
import { createRedactor, keepAll, type Redactor } from '../../core/common/redact/redactor.ts';
import { hasSession, openStore } from '../../core/node/store/open-store.ts';
import { findStore } from '../../core/node/store/store-path.ts';
import { registerAgent } from './agent-process.ts';
import { type Attempt, collectingAttempt } from './attempt.ts';
import type { HookHost } from './hook-host.ts';
import { type HookOptions, hookOptions } from './hook-options.ts';
import { HookRecorder } from './hook-recorder.ts';
import { redactPattern } from './redact-pattern.ts';

/** Shown on a terminal of its own; serves no record. */
const NOT_RECORDED: ReadonlySet<string> = new Set(['MessageDisplay']);

/**
 * Records what Claude Code gave a hook on stdin. Gives what went wrong, a sentence each, without anything of the
 * payload in it; never throws.
 */
export function recordHook(input: string, host: HookHost): readonly string[] {
  const problems: string[] = [];
  const attempt = collectingAttempt(problems);
  attempt('hook', () => {
    const options = hookOptions(host.args, host.env);
    const payload = decodeHookPayload(parseJson(input.startsWith('\uFEFF') ? input.slice(1) : input), {
      event: options.event,
      agentSessionId: host.env.CLAUDE_CODE_SESSION_ID,
    });
    if (!payload) throw new Error(input.trim() === '' ? 'stdin is empty' : 'stdin holds no JSON object');
    if (!NOT_RECORDED.has(payload.event)) recordPayload(payload, options, host, attempt);
  });
  return problems;
}

function recordPayload(payload: HookPayload, options: HookOptions, host: HookHost, attempt: Attempt): void {
  const workspace = host.env.CLAUDE_PROJECT_DIR || undefined;
  const cwd = payload.cwd ?? host.cwd;
  const store = attempt('store', () => openStore(findStore({ env: host.env, cwd, workspace })));
  if (!store) return;
  // The agent's internal helpers end without having started: no session of theirs is opened.
  if (payload.event === 'SubagentStop' && payload.subagent?.type === '' && !hasSession(store, payload.session)) return;
  const agent = attempt('agent process', () => registerAgent(payload, store, host));
  const source: EventSource = { now: host.now, newId: host.newId, workspace: workspace ?? cwd };
  const redact = redactorOf(options, attempt);
  new HookRecorder({ store, payload, source, redact, agent, attempt }).record();
}

/** A pattern that is no regular expression is reported; the others, and our own rules, still hold. */
function redactorOf({ redact, patterns }: HookOptions, attempt: Attempt): Redactor {
  if (!redact) return keepAll;
  const compiled = patterns.map((pattern) => attempt('redaction', () => redactPattern(pattern)));
  return createRedactor(compiled.filter((pattern) => pattern !== undefined));
}
