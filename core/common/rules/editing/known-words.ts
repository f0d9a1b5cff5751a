/** Tools by the names that their agents give them, which is how they are recorded; those that are asked for most. */
export const TOOL_NAMES: Readonly<Record<string, string>> = {
  Bash: 'Claude Code: runs a shell command',
  Read: 'Claude Code: reads a file',
  Write: 'Claude Code: writes a file',
  Edit: 'Claude Code: changes a file',
  MultiEdit: 'Claude Code: changes a file in several places',
  NotebookEdit: 'Claude Code: changes a notebook',
  Glob: 'Claude Code: finds files',
  Grep: 'Claude Code: searches files',
  WebFetch: 'Claude Code: fetches an address',
  WebSearch: 'Claude Code: searches the web',
  Task: 'Claude Code: starts a subagent',
  shell: 'Codex: runs a shell command',
  apply_patch: 'Codex: changes files',
  run_shell_command: 'Gemini CLI: runs a shell command',
  read_file: 'Gemini CLI: reads a file',
  write_file: 'Gemini CLI: writes a file',
  replace: 'Gemini CLI: changes a file',
  bash: 'Copilot CLI: runs a shell command',
  view: 'Copilot CLI: reads a file',
  create: 'Copilot CLI: writes a file',
  edit: 'Copilot CLI: changes a file',
};

/** Agents by the names that their recorders give them. */
export const AGENT_NAMES: Readonly<Record<string, string>> = {
  'claude-code': 'Claude Code',
  codex: 'Codex',
  'gemini-cli': 'Gemini CLI',
  cursor: 'Cursor',
  opencode: 'OpenCode',
  'copilot-cli': 'Copilot CLI',
};
