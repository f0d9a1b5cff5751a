import type { CallAnswer } from '../../core/common/adapters/call-answer.ts';
import { errorText } from '../../core/common/error-text.ts';
import { TOO_LONG_TO_JUDGE } from '../../core/common/protocol/control.ts';
import type { Verdict } from '../../core/common/protocol/verdict.ts';
import { DEFAULT_GUARD } from '../../core/common/rules/guard-settings.ts';
import {
  checkSocket,
  type Endpoint,
  type HookGuard,
  hookEndpointFile,
  readEndpointFile,
} from '../../core/node/control/endpoint-file.ts';
import { endTurn, whyTurnEnded } from '../../core/node/process/ended-turn.ts';
import { runtimeDir } from '../../core/node/runtime-dir.ts';
import type { HookHost } from './hook-host.ts';
import { type JudgedHere, judgeHere } from './judge-here.ts';
import type { AwaitedCalls } from './record-hook.ts';
import { type NoVerdict, WatcherLine } from './watcher-line.ts';

/** A held call is denied so many seconds before the agent would end the wait, and let it run; earlier if they are few. */
const MARGIN_S = 60;

/** What the guard says of calls, and what of that has to be told. */
export interface Guarded extends CallAnswer {
  /** They were not judged as they should have been. */
  readonly problem?: string;
}

/** How the watcher was asked. */
interface Asked {
  readonly result: Verdict | NoVerdict;
  /** The calls were held for a while. */
  readonly held: boolean;
  readonly guard: HookGuard;
}

/**
 * Whether the calls may run. In a turn that a rule has ended none does. Else the watcher of their store is asked, and then
 * they are recorded. Without its answer they are held against the rules that need no session, and then `fail` of the
 * rules decides.
 */
export async function guardCalls(awaited: AwaitedCalls, host: HookHost): Promise<Guarded> {
  const { store, session } = awaited;
  const runtime = runtimeDir(host.env);
  const ended = whyTurnEnded(runtime, store.path, session);
  if (ended !== undefined) {
    awaited.record();
    return { denied: ended, stop: true };
  }
  const guarded = await judge(awaited, host);
  if (guarded.denied !== undefined && guarded.stop) endTurn(runtime, store.path, session, guarded.denied);
  return guarded;
}

async function judge(awaited: AwaitedCalls, host: HookHost): Promise<Guarded> {
  let asked: Asked | undefined;
  let distrust: string | undefined;
  try {
    asked = await askWatcher(awaited, host);
  } catch (error) {
    distrust = errorText(error);
  }
  const { result, held = false } = asked ?? {};
  if (typeof result === 'object') return result.verdict === 'deny' ? { denied: result.reason, stop: result.stop } : {};
  if (result === 'too-long') return { denied: TOO_LONG_TO_JUDGE };
  if (result === 'late' && held) {
    // Without an answer the agent would let it run.
    return { denied: 'the call is still held; ask your user, or make the same call again' };
  }
  const here = await judgeWithoutWatcher(awaited, host);
  if (here.denied !== undefined) return { denied: here.denied, stop: here.stop ?? false };
  const isClosed = here.guard.fail === 'closed' || asked?.guard.fail === 'closed';
  const what = distrust ?? (asked ? whyUnanswered(asked) : here.needsWatcher ? 'no watcher runs' : undefined);
  const isMissed = what !== undefined && (asked !== undefined || distrust !== undefined);
  if (what !== undefined && isClosed) return { problem: `${what}: the call is denied`, denied: `agent-trace: ${what}` };
  const problem = isMissed ? `${what}: the call runs unguarded` : here.problem;
  if (problem === undefined) return {};
  if (isMissed) awaited.noteUnguarded(problem);
  return { problem, warning: `agent-trace: ${problem}` };
}

/** Undefined where no watcher runs. Throws AgentTraceError `refused` when what claims to be one cannot be trusted. */
async function askWatcher(awaited: AwaitedCalls, { env }: HookHost): Promise<Asked | undefined> {
  let line: WatcherLine;
  let endpoint: Endpoint | undefined;
  let result: Verdict | NoVerdict;
  try {
    const { path } = awaited.store;
    endpoint = readEndpointFile(hookEndpointFile(runtimeDir(env), path), path);
    if (!endpoint) return undefined;
    const { guard } = endpoint;
    // A watcher that was killed may have taken its socket with it.
    if (!checkSocket(endpoint.socket)) return { result: 'gone', held: false, guard };
    line = new WatcherLine(endpoint, awaited.calls);
    result = await line.verdict(guard.answerWithinMs);
  } finally {
    awaited.record();
  }
  let held = false;
  while (typeof result === 'object' && result.verdict === 'hold') {
    held = true;
    result = await line.release(Math.max(awaited.patience / 2, awaited.patience - MARGIN_S) * 1000);
  }
  return { result, held, guard: endpoint.guard };
}

/** Rules that cannot be read at all leave it to `fail`, as it is by default. */
async function judgeWithoutWatcher(awaited: AwaitedCalls, host: HookHost): Promise<JudgedHere> {
  try {
    return await judgeHere(awaited, host);
  } catch (error) {
    return { guard: DEFAULT_GUARD, needsWatcher: false, problem: `the rules are not read: ${errorText(error)}` };
  }
}

function whyUnanswered({ result, held, guard }: Asked): string {
  return result === 'gone'
    ? `the watcher ended before it ${held ? 'let a held call go' : 'answered'}`
    : `the watcher did not answer within ${guard.answerWithinMs} ms`;
}
