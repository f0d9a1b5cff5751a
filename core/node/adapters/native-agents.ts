import { claudeAgent } from './claude-code/claude-agent.ts';
import { codexAgent } from './codex/codex-agent.ts';
import { copilotAgent } from './copilot-cli/copilot-agent.ts';
import { cursorAgent } from './cursor/cursor-agent.ts';
import { geminiAgent } from './gemini-cli/gemini-agent.ts';
import type { NativeAgent } from './native-agent.ts';
import { opencodeAgent } from './opencode/opencode-agent.ts';

/** Every agent whose own files are known. */
export const NATIVE_AGENTS: readonly NativeAgent[] = [
  claudeAgent,
  codexAgent,
  geminiAgent,
  cursorAgent,
  opencodeAgent,
  copilotAgent,
];

/** The agent of this name. */
export function agentNamed(name: string): NativeAgent | undefined {
  return NATIVE_AGENTS.find((agent) => agent.name === name);
}
