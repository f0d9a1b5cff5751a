import { asRecord, asString, type JsonRecord } from '../../json.ts';
import type { CallAnswer } from '../call-answer.ts';
import { hookAnswer } from '../claude-code/hook-answer.ts';
import { type PatchedFile, patchedFiles } from './patch-text.ts';

/** Hook events that are installed in Codex (0.169 fires them). */
export const CODEX_HOOK_EVENTS: readonly string[] = [
  ...[
    'SessionStart',
    'UserPromptSubmit',
    'PreToolUse',
    'PermissionRequest',
    'PostToolUse',
    'PreCompact',
    'PostCompact',
  ],
  ...['SubagentStart', 'SubagentStop', 'Stop', 'Interrupt', 'SessionEnd'],
];

/**
 * What Codex reads on the stdout of a `PreToolUse` hook: the words of Claude Code, but for `continue`. An answer in which
 * that stands is passed over as a whole, and the call runs (0.169, tried).
 */
export function codexCallAnswer({ stop: _, ...answer }: CallAnswer): string {
  return hookAnswer(answer);
}

/**
 * Fields of a Codex hook in the words of Claude Code's hooks, which they nearly are. A patch of several files is a call
 * for each of them, with the ids that the rollout's reader gives them.
 */
export function codexHookFields(fields: JsonRecord): readonly JsonRecord[] {
  const turn = asString(fields.turn_id);
  const event = fields.hook_event_name;
  if (event === 'UserPromptSubmit') return [turn ? { ...fields, prompt_id: turn } : fields];
  if (fields.tool_name !== 'apply_patch' || (event !== 'PreToolUse' && event !== 'PostToolUse')) return [fields];
  const input = asRecord(fields.tool_input);
  const files = patchedFiles(asString(input?.command) ?? asString(input?.input) ?? asString(fields.tool_input) ?? '');
  const id = asString(fields.tool_use_id);
  if (files.length === 0) return [fields];
  return files.map((file, index) => ({
    ...fields,
    ...(id ? { tool_use_id: index === 0 ? id : `${id}.${index}` } : {}),
    tool_input: { file_path: file.path, patch: file.text },
    ...(event === 'PostToolUse' ? { tool_response: written(file, fields.tool_response) } : {}),
  }));
}

/** Only of a file that is added the lines are known: patches have no line numbers. */
function written(file: PatchedFile, response: unknown): unknown {
  if (file.kind !== 'add') return response;
  const added = file.text.split('\n').flatMap((line) => (line.startsWith('+') ? `${line.slice(1)}\n` : []));
  return { type: 'create', filePath: file.path, structuredPatch: [], content: added.join('') };
}
