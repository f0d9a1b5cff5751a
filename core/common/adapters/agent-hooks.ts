import { asArray, asRecord, asString, type JsonRecord } from '../json.ts';
import type { CallAnswer } from './call-answer.ts';
import { hookAnswer } from './claude-code/hook-answer.ts';
import { CLAUDE_CODE } from './claude-code/hook-events.ts';
import { decodeHookPayload, type HookPayload, type PayloadDefaults } from './claude-code/hook-payload.ts';
import { codexCallAnswer, codexHookFields } from './codex/hook-payloads.ts';
import { CODEX } from './codex/rollout-parser.ts';
import { COPILOT_CLI } from './copilot-cli/events-parser.ts';
import { copilotCallAnswer, copilotHookFields } from './copilot-cli/hook-payloads.ts';
import { cursorCallAnswer, cursorHookFields } from './cursor/hook-payloads.ts';
import { CURSOR } from './cursor/transcript-parser.ts';
import { GEMINI_CLI } from './gemini-cli/chat-parser.ts';
import { geminiHookAnswer } from './gemini-cli/hook-answer.ts';
import { geminiHookFields } from './gemini-cli/hook-payloads.ts';

/** As `--agent` names an agent, in short or as events do, to its name in events; undefined for others. */
export function hookAgent(name: string): string | undefined {
  if (name === 'gemini') return GEMINI_CLI;
  if (name === 'copilot') return COPILOT_CLI;
  return [CLAUDE_CODE, CODEX, GEMINI_CLI, CURSOR, COPILOT_CLI].find((agent) => agent === name);
}

/**
 * What a payload of an agent's hook says, in the words of Claude Code's hooks, of which events are made: one payload for
 * each call where it tells of several. Undefined when the value is no object. None when it is Cursor or Copilot CLI that
 * runs Claude Code's hooks, as they do: their own say the same.
 */
export function decodeAgentPayload(
  agent: string,
  value: unknown,
  defaults: PayloadDefaults = {},
): readonly HookPayload[] | undefined {
  const fields = asRecord(value);
  if (!fields) return undefined;
  if (agent !== CURSOR && isCursors(fields)) return [];
  if (agent === CLAUDE_CODE && isCopilots(fields)) return [];
  const named = { hook_event_name: defaults.event, ...fields };
  return translated(agent, named).flatMap((each) => {
    const payload = decodeHookPayload(each, defaults);
    return payload ? { ...payload, agent } : [];
  });
}

/** What a hook before a call says on stdout, in the agent's own words; empty for nothing. */
export function callAnswer(agent: string, answer: CallAnswer): string {
  switch (agent) {
    case CODEX:
      return codexCallAnswer(answer);
    case GEMINI_CLI:
      return geminiHookAnswer(answer);
    case CURSOR:
      return cursorCallAnswer(answer);
    case COPILOT_CLI:
      return copilotCallAnswer(answer);
    default:
      return hookAnswer(answer);
  }
}

/** Directory that a payload says the agent was started in, where it says so. */
export function workspaceRoot(payload: HookPayload): string | undefined {
  return asString(asArray(payload.fields.workspace_roots)[0]) || undefined;
}

function translated(agent: string, fields: JsonRecord): readonly JsonRecord[] {
  switch (agent) {
    case CODEX:
      return codexHookFields(fields);
    case GEMINI_CLI:
      return [geminiHookFields(fields)];
    case CURSOR:
      return [cursorHookFields(fields)];
    case COPILOT_CLI:
      return [copilotHookFields(fields)];
    default:
      return [fields];
  }
}

function isCursors({ cursor_version, transcript_path }: JsonRecord): boolean {
  return cursor_version !== undefined || /[\\/]\.cursor[\\/]projects[\\/]/.test(asString(transcript_path) ?? '');
}

/** 1.0.102: it tells the time, and no transcript but its own. Claude Code tells its transcript at every event. */
function isCopilots({ timestamp, transcript_path }: JsonRecord): boolean {
  const transcript = asString(transcript_path);
  if (transcript === undefined) return asString(timestamp) !== undefined;
  return /[\\/]session-state[\\/][^\\/]+[\\/]events\.jsonl$/.test(transcript);
}
