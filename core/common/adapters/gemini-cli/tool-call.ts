import { asArray, asNumber, asRecord, asString, type JsonRecord } from '../../json.ts';
import type { EventData } from '../../trace/trace-event.ts';
import { diffRanges } from '../patch-ranges.ts';

/** What the program puts in front of the user's own words. */
const CONTEXT = /^\s*<session_context>/;

/** Text of a message: a string, or parts. */
export function partsText(content: unknown): string {
  if (typeof content === 'string') return content;
  return asArray(content)
    .flatMap((part) => (typeof part === 'string' ? part : (asString(asRecord(part)?.text) ?? [])))
    .join('\n');
}

/** What the user has asked; empty for answers of tools and for what the program itself put there. */
export function promptText(content: unknown): string {
  const text = partsText(content);
  return CONTEXT.test(text) ? '' : text.trim();
}

/** Whether a call is over, well or not. */
export function isFinished({ status }: JsonRecord): boolean {
  return status === 'success' || status === 'error' || status === 'cancelled';
}

/** What is kept of a call that is over. */
export function callFacts(
  call: JsonRecord,
  args: JsonRecord,
): { readonly isFailed: boolean; readonly data: EventData } {
  const response = asRecord(asRecord(asRecord(asArray(call.result)[0])?.functionResponse)?.response);
  const display = asRecord(call.resultDisplay);
  const output = asString(response?.output) ?? '';
  if (call.status !== 'success') {
    const error = asString(response?.error) || output || (asString(call.resultDisplay) ?? '') || 'the call failed';
    return { isFailed: true, data: { error, ...(call.status === 'cancelled' ? { interrupted: true } : {}) } };
  }
  const exitCode = /^Exit Code: (\d+)$/m.exec(output)?.[1];
  if (exitCode !== undefined && exitCode !== '0') {
    return { isFailed: true, data: { error: output, exit_code: Number(exitCode) } };
  }
  const diff = asString(display?.fileDiff);
  const path = asString(display?.filePath);
  const read = readRange(output, args);
  return {
    isFailed: false,
    data: {
      result: diff ?? output,
      ...(path ? { file_path: path } : {}),
      ...(diff ? { patch: diffRanges(diff) } : {}),
      ...(read ? { read } : {}),
    },
  };
}

/** Lines that a read has given, as its answer says; else as was asked for: `offset` counts from 0, `start_line` from 1. */
function readRange(output: string, args: JsonRecord): EventData | undefined {
  const shown = /Showing lines (\d+)-(\d+) of (\d+) total lines/.exec(output.slice(0, 500));
  if (shown) {
    const [first, last, total] = [Number(shown[1]), Number(shown[2]), Number(shown[3])];
    return { start_line: first, num_lines: Math.max(0, last - first + 1), total_lines: total };
  }
  const start = asNumber(args.start_line) ?? (asNumber(args.offset) === undefined ? 1 : Number(args.offset) + 1);
  const end = asNumber(args.end_line);
  const lines = asNumber(args.limit) ?? (end === undefined ? undefined : end - start + 1);
  return lines === undefined || lines < 1 ? undefined : { start_line: start, num_lines: lines };
}
