import type { TraceEvent } from '../trace/trace-event.ts';
import { eventClipper } from './clip-text.ts';
import { mapStrings, setOwn } from './map-strings.ts';
import type { Redactor } from './redactor.ts';

/**
 * The event as it may reach the disk: secrets redacted, long strings clipped. In this order, since half a secret is no
 * longer known for one. Every event goes through here before it is appended; ids and times are left as they are.
 */
export function storableEvent(event: TraceEvent, redact: Redactor): TraceEvent {
  const clip = eventClipper();
  const change = (text: string, name: string): string => clip(redact(text, name));
  const data: Record<string, unknown> = {};
  for (const key of Object.keys(event.data)) setOwn(data, key, mapStrings(event.data[key], change, key));
  return { ...event, data };
}
