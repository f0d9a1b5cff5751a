import { asRecord, asString, type JsonRecord, parseJson } from '../../json.ts';
import type { EventData, EventType, TraceEvent } from '../../trace/trace-event.ts';
import type { CallEnd, ChangedFile } from './call-end.ts';
import { scriptCommands } from './code-mode.ts';
import { type PatchedFile, patchedFiles } from './patch-text.ts';
import { type ShellOutput, shellOutput } from './shell-output.ts';
import { shellRead } from './shell-read.ts';

type MakeEvent = (type: EventType, id: string, data: EventData, more?: Partial<TraceEvent>) => TraceEvent;

interface OpenCall {
  readonly id: string;
  readonly tool: string;
  /** Unix seconds. */
  readonly startedAt: number;
  /** Of a patch. */
  readonly files: readonly PatchedFile[];
  /** Of a script in code mode. */
  readonly script: string | undefined;
  readonly command: string | undefined;
  end?: CallEnd;
  /** Calls that the script made are told by events of their own. */
  tellsNested?: true;
}

const PATCH = 'apply_patch';
const SHELL = 'exec_command';

/**
 * Pairs calls with their answers and with what events tell of their end. A patch of several files is a call for each; a
 * script of code mode is a call, and so is each command and patch that it runs.
 */
export class CallTracker {
  private readonly event: MakeEvent;
  private readonly open = new Map<string, OpenCall>();
  private readonly closed = new Set<string>();

  constructor(event: MakeEvent) {
    this.event = event;
  }

  /** A `response_item`. `fallbackId`: for one that has no id. `time`: Unix seconds. */
  item(payload: JsonRecord, fallbackId: string, time: number): readonly TraceEvent[] {
    const id = asString(payload.call_id) || asString(payload.id) || fallbackId;
    const name = asString(payload.name) ?? 'unknown';
    switch (payload.type) {
      case 'function_call': {
        const text = asString(payload.arguments) ?? '';
        const args = asRecord(payload.arguments) ?? asRecord(parseJson(text)) ?? (text === '' ? {} : { input: text });
        return name === PATCH ? this.patch(id, asString(args.input) ?? text, time) : this.call(id, name, args, time);
      }
      case 'custom_tool_call': {
        const input = asString(payload.input) ?? '';
        if (name === PATCH) return this.patch(id, input, time);
        return this.call(id, name, { input }, time, name === 'exec' ? input : undefined);
      }
      case 'local_shell_call':
        return this.call(id, 'local_shell', asRecord(payload.action) ?? {}, time);
      case 'web_search_call':
        return [
          ...this.call(id, 'web_search', asRecord(payload.action) ?? {}, time),
          ...this.answer(id, { text: '', exitCode: undefined, durationMs: undefined }, time),
        ];
      case 'function_call_output':
      case 'custom_tool_call_output':
      case 'local_shell_call_output':
        return this.answer(id, shellOutput(payload.output), time);
      default:
        return [];
    }
  }

  /** What an event tells of the end of a call. The answer to the model follows it, or has come while it still ran. */
  end(end: CallEnd, time: number): readonly TraceEvent[] {
    const reads = end.failed ? [] : this.reads(end);
    const call = this.open.get(end.callId);
    if (call) {
      call.end = end;
      return call.files.length > 0 ? reads : [...reads, ...this.changes(end, time, `${end.callId}.`)];
    }
    if (this.closed.has(end.callId)) return [...reads, ...this.changes(end, time, `${end.callId}.`)];
    this.closed.add(end.callId);
    for (const each of this.open.values()) if (each.script !== undefined) each.tellsNested = true;
    return [...this.nestedCommand(end, time), ...reads, ...this.changes(end, time, `${end.callId}.`)];
  }

  /** The turn is over, and with it every call that has no answer. */
  abort(reason: string): readonly TraceEvent[] {
    const events = [...this.open.values()].flatMap((call) =>
      this.idsOf(call).map((id) => this.failure(id, call.tool, reason, { interrupted: true })),
    );
    for (const id of this.open.keys()) this.closed.add(id);
    this.open.clear();
    return events;
  }

  private call(id: string, tool: string, args: JsonRecord, time: number, script?: string): readonly TraceEvent[] {
    if (this.open.has(id) || this.closed.has(id)) return [];
    const command = asString(args.cmd) ?? asString(args.command);
    this.open.set(id, { id, tool, startedAt: time, files: [], script, command });
    return [this.event('tool_call', id, { tool_name: tool, tool_use_id: id, arguments: args })];
  }

  private patch(id: string, text: string, time: number): readonly TraceEvent[] {
    const files = patchedFiles(text);
    if (files.length === 0) return this.call(id, PATCH, { input: text }, time);
    if (this.open.has(id) || this.closed.has(id)) return [];
    const call = { id, tool: PATCH, startedAt: time, files, script: undefined, command: undefined };
    this.open.set(id, call);
    return this.idsOf(call).map((each, index) => {
      const file = files[index];
      const args = { file_path: file?.path ?? '', patch: file?.text ?? '' };
      return this.event('tool_call', each, { tool_name: PATCH, tool_use_id: each, arguments: args });
    });
  }

  private answer(id: string, output: ShellOutput, time: number): readonly TraceEvent[] {
    const call = this.open.get(id);
    if (this.closed.has(id)) return [];
    this.closed.add(id);
    this.open.delete(id);
    if (!call) return [this.success(id, 'unknown', { result: output.text })];
    const { end } = call;
    const exitCode = end?.exitCode ?? output.exitCode;
    const duration = end?.durationMs ?? output.durationMs ?? (time - call.startedAt) * 1000;
    const isFailed = end?.failed === true || (exitCode !== undefined && exitCode !== 0);
    const text = output.text || end?.output || '';
    if (isFailed) {
      const code = exitCode === undefined ? {} : { exit_code: exitCode };
      return this.idsOf(call).map((each) => this.failure(each, call.tool, text || 'the call failed', code, duration));
    }
    const nested = call.script !== undefined && !call.tellsNested ? this.scripted(call) : [];
    if (call.files.length > 0) return this.patchResults(call, end, text, duration);
    const code = exitCode === undefined ? {} : { exit_code: exitCode };
    const agentId = call.tool === 'spawn_agent' ? asString(asRecord(parseJson(output.text))?.agent_id) : undefined;
    const reads = call.command !== undefined && !end ? this.readOf(id, call.command, undefined) : [];
    const data = { result: text, ...code, ...(agentId ? { agent_id: agentId } : {}) };
    return [...nested, ...reads, this.success(id, call.tool, data, duration)];
  }

  private patchResults(
    call: OpenCall,
    end: CallEnd | undefined,
    text: string,
    duration: number,
  ): readonly TraceEvent[] {
    return this.idsOf(call).map((id, index) => {
      const file = call.files[index];
      const path = file?.path ?? '';
      const change = end?.changes.find(
        (each) => each.path === path || each.path.endsWith(`/${path.replace(/^\.\//, '')}`),
      );
      const added = file?.kind === 'add' ? [{ start: 1, lines: file.addedLines }] : undefined;
      const patch = change?.patch ?? added;
      const data = { result: change?.text || text, file_path: change?.path ?? path, ...(patch ? { patch } : {}) };
      return this.success(id, PATCH, data, duration);
    });
  }

  /** Commands of a script that no event has told of: known by the script's text alone, without their results. */
  private scripted(call: OpenCall): readonly TraceEvent[] {
    return scriptCommands(call.script ?? '').flatMap((cmd, index) => {
      const id = `${call.id}.${index}`;
      const data = { tool_name: SHELL, tool_use_id: id, arguments: { cmd } };
      return [
        this.event('tool_call', id, data, { timestamp: call.startedAt }),
        ...this.readOf(id, cmd, undefined),
        this.success(id, SHELL, { result: '' }),
      ];
    });
  }

  private nestedCommand(end: CallEnd, time: number): readonly TraceEvent[] {
    if (end.command === undefined) return [];
    const { callId: id, durationMs = 0, exitCode } = end;
    const timestamp = time - durationMs / 1000;
    const data = { tool_name: SHELL, tool_use_id: id, arguments: { cmd: end.command } };
    const code = exitCode === undefined ? {} : { exit_code: exitCode };
    const text = end.output ?? '';
    return [
      this.event('tool_call', id, data, { timestamp }),
      end.failed
        ? this.failure(id, SHELL, text || 'the call failed', code, durationMs)
        : this.success(id, SHELL, { result: text, ...code }, durationMs),
    ];
  }

  /** Files that were written by other means than a call of the patch tool. */
  private changes(end: CallEnd, time: number, prefix: string): readonly TraceEvent[] {
    return end.changes.flatMap((change: ChangedFile, index) => {
      const id = `${prefix}${index}`;
      const args = { file_path: change.path };
      const data = { result: change.text || (end.output ?? ''), file_path: change.path, patch: change.patch };
      return [
        this.event('tool_call', id, { tool_name: PATCH, tool_use_id: id, arguments: args }, { timestamp: time }),
        end.failed ? this.failure(id, PATCH, end.output || 'the call failed', {}) : this.success(id, PATCH, data),
      ];
    });
  }

  private reads(end: CallEnd): readonly TraceEvent[] {
    if (end.command === undefined) return [];
    if (end.reads.length === 0) return this.readOf(end.callId, end.command, undefined);
    return end.reads.flatMap(({ path, command }, index) => this.readOf(`${end.callId}.read-${index}`, command, path));
  }

  /** The event of a command that reads a file. It stands by itself: the call it belongs to is one of the shell. */
  private readOf(id: string, command: string, path: string | undefined): readonly TraceEvent[] {
    const read = shellRead(command);
    const file = path ?? read?.path;
    if (!file) return [];
    const lines = read?.lines;
    const range = lines ? { read: { start_line: lines.start, num_lines: lines.count } } : {};
    return [this.event('file_read', path === undefined ? `${id}.read` : id, { file_path: file, ...range })];
  }

  private success(id: string, tool: string, data: EventData, duration?: number): TraceEvent {
    const all = { tool_name: tool, tool_use_id: id, ...data };
    return this.event('tool_result', `${id}.result`, all, links(id, duration));
  }

  private failure(id: string, tool: string, error: string, data: EventData, duration?: number): TraceEvent {
    const all = { tool_name: tool, tool_use_id: id, error, ...data };
    return this.event('error', `${id}.result`, all, links(id, duration));
  }

  /** Of a patch of several files one for each; the first has the call's own. */
  private idsOf({ id, files }: OpenCall): readonly string[] {
    return files.length < 2 ? [id] : files.map((_, index) => (index === 0 ? id : `${id}.${index}`));
  }
}

function links(id: string, duration: number | undefined): Partial<TraceEvent> {
  return { parent_id: id, ...(duration === undefined ? {} : { duration_ms: Math.max(0, duration) }) };
}
