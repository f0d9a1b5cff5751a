import { asString } from '../json.ts';
import type { Guess } from '../session/priced-request.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { NO_USAGE, type RequestUsage } from './usage.ts';

/** What an agent of today is most likely to use when nobody says what it uses. */
const ASSUMED_MODEL = 'claude-sonnet-4-6';
/** Names that stand for a model which the agent chose itself, unseen. */
const UNNAMED = new Set(['', 'default', 'auto', 'unknown']);

/** A request as far as texts tell of it; told again as its answer grows. */
export interface GuessedRequest {
  readonly id: string;
  readonly model: string;
  readonly usage: RequestUsage;
  /** Unix seconds. */
  readonly at: number;
  readonly guessed: readonly Guess[];
}

/**
 * Guesses the requests behind a session of which only texts are known. Whatever the model says between two things it is
 * told is one answer; each time it was sent everything so far, and what it had been sent before came from the cache.
 * The agent's own instructions and tools are in no trace, so the figure is too low rather than too high.
 */
export class TextEstimate {
  private readonly countTokens: (text: string) => number;
  /** Tokens of everything said so far, by anybody; without the answer that still grows. */
  private context = 0;
  /** Tokens that were sent with the last answer. */
  private sent = 0;
  private answer: { readonly id: string; readonly at: number; readonly read: number; output: number } | undefined;

  constructor(countTokens: (text: string) => number) {
    this.countTokens = countTokens;
  }

  /** The request that the event is part of, when the model speaks in it. `model`: as far as it is known. */
  add(event: TraceEvent, model: string | undefined): GuessedRequest | undefined {
    const { data, event_type, event_id, timestamp } = event;
    switch (event_type) {
      case 'user_prompt':
        this.hear(asString(data.prompt) ?? asString(data.text));
        return undefined;
      case 'tool_result':
      case 'error':
        this.hear(textOf(data.result ?? data.error));
        return undefined;
      case 'assistant_response':
        return this.say(textOf(data.text ?? data.response), event_id, timestamp, model);
      case 'tool_call':
        return this.say(`${asString(data.tool_name) ?? ''} ${textOf(data.arguments)}`, event_id, timestamp, model);
      default:
        return undefined;
    }
  }

  private hear(text: string | undefined): void {
    if (this.answer) this.context += this.answer.output;
    this.answer = undefined;
    this.context += this.countTokens(text ?? '');
  }

  private say(text: string, id: string, at: number, model: string | undefined): GuessedRequest {
    if (!this.answer) {
      this.answer = { id: `guess-${id}`, at, read: this.sent, output: 0 };
      this.sent = this.context;
    }
    this.answer.output += this.countTokens(text);
    const { answer } = this;
    const named = model !== undefined && !UNNAMED.has(model.toLowerCase());
    return {
      id: answer.id,
      model: named ? model : ASSUMED_MODEL,
      usage: { ...NO_USAGE, input: this.sent - answer.read, cache_read: answer.read, output: answer.output },
      at: answer.at,
      guessed: named ? ['tokens', 'caching'] : ['tokens', 'caching', 'model'],
    };
  }
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
