import { hookAgent } from '../../core/common/adapters/agent-hooks.ts';
import { CLAUDE_CODE } from '../../core/common/adapters/claude-code/hook-events.ts';

/** What the hook is told on its command line and in its environment. */
export interface HookOptions {
  /** As events name the agent that runs the hook; undefined for a name that is not known. */
  readonly agent: string | undefined;
  /** Event name, for payloads that lack it. */
  readonly event: string | undefined;
  readonly redact: boolean;
  /** Seconds that the agent waits for this hook, as its setup has it; undefined where that says nothing. */
  readonly patience: number | undefined;
  /** The user's own patterns, as written. */
  readonly patterns: readonly string[];
}

/**
 * `[event] [--agent NAME] [--wait=SECONDS] [--no-redact] [--redact-pattern REGEX]...`; `AGENT_TRACE_NO_REDACT=1`, `AGENT_TRACE_REDACT_PATTERN`. What is
 * not known is passed over: a hook of a newer or older setup must still record.
 */
export function hookOptions(args: readonly string[], env: Readonly<Record<string, string | undefined>>): HookOptions {
  const patterns = env.AGENT_TRACE_REDACT_PATTERN ? [env.AGENT_TRACE_REDACT_PATTERN] : [];
  let event: string | undefined;
  let agent: string | undefined = CLAUDE_CODE;
  let patience: number | undefined;
  let redact = !['1', 'true', 'yes'].includes((env.AGENT_TRACE_NO_REDACT ?? '').toLowerCase());
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (arg === '--no-redact') redact = false;
    else if (arg.startsWith('--agent=')) agent = hookAgent(arg.slice('--agent='.length));
    else if (arg === '--agent') agent = hookAgent(args[++at] ?? '');
    else if (/^--wait=[0-9]{1,7}$/.test(arg)) patience = Number(arg.slice('--wait='.length));
    else if (arg.startsWith('--redact-pattern=')) patterns.push(arg.slice('--redact-pattern='.length));
    else if (arg === '--redact-pattern') patterns.push(args[++at] ?? '');
    else if (!arg.startsWith('-')) event ??= arg;
  }
  return { agent, event, redact, patience, patterns: patterns.filter((pattern) => pattern !== '') };
}
