/** Base name in a form to compare: no folder, no login shell's dash, no `.exe`, lower case. */
function plainName(executable: string): string {
  const base = executable.slice(Math.max(executable.lastIndexOf('/'), executable.lastIndexOf('\\')) + 1);
  return base
    .replace(/^-/, '')
    .replace(/\.exe$/i, '')
    .toLowerCase();
}

const SHELLS: ReadonlySet<string> = new Set([
  ...['sh', 'bash', 'dash', 'ash', 'busybox', 'zsh', 'fish', 'ksh', 'mksh', 'csh', 'tcsh', 'nu', 'xonsh'],
  ...['cmd', 'powershell', 'pwsh'],
]);

/** Whether a path or name is that of a shell. */
export function isShell(executable: string): boolean {
  return SHELLS.has(plainName(executable));
}

const AGENTS: ReadonlySet<string> = new Set(['claude', 'codex', 'opencode', 'copilot', 'gemini', 'cursor-agent']);

/**
 * Whether a path or name is that of an agent's own executable. Claude Code's native installer names the file by its
 * version: `.../claude/versions/2.1.329`.
 */
export function isAgent(executable: string): boolean {
  return AGENTS.has(plainName(executable)) || /[\\/]claude[\\/]versions[\\/]/.test(executable);
}

export function isNode(executable: string): boolean {
  return plainName(executable) === 'node';
}
