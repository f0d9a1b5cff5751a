import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';

export interface TranscriptFacts {
  readonly file: string;
  readonly sessionId: string;
  /** Directory that the agent works in. */
  readonly cwd: string;
  readonly model: string;
  /** Tokens that stand in front of the first prompt: instructions and the descriptions of the tools. */
  readonly firstTokens: number;
  /** Set in the transcript of a subagent. */
  readonly agentId?: string;
}

/** English text and code have about so many characters a token. */
const CHARACTERS_PER_TOKEN = 3.6;
/** What an answer costs beside the words that are seen of it: the model's thinking. */
const THINKING_TOKENS = 220;

/**
 * Writes a transcript as Claude Code does: a line for each block of an answer, all with the same message id and usage. The
 * tokens follow from what the conversation has said so far: what is known is read from the cache, what is new is written
 * to it.
 */
export class ClaudeTranscript {
  private readonly facts: TranscriptFacts;
  private cached = 0;
  private added: number;
  private last: string | null = null;

  constructor(facts: TranscriptFacts) {
    this.facts = facts;
    this.added = facts.firstTokens;
    mkdirSync(path.dirname(facts.file), { recursive: true });
  }

  /** What the model is given: a prompt, or the result of a call. */
  hear(content: string): void {
    this.added += tokensOf(content);
    this.write('user', { role: 'user', content });
  }

  /** One answer of the model: words, and the call that it makes. */
  answer(text: string, call?: { readonly id: string; readonly name: string; readonly input: unknown }): void {
    const written = text + (call ? JSON.stringify(call.input) : '');
    const output = tokensOf(written) + THINKING_TOKENS;
    const usage = {
      input_tokens: 4,
      cache_creation_input_tokens: this.added,
      cache_read_input_tokens: this.cached,
      cache_creation: { ephemeral_5m_input_tokens: this.added, ephemeral_1h_input_tokens: 0 },
      output_tokens: output,
      service_tier: 'standard',
    };
    this.cached += this.added;
    this.added = output;
    const blocks = [
      ...(text === '' ? [] : [{ type: 'text', text }]),
      ...(call ? [{ type: 'tool_use', id: call.id, name: call.name, input: call.input }] : []),
    ];
    const id = `msg_${randomUUID().replaceAll('-', '').slice(0, 24)}`;
    for (const block of blocks) {
      const { model } = this.facts;
      this.write('assistant', { id, type: 'message', role: 'assistant', model, content: [block], usage });
    }
  }

  private write(type: 'user' | 'assistant', message: unknown): void {
    const { file, sessionId, cwd, agentId } = this.facts;
    const uuid = randomUUID();
    const line = {
      parentUuid: this.last,
      isSidechain: agentId !== undefined,
      ...(agentId === undefined ? {} : { agentId }),
      sessionId,
      cwd,
      type,
      message,
      uuid,
      timestamp: new Date().toISOString(),
    };
    this.last = uuid;
    appendFileSync(file, `${JSON.stringify(line)}\n`);
  }
}

function tokensOf(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}
