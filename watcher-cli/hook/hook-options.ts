/** What the hook is told on its command line and in its environment. */
export interface HookOptions {
  /** Event name, for payloads that lack it. */
  readonly event: string | undefined;
  readonly redact: boolean;
  /** The user's own patterns, as written. */
  readonly patterns: readonly string[];
}

/**
 * `[event] [--no-redact] [--redact-pattern REGEX]...`; `AGENT_TRACE_NO_REDACT=1`, `AGENT_TRACE_REDACT_PATTERN`. What is
 * not known is passed over: a hook of a newer or older setup must still record.
 */
export function hookOptions(args: readonly string[], env: Readonly<Record<string, string | undefined>>): HookOptions {
  const patterns = env.AGENT_TRACE_REDACT_PATTERN ? [env.AGENT_TRACE_REDACT_PATTERN] : [];
  let event: string | undefined;
  let redact = !['1', 'true', 'yes'].includes((env.AGENT_TRACE_NO_REDACT ?? '').toLowerCase());
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (arg === '--no-redact') redact = false;
    else if (arg.startsWith('--redact-pattern=')) patterns.push(arg.slice('--redact-pattern='.length));
    else if (arg === '--redact-pattern') patterns.push(args[++at] ?? '');
    else if (!arg.startsWith('-')) event ??= arg;
  }
  return { event, redact, patterns: patterns.filter((pattern) => pattern !== '') };
}
