import type { Usage } from '../../../core/common/cost/usage.ts';

/** What the scripted model says: one list of steps for the agent, one for each subagent it starts. */
export interface ModelScript {
  readonly main: readonly Step[];
  readonly subagents?: readonly SubagentScript[];
}

export interface SubagentScript {
  /** Stands in the subagent's prompt, and in no other conversation's first message. */
  readonly marker: string;
  readonly steps: readonly Step[];
}

/** One answer of the model. Blocks are sent in the order thinking, text, tools; with tools the agent comes back. */
export interface Step {
  readonly thinking?: string;
  readonly text?: string;
  readonly tools?: readonly ScriptedCall[];
  /** Classes left out get a value of their own for every answer, so that a mix-up shows in the sums. */
  readonly usage?: Partial<WireUsage>;
  /** Model named in the answer; the one that was asked for by default. */
  readonly model?: string;
  /** Milliseconds between two pieces of a text. */
  readonly delayMs?: number;
  /** Milliseconds after each block. */
  readonly blockDelayMs?: number;
  /** An error answer with this status, given once; the request that follows it gets the next step. */
  readonly httpStatus?: number;
}

export interface ScriptedCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** `usage` of the Messages API. The classes are disjoint; `cache_creation` splits `cache_creation_input_tokens`. */
export interface WireUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_creation: {
    readonly ephemeral_5m_input_tokens: number;
    readonly ephemeral_1h_input_tokens: number;
  };
}

/** The same in the words of events. */
export function billed(usage: WireUsage): Usage {
  return {
    input: usage.input_tokens,
    output: usage.output_tokens,
    cache_read: usage.cache_read_input_tokens,
    cache_write_5m: usage.cache_creation.ephemeral_5m_input_tokens,
    cache_write_1h: usage.cache_creation.ephemeral_1h_input_tokens,
  };
}

/** What the agent says when its script has no step left. */
export const LAST_STEP: Step = { text: 'Done.' };

/**
 * The step for a conversation in which the model has answered `answers` times. Taken from the conversation, not counted
 * by the server: a request sent again after a broken connection gets the same step again. `spent` holds the error steps
 * already given.
 */
export function stepFor(steps: readonly Step[], answers: number, spent: Set<Step>): Step {
  let answered = 0;
  for (const step of steps) {
    if (step.httpStatus !== undefined) {
      if (answered !== answers || spent.has(step)) continue;
      spent.add(step);
      return step;
    }
    if (answered === answers) return step;
    answered++;
  }
  return LAST_STEP;
}

/** Usage of the n-th answer of a server, its gaps filled. */
export function usageOf(step: Step, n: number): WireUsage {
  const created = step.usage?.cache_creation_input_tokens ?? 2000 + n;
  const split = step.usage?.cache_creation ?? {
    ephemeral_5m_input_tokens: created - Math.min(created, 500 + n),
    ephemeral_1h_input_tokens: Math.min(created, 500 + n),
  };
  return {
    input_tokens: 100 + n,
    output_tokens: 50 + 3 * n,
    cache_read_input_tokens: 3000 + 7 * n,
    ...step.usage,
    cache_creation_input_tokens: created,
    cache_creation: split,
  };
}
