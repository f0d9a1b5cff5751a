import { addUsage, decodeUsage, NO_USAGE, type Usage } from '../../core/common/cost/usage.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';
import type { NativeAgent, NativeFile } from '../../core/node/adapters/native-agent.ts';

/** All that an agent's adapter reads of a file, and what it complained of. */
export function readNative(
  agent: NativeAgent,
  file: NativeFile,
): { readonly events: readonly TraceEvent[]; readonly issues: readonly string[] } {
  const issues: string[] = [];
  const source = agent.open(file, (message) => issues.push(message));
  const events: TraceEvent[] = [];
  try {
    for (let more = true; more; ) {
      const read = source.read();
      events.push(...read.events);
      more = read.more;
    }
  } finally {
    source.close();
  }
  return { events, issues };
}

/** Tokens by class: of each request the last report. */
export function usageOf(events: readonly TraceEvent[]): Usage {
  const requests = new Map<string, Usage>();
  for (const { event_type, event_id, data } of events) {
    const usage = event_type === 'llm_response' ? decodeUsage(data.usage) : undefined;
    if (usage) requests.set(event_id, usage);
  }
  return [...requests.values()].reduce(addUsage, NO_USAGE);
}
