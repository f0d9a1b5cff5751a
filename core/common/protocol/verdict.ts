import { asBoolean, asRecord, asString } from '../json.ts';

/**
 * What becomes of a call that its hook waits with.
 * - `allow`: nothing forbids it; the agent's own permissions still hold.
 * - `deny`: it must not run. `stop`: the agent's turn ends with it.
 * - `hold`: its session is paused, or the user is asked; whoever is told so asks again, by `release`, and is answered when
 *   that is over.
 */
export type Verdict =
  | { readonly verdict: 'allow' }
  | { readonly verdict: 'deny'; readonly rule: string; readonly reason: string; readonly stop: boolean }
  | { readonly verdict: 'hold'; readonly rule: string; readonly reason: string };

/** Undefined when it is none. */
export function decodeVerdict(value: unknown): Verdict | undefined {
  const record = asRecord(value);
  const rule = asString(record?.rule) ?? '';
  const reason = asString(record?.reason) ?? '';
  switch (record?.verdict) {
    case 'allow':
      return { verdict: 'allow' };
    case 'deny':
      return { verdict: 'deny', rule, reason, stop: asBoolean(record.stop) ?? false };
    case 'hold':
      return { verdict: 'hold', rule, reason };
    default:
      return undefined;
  }
}
