import { asArray, asRecord, asString, type JsonRecord, parseJson } from '../../json.ts';
import { sessionName, subagentSessionName } from '../../trace/session-name.ts';
import type { TraceEvent } from '../../trace/trace-event.ts';
import { EventMaker } from '../event-maker.ts';
import type { NativeFacts, NativeParser } from '../native-parser.ts';
import { lineCount } from '../patch-ranges.ts';
import { type TextBlock, textBlocks } from './text-transcript.ts';

/** As this agent is named in events, `meta.json` and registrations. */
export const CURSOR = 'cursor';

export interface CursorOptions {
  /** Id of the conversation, by the name of the file. */
  readonly id: string;
  /** That of the conversation that started this one. */
  readonly parent?: string | undefined;
  readonly workspace?: string | undefined;
  /** Unix seconds: when the file was written last. Transcripts have no times. */
  readonly time: () => number;
}

/**
 * Reads an agent transcript of Cursor: who said what and which tools were called. It has no ids, no times, no results and
 * no tokens: an event's id is its place in the file, its time the file's, and a call counts as done at once.
 */
export class CursorParser extends EventMaker implements NativeParser {
  private readonly options: CursorOptions;
  protected override readonly session: string;
  private startedAt: number | undefined;

  constructor(options: CursorOptions) {
    super(0);
    this.options = options;
    const { id, parent } = options;
    this.session = parent === undefined ? sessionName(id) : subagentSessionName(parent, id);
  }

  get facts(): NativeFacts {
    const { parent, workspace } = this.options;
    return {
      sessionId: this.session,
      agent: CURSOR,
      workspace,
      parentSessionId: parent === undefined ? undefined : sessionName(parent),
      startedAt: this.startedAt,
    };
  }

  push(line: string, offset: number): readonly TraceEvent[] | undefined {
    const record = asRecord(parseJson(line));
    if (!record) return undefined;
    this.time = this.options.time();
    return [...this.begin(), ...this.record(record, String(offset))];
  }

  /** A transcript of the older form, which is text. */
  text(transcript: string): readonly TraceEvent[] {
    const blocks = textBlocks(transcript);
    if (blocks.length === 0) return [];
    this.time = this.options.time();
    return [...this.begin(), ...blocks.flatMap((block, index) => this.block(block, `t${index}`))];
  }

  private begin(): readonly TraceEvent[] {
    if (this.startedAt !== undefined) return [];
    this.startedAt = this.time;
    const { id, parent, workspace } = this.options;
    const data = {
      mode: 'cursor-transcript',
      agent: CURSOR,
      source: parent === undefined ? 'transcript' : 'subagent',
      // What it costs is estimated by its texts.
      usage: 'none',
      ...(workspace ? { cwd: workspace } : {}),
      ...(parent === undefined ? {} : { agent_id: id, parent_session_id: sessionName(parent) }),
    };
    return [this.event('session_start', `${this.session}.start`, data)];
  }

  private record(record: JsonRecord, place: string): readonly TraceEvent[] {
    const role = record.role;
    if (record.type === 'turn_ended') {
      if (record.status === 'success') return [];
      const error = asString(record.error) || `the turn ended: ${asString(record.status) ?? 'unknown'}`;
      return [
        this.event('error', this.at(place), { error, ...(record.status === 'aborted' ? { interrupted: true } : {}) }),
      ];
    }
    const content = asRecord(record.message)?.content;
    const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : asArray(content);
    return blocks.flatMap((value, index) => {
      const block = asRecord(value);
      const text = asString(block?.text);
      if (block?.type === 'tool_use') {
        return this.call(asString(block.name) ?? 'unknown', asRecord(block.input) ?? {}, `${place}.${index}`);
      }
      if (block?.type !== 'text' || !text?.trim()) return [];
      return this.said(role === 'user' ? 'user' : 'assistant', text, `${place}.${index}`);
    });
  }

  private block(block: TextBlock, place: string): readonly TraceEvent[] {
    if (block.kind === 'call') return this.call(block.name, block.args, place);
    return this.said(block.kind, block.text, place);
  }

  private said(speaker: 'user' | 'assistant', text: string, place: string): readonly TraceEvent[] {
    if (speaker === 'assistant') return [this.event('assistant_response', this.at(place), { text })];
    const prompt = (/<user_query>([\s\S]*?)(?:<\/user_query>|$)/.exec(text)?.[1] ?? text).trim();
    return prompt === '' ? [] : [this.event('user_prompt', this.at(place), { prompt })];
  }

  private call(name: string, args: JsonRecord, place: string): readonly TraceEvent[] {
    const id = this.at(place);
    const path = asString(args.path);
    const contents = asString(args.contents);
    const data = {
      tool_name: name,
      result: '',
      ...(path ? { file_path: path } : {}),
      ...(name === 'Write' && contents !== undefined ? { patch: [{ start: 1, lines: lineCount(contents) }] } : {}),
    };
    return [
      this.event('tool_call', id, { tool_name: name, arguments: args }),
      this.event('tool_result', `${id}.end`, data, { parent_id: id }),
    ];
  }

  private at(place: string): string {
    return `${this.session}@${place}`;
  }
}
