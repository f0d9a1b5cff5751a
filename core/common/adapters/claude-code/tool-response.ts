import { asArray, asNumber, asRecord, asString, type JsonRecord } from '../../json.ts';
import { hunkRanges, lineCount, type PatchRange } from '../patch-ranges.ts';

/**
 * What is kept of `tool_response`, the structured result of a tool. Copies of whole files in it (`originalFile`,
 * `content` of files read and written) are left out: the file itself has them.
 */
export interface ToolOutcome {
  /** For people: output, diff, or what was read. */
  readonly result: string;
  readonly file_path?: string;
  /** What the call wrote. */
  readonly patch?: readonly PatchRange[];
  readonly read?: { readonly start_line: number; readonly num_lines: number; readonly total_lines: number };
  readonly interrupted?: true;
  /** Id of the subagent that the call started. */
  readonly agent_id?: string;
  /** The command runs on in the background under this id. */
  readonly background_task_id?: string;
}

/** What is kept of the response of a tool, whatever shape its version gives it; `input`: the arguments of the call. */
export function toolOutcome(response: unknown, input: unknown): ToolOutcome {
  const record = asRecord(response) ?? {};
  const file = asRecord(record.file);
  const args = asRecord(input) ?? {};
  const path =
    asString(record.filePath) ??
    asString(file?.filePath) ??
    asString(record.notebook_path) ??
    asString(args.file_path) ??
    asString(args.notebook_path);
  const patch = patchOf(record);
  const read = file ? readOf(file) : undefined;
  const agentId = asString(record.agentId);
  const backgroundTaskId = asString(record.backgroundTaskId);
  return {
    result: resultText(response, path),
    ...(path ? { file_path: path } : {}),
    ...(patch ? { patch } : {}),
    ...(read ? { read } : {}),
    ...(record.interrupted === true ? { interrupted: true } : {}),
    ...(agentId ? { agent_id: agentId } : {}),
    ...(backgroundTaskId ? { background_task_id: backgroundTaskId } : {}),
  };
}

function patchOf(record: JsonRecord): ToolOutcome['patch'] {
  if (!Array.isArray(record.structuredPatch)) return undefined;
  // A new file has an empty patch: all of it was written.
  if (record.type === 'create') return [{ start: 1, lines: lineCount(asString(record.content) ?? '') }];
  return record.structuredPatch.flatMap((value: unknown) => {
    const hunk = asRecord(value);
    const start = asNumber(hunk?.newStart);
    const lines = asNumber(hunk?.newLines);
    if (start === undefined || lines === undefined) return [];
    const written = hunkRanges(asArray(hunk?.lines), start);
    return written.length > 0 ? written : [{ start, lines }];
  });
}

function readOf(file: JsonRecord): ToolOutcome['read'] {
  const start = asNumber(file.startLine);
  const lines = asNumber(file.numLines);
  const total = asNumber(file.totalLines);
  if (start === undefined || lines === undefined) return undefined;
  return { start_line: start, num_lines: lines, total_lines: total ?? start + lines - 1 };
}

function resultText(response: unknown, path: string | undefined): string {
  if (response === undefined || response === null) return '';
  if (typeof response === 'string') return response;
  if (Array.isArray(response)) return blocksText(response);
  const record = asRecord(response);
  if (!record) return JSON.stringify(response);
  if (typeof record.stdout === 'string' || typeof record.stderr === 'string') return shellText(record);
  if (asRecord(record.file)) return readText(record, path);
  if (Array.isArray(record.structuredPatch)) return patchText(record, path);
  if (Array.isArray(record.content)) return blocksText(record.content);
  if (typeof record.result === 'string') return record.result;
  const { originalFile: _, ...rest } = record;
  return JSON.stringify(rest);
}

/** Content blocks of the Messages API, as MCP tools and subagents answer: text as it is, the rest by its type. */
function blocksText(blocks: readonly unknown[]): string {
  return blocks
    .map((value) => {
      const block = asRecord(value);
      const type = asString(block?.type);
      return asString(block?.text) ?? (type ? `[${type}]` : JSON.stringify(value));
    })
    .join('\n');
}

function shellText(record: JsonRecord): string {
  const streams = [asString(record.stdout), asString(record.stderr)].filter((text) => text);
  return streams.join('\n');
}

function readText(record: JsonRecord, path: string | undefined): string {
  const read = readOf(asRecord(record.file) ?? {});
  const what = path ?? asString(record.type) ?? 'file';
  if (!read) return `read ${what}`;
  const last = read.start_line + read.num_lines - 1;
  return `read ${what}, lines ${read.start_line} to ${last} of ${read.total_lines}`;
}

function patchText(record: JsonRecord, path: string | undefined): string {
  const heading = record.type === 'create' ? `created ${path ?? 'file'}` : `changed ${path ?? 'file'}`;
  const hunks = asArray(record.structuredPatch).flatMap((value) => {
    const hunk = asRecord(value);
    if (!hunk) return [];
    const lines = asArray(hunk.lines).filter((line) => typeof line === 'string');
    return [`@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`, ...lines];
  });
  return [heading, ...hunks].join('\n');
}
