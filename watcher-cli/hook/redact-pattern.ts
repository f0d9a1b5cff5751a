import { errorText } from '../../core/common/error-text.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';

/** A user's `--redact-pattern` as `createRedactor` takes it. Throws AgentTraceError `usage` when it is none. */
export function redactPattern(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'g');
  } catch (error) {
    throw new AgentTraceError('usage', `--redact-pattern: ${errorText(error)}`);
  }
}
