/** Major, minor, patch. */
export type ClaudeCodeVersion = readonly [number, number, number];

/**
 * The hook events that record something, each with the first version of Claude Code that knows it (found in the npm
 * packages themselves). A name that the installed version does not know costs the user the whole settings file (up to
 * 2.1.100) or puts a dialog in front of every interactive start (after it), so none is installed on a guess.
 *
 * Left out on purpose: `WorktreeCreate` (its hook takes the place of the action), `Elicitation` and `ElicitationResult`
 * (the hook is asked for an answer), `MessageDisplay` (one process for each piece of text), `UserPromptExpansion`
 * (other events have said the same), and events of the user's own environment.
 */
const FIRST_VERSIONS: readonly (readonly [event: string, version: ClaudeCodeVersion])[] = [
  ['SessionStart', [1, 0, 62]],
  ['SessionEnd', [1, 0, 85]],
  ['UserPromptSubmit', [1, 0, 53]],
  ['PreToolUse', [1, 0, 38]],
  ['PostToolUse', [1, 0, 38]],
  ['PostToolUseFailure', [2, 0, 56]],
  ['Stop', [1, 0, 38]],
  ['StopFailure', [2, 1, 78]],
  ['SubagentStart', [2, 0, 44]],
  ['SubagentStop', [1, 0, 41]],
  ['Notification', [1, 0, 38]],
  ['PermissionRequest', [2, 0, 45]],
  ['PermissionDenied', [2, 1, 89]],
  ['PreCompact', [1, 0, 48]],
  ['PostCompact', [2, 1, 76]],
  ['PreModelSwitch', [2, 1, 251]],
  ['PostModelSwitch', [2, 1, 251]],
];

/**
 * After the calls of a request: records nothing, but ends a turn. For versions in which a denied call cannot do so, as it
 * can by 2.1.329 (2.1.197 tried).
 */
const TURN_END = 'PostToolBatch';
const TURN_END_VERSIONS: readonly [from: ClaudeCodeVersion, before: ClaudeCodeVersion] = [
  [2, 1, 197],
  [2, 1, 329],
];

/** What to assume of an installation that does not tell its version: every 2.x knows the events of 2.0.0. */
const ASSUMED_VERSION: ClaudeCodeVersion = [2, 0, 0];

/** Names of the events to install a hook for; those of 2.0.0 when the version is not known. */
export function installedHookEvents(version: ClaudeCodeVersion | undefined): readonly string[] {
  const installed = version ?? ASSUMED_VERSION;
  const recorded = FIRST_VERSIONS.filter(([, first]) => !isOlder(installed, first)).map(([event]) => event);
  const [from, before] = TURN_END_VERSIONS;
  return !isOlder(installed, from) && isOlder(installed, before) ? [...recorded, TURN_END] : recorded;
}

/** Reads `2.1.197` or what `claude --version` prints (`2.1.197 (Claude Code)`); undefined when it is neither. */
export function parseClaudeCodeVersion(text: string): ClaudeCodeVersion | undefined {
  const match = /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})(?:-[\w.]+)?(?: \(Claude Code\))?$/.exec(text.trim());
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}

function isOlder(a: ClaudeCodeVersion, b: ClaudeCodeVersion): boolean {
  const difference = a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
  return difference < 0;
}
