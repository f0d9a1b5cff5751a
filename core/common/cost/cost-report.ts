import type { Guess, PricedRequest } from '../session/priced-request.ts';
import { excerpt } from '../view/excerpt.ts';
import type { PriceBook } from './cost.ts';
import type { CostedCall, SessionCost } from './session-cost.ts';
import { guessesOf, type Spend, spendBy, spendOf, unpricedModels } from './spend.ts';
import { contextTokens, NO_USAGE, type Usage } from './usage.ts';

/** `agent-trace cost --json` of one session, its subagents included. Documented in docs/cost.md; a public contract. */
export interface CostReport extends Spend {
  readonly session_id: string;
  readonly agent: string;
  /** USD of the session itself, without its subagents; null when nothing of it has a price. */
  readonly own_usd: number | null;
  readonly unpriced_models: readonly string[];
  readonly guessed: readonly Guess[];
  /** USD by the agent's own count; null when it gives none. */
  readonly reported_usd: number | null;
  readonly models: readonly (Spend & { readonly model: string })[];
  /** Subagents, oldest first. */
  readonly sessions: readonly (Spend & { readonly session_id: string; readonly agent: string })[];
  /** From one prompt to the next; what came before the first has an empty prompt. */
  readonly phases: readonly Phase[];
  readonly cache: CacheEffect;
  readonly failed_calls: FailedCalls;
  /** The dearest requests, dearest first. */
  readonly largest: readonly LargeRequest[];
}

/** What was asked for from one prompt to the next. */
export interface Phase extends Spend {
  readonly prompt: string;
  /** Unix seconds. */
  readonly started_at: number;
}

/** What the cache of prompts did to the cost. */
export interface CacheEffect {
  /** What the same requests would have cost without a cache, less what they cost. Below zero: the cache cost money. */
  readonly saved_usd: number;
  /** Share of what was sent that came from the cache, 0 to 1. */
  readonly read_share: number;
}

/** What calls of tools that failed cost, in US dollars. */
export interface FailedCalls {
  readonly calls: number;
  /** What asking for them cost: of a request that made several calls, an equal part for each. */
  readonly usd: number;
}

export interface LargeRequest {
  /** Unix seconds. */
  readonly at: number;
  readonly model: string;
  readonly usd: number;
  /** Tokens the model was sent. */
  readonly context: number;
  readonly output: number;
  /** What it asked for, `Bash npm test`; empty for an answer. */
  readonly asked_for: string;
}

const MOST_LARGE = 5;

/** A session and its subagents. A request that is reported in several of them counts in the one that is named first. */
export function costReport(root: SessionCost, subagents: readonly SessionCost[], prices: PriceBook): CostReport {
  const claimed = new Set<string>();
  const parts = [root, ...subagents].map((session) => ({ session, requests: claim(session.requests, claimed) }));
  const [own, ...others] = parts;
  const all = parts.flatMap(({ requests }) => requests);
  const made = parts.flatMap(({ session, requests }) => callsOfRequests(session.calls, requests));
  const whole = spendOf(all);
  const { state } = root;
  return {
    session_id: root.id,
    agent: state.agent,
    ...whole,
    // Something was done and nothing reported: the agent's model was paid for by someone, somewhere.
    ...(all.length === 0 ? { usd: state.cost.microUsd === null ? null : 0, kind: state.cost.kind } : {}),
    own_usd: spendOf(own?.requests ?? []).usd,
    unpriced_models: unpricedModels(all),
    guessed: guessesOf(all),
    reported_usd: root.reportedUsd ?? null,
    models: spendBy(all, ({ model }) => model).map(({ key, ...spend }) => ({ model: key, ...spend })),
    sessions: others.map(({ session, requests }) => ({
      session_id: session.id,
      agent: session.state.agent,
      ...spendOf(requests),
    })),
    phases: phasesOf(root, all),
    cache: cacheEffect(all, whole.tokens, prices),
    failed_calls: failedCalls(made),
    largest: largest(all, made),
  };
}

/** The requests that nobody has counted yet, which are counted now. */
export function claim(requests: readonly PricedRequest[], claimed: Set<string>): readonly PricedRequest[] {
  return requests.filter(({ id }) => {
    const isNew = !claimed.has(id);
    claimed.add(id);
    return isNew;
  });
}

/** By time: usage is recorded a moment after it was spent, so its place in the file does not tell. */
function phasesOf({ prompts }: SessionCost, requests: readonly PricedRequest[]): readonly Phase[] {
  const marks = prompts.toSorted((a, b) => a.at - b.at);
  const inOrder = requests.toSorted((a, b) => a.at - b.at);
  const bounds = [{ at: Number.NEGATIVE_INFINITY, text: '' }, ...marks];
  return bounds.flatMap(({ at, text }, index) => {
    const until = bounds[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    const members = inOrder.filter((request) => request.at >= at && request.at < until);
    if (members.length === 0 && at === Number.NEGATIVE_INFINITY) return [];
    const startedAt = Number.isFinite(at) ? at : (members[0]?.at ?? 0);
    return [{ prompt: excerpt(text), started_at: startedAt, ...spendOf(members) }];
  });
}

function cacheEffect(requests: readonly PricedRequest[], tokens: Usage, prices: PriceBook): CacheEffect {
  let saved = 0;
  for (const { model, usage, at, microUsd } of requests) {
    if (microUsd === undefined || contextTokens(usage) === usage.input) continue;
    const bare = { ...usage, ...NO_USAGE, input: contextTokens(usage), output: usage.output };
    saved += (prices.price(model, bare, at) ?? microUsd) - microUsd;
  }
  const sent = contextTokens(tokens);
  return { saved_usd: saved / 1_000_000, read_share: sent === 0 ? 0 : tokens.cache_read / sent };
}

interface MadeCalls {
  readonly request: PricedRequest;
  readonly calls: readonly CostedCall[];
}

/** Recorders see calls and requests apart: a call belongs to the last request that was answered before it began. */
function callsOfRequests(calls: readonly CostedCall[], requests: readonly PricedRequest[]): readonly MadeCalls[] {
  const inOrder = requests.toSorted((a, b) => a.at - b.at);
  const made = new Map<PricedRequest, CostedCall[]>();
  let next = 0;
  for (const call of calls.toSorted((a, b) => a.at - b.at)) {
    while (next < inOrder.length && (inOrder[next]?.at ?? 0) <= call.at) next += 1;
    const request = inOrder[Math.max(0, next - 1)];
    if (!request) continue;
    const others = made.get(request);
    if (others) others.push(call);
    else made.set(request, [call]);
  }
  return [...made].map(([request, own]) => ({ request, calls: own }));
}

function failedCalls(made: readonly MadeCalls[]): FailedCalls {
  let calls = 0;
  let microUsd = 0;
  for (const { request, calls: own } of made) {
    const failed = own.filter((call) => call.failed).length;
    calls += failed;
    microUsd += ((request.microUsd ?? 0) * failed) / own.length;
  }
  return { calls, usd: Math.round(microUsd) / 1_000_000 };
}

function largest(requests: readonly PricedRequest[], made: readonly MadeCalls[]): readonly LargeRequest[] {
  const callsOf = new Map(made.map(({ request, calls }) => [request, calls]));
  return requests
    .filter(({ microUsd }) => microUsd !== undefined)
    .toSorted((a, b) => (b.microUsd ?? 0) - (a.microUsd ?? 0))
    .slice(0, MOST_LARGE)
    .map((request) => ({
      at: request.at,
      model: request.model,
      usd: (request.microUsd ?? 0) / 1_000_000,
      context: contextTokens(request.usage),
      output: request.usage.output,
      asked_for: excerpt((callsOf.get(request) ?? []).map(({ tool, target }) => `${tool} ${target}`.trim()).join(', ')),
    }));
}
