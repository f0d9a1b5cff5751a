import { asArray, asNumber, asRecord, asString, type JsonRecord } from '../../json.ts';
import { diffRanges, lineCount, type PatchRange } from '../patch-ranges.ts';

/** A file that a call has written, as Codex tells it when the call is over. */
export interface ChangedFile {
  readonly path: string;
  readonly patch: readonly PatchRange[];
  /** The diff; of a new file its text. */
  readonly text: string;
}

/** What an event tells of the end of a call beside the answer that the model gets. */
export interface CallEnd {
  readonly callId: string;
  /** Undefined for kinds that are no calls of their own. */
  readonly command?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly failed: boolean;
  readonly durationMs?: number | undefined;
  readonly output?: string | undefined;
  /** Paths that the command reads, as Codex understood it. */
  readonly reads: readonly { readonly path: string; readonly command: string }[];
  readonly changes: readonly ChangedFile[];
}

/**
 * The end of a call: `exec_command_end` and `patch_apply_end` up to 0.14x, `item_completed` with a `CommandExecution` or
 * `FileChange` since. Undefined for any other event.
 */
export function callEnd(payload: JsonRecord): CallEnd | undefined {
  const item = payload.type === 'item_completed' ? asRecord(payload.item) : undefined;
  const kind = asString(item ? item.type : payload.type);
  const facts = item ?? payload;
  const callId = asString(item ? item.id : payload.call_id);
  if (!callId) return undefined;
  if (kind === 'CommandExecution' || kind === 'exec_command_end') return commandEnd(callId, facts);
  if (kind === 'FileChange' || kind === 'patch_apply_end') return patchEnd(callId, facts);
  return undefined;
}

function commandEnd(callId: string, facts: JsonRecord): CallEnd {
  const exitCode = asNumber(facts.exit_code);
  const duration = asRecord(facts.duration);
  const seconds = asNumber(duration?.secs);
  return {
    callId,
    command: commandText(facts.command),
    exitCode,
    failed: exitCode !== undefined && exitCode !== 0,
    durationMs: seconds === undefined ? undefined : seconds * 1000 + (asNumber(duration?.nanos) ?? 0) / 1e6,
    output: asString(facts.aggregated_output) ?? asString(facts.stdout),
    reads: asArray(facts.parsed_cmd).flatMap((value) => {
      const parsed = asRecord(value);
      const path = asString(parsed?.path);
      return parsed?.type === 'read' && path ? [{ path, command: asString(parsed.cmd) ?? '' }] : [];
    }),
    changes: [],
  };
}

/** Without the shell that Codex runs it in. */
function commandText(value: unknown): string {
  if (typeof value === 'string') return value;
  const words = asArray(value).filter((word) => typeof word === 'string');
  const isShell = words.length === 3 && /^-l?c$/.test(words[1] ?? '');
  return isShell ? (words[2] ?? '') : words.join(' ');
}

function patchEnd(callId: string, facts: JsonRecord): CallEnd {
  return {
    callId,
    failed: facts.success === false || facts.status === 'failed' || facts.status === 'declined',
    output: [asString(facts.stdout), asString(facts.stderr)].filter((text) => text).join('\n'),
    reads: [],
    changes: Object.entries(asRecord(facts.changes) ?? {}).flatMap(([path, value]) => {
      const change = asRecord(value);
      return change ? [changedFile(path, change)] : [];
    }),
  };
}

function changedFile(path: string, change: JsonRecord): ChangedFile {
  const diff = asString(change.unified_diff) ?? '';
  const content = asString(change.content) ?? '';
  const target = asString(change.move_path) || path;
  if (change.type === 'delete') return { path, patch: [], text: '' };
  if (change.type === 'add') return { path: target, patch: [{ start: 1, lines: lineCount(content) }], text: content };
  return { path: target, patch: diffRanges(diff), text: diff };
}
