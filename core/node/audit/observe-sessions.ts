import { join } from 'node:path';
import type { WalkOptions } from '../../common/audit/act-walk.ts';
import { Observation, type Observed } from '../../common/audit/propose/observation.ts';
import type { SessionMaxima } from '../../common/audit/propose/propose-rules.ts';
import type { PriceBook } from '../../common/cost/cost.ts';
import { SessionFold } from '../../common/session/session-fold.ts';
import type { SessionState } from '../../common/session/session-state.ts';
import type { ChosenSessions } from '../sessions/chosen-sessions.ts';
import { EVENTS_FILE } from '../store/event-log.ts';
import { SessionReader } from '../tail/session-reader.ts';

/** What sessions did, and the most that one of them came to. */
export interface ObservedSessions {
  readonly observed: Observed;
  readonly maxima: SessionMaxima;
  /** Lines of their files that could not be read. */
  readonly unreadable: number;
}

/** Reads the stored events of the sessions, one session after the other. */
export async function observeSessions(
  { store, sessions }: ChosenSessions,
  prices: PriceBook,
  options: WalkOptions,
): Promise<ObservedSessions> {
  const observation = new Observation(options);
  let maxima: SessionMaxima = valuesOf(new SessionFold('', prices).state);
  let unreadable = 0;
  for (const { id } of sessions) {
    const fold = new SessionFold(id, prices);
    const observe = observation.session();
    const reader = new SessionReader({
      path: join(store, id, EVENTS_FILE),
      root: store,
      onEvent: (event) => {
        fold.apply(event);
        observe(event);
      },
      onIssue: () => {
        unreadable += 1;
      },
    });
    await reader.drainWhole();
    reader.close();
    maxima = greater(maxima, valuesOf(fold.state));
  }
  return { observed: observation.observed, maxima, unreadable };
}

function valuesOf({ cost, toolCalls, filesModified, startedAt, lastEventAt }: SessionState): SessionMaxima {
  return {
    cost_usd: cost.microUsd === null ? undefined : cost.microUsd / 1_000_000,
    tool_calls: toolCalls,
    files_modified: filesModified,
    duration_minutes: startedAt === undefined || lastEventAt === undefined ? undefined : (lastEventAt - startedAt) / 60,
  };
}

function greater(one: SessionMaxima, other: SessionMaxima): SessionMaxima {
  const most = (name: keyof SessionMaxima): number | undefined => {
    const values = [one[name], other[name]].filter((value) => value !== undefined);
    return values.length === 0 ? undefined : Math.max(...values);
  };
  return {
    cost_usd: most('cost_usd'),
    tool_calls: most('tool_calls'),
    files_modified: most('files_modified'),
    duration_minutes: most('duration_minutes'),
  };
}
