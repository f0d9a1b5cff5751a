import { PATIENCE_S } from '../../core/common/adapters/hook-patience.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';

/** Where the recorder is, and how it is to record. */
export interface HookProgram {
  /** Name of the agent; the recorder takes hooks that name none for Claude Code's. */
  readonly agent?: string | undefined;
  /** What is called: the recorder's bundle by a Node, both by their absolute paths, or the launcher that finds them. */
  readonly target: { readonly node: string; readonly hookScript: string } | { readonly launcher: string };
  readonly platform: NodeJS.Platform;
  /** False writes secrets as they are. */
  readonly redact: boolean;
  /** Regular expressions of further secrets. */
  readonly redactPatterns: readonly string[];
}

/**
 * The command line that an agent gives to its shell for one event. On POSIX `exec` takes the shell's place, so that
 * the agent is the hook's parent. `waits`: the agent is asked to wait for this one, so it is told how long. Throws AgentTraceError `refused` when something cannot be written in a command line.
 */
export function hookCommand(program: HookProgram, event: string, waits = false): string {
  const windows = program.platform === 'win32';
  const path = windows ? (text: string) => quoteForWindows(text.replaceAll('\\', '/')) : quoteForSh;
  const pattern = windows ? quoteForWindows : quoteForSh;
  const { target } = program;
  const launcher = 'launcher' in target ? path(target.launcher) : undefined;
  const called = 'launcher' in target ? [path(target.launcher)] : [path(target.node), path(target.hookScript)];
  const words = [...called, event];
  if (program.agent !== undefined) words.push(`--agent=${program.agent}`);
  if (waits) words.push(`--wait=${PATIENCE_S}`);
  if (!program.redact) words.push('--no-redact');
  for (const text of program.redactPatterns) words.push(`--redact-pattern=${pattern(text)}`);
  if (windows) return words.join(' ');
  // A launcher that is gone, with all of agent-trace, must not be heard of at every step of the agent.
  return `${launcher === undefined ? '' : `[ ! -x ${launcher} ] || `}exec ${words.join(' ')}`;
}

/** A word of a command line: quoted or bare, without anything that a shell would act on. */
const WORD = String.raw`(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'\\;&|<>()$\`]+)`;
/** What may follow the program: the event, then how to record. */
const REST = String.raw`(?:\s+([A-Za-z]+))?(?:\s+(?:--agent=[a-z-]+|--wait=\d+|--no-redact|--redact-pattern[=\s]${WORD}))*`;
const SCRIPT_CALL = new RegExp(String.raw`^(exec\s+)?${WORD}\s+(${WORD})${REST}$`, 's');
const LAUNCHER_CALL = new RegExp(String.raw`^(?:\[ ! -x (${WORD}) \] \|\| )?(?:exec\s+)?(${WORD})${REST}$`, 's');
const PROGRAM = String.raw`["']?(?:[^\s"';&|<>()$\`]*[/\\])?agent-trace(?:\.cmd|\.cjs)?["']?`;
const PROGRAM_CALL = new RegExp(String.raw`^(?:exec\s+)?(?:npx\s+(?:-\S+\s+)*)?${PROGRAM}\s+hook${REST}$`, 's');

/**
 * True for a command that is nothing but a call of our recorder, from this installation or another one. A command that
 * does more (a pipe, a second command) was written by the user and is not ours. The command is the only mark there is:
 * Claude Code drops keys it does not know when it rewrites its settings.
 */
export function isOurs(command: string, hookScript: string): boolean {
  const text = command.trim();
  if (PROGRAM_CALL.test(text) || callsLauncher(text)) return true;
  const call = SCRIPT_CALL.exec(text);
  if (!call) return false;
  const [, exec, scriptWord = '', event] = call;
  const script = unquote(scriptWord).replaceAll('\\', '/');
  if (script === hookScript.replaceAll('\\', '/')) return true;
  if (/[^/]*agent-trace[^/]*\/dist\/hook\.cjs$/.test(script)) return true;
  // A checkout may be named anything: then the rest of the line has to be exactly as we write it.
  return script.endsWith('/dist/hook.cjs') && exec !== undefined && event !== undefined && scriptWord.startsWith('"');
}

/** True for a command that is nothing but a call of somebody's launcher. */
export function callsLauncher(command: string): boolean {
  const [, asked, called = ''] = LAUNCHER_CALL.exec(command.trim()) ?? [];
  return /[\\/]\.agent-trace[\\/]bin[\\/]hook(?:\.cmd)?$/.test(unquote(called)) && (asked ?? called) === called;
}

/** For double quotes of a POSIX shell. */
function quoteForSh(text: string): string {
  // U+FFFD stands where Node could not decode a path: the real bytes are not known.
  if (/[\0\uFFFD]/.test(text)) throw unquotable(text);
  return `"${text.replace(/["$`\\]/g, '\\$&')}"`;
}

/** Has to mean the same to Git's bash, which Claude Code prefers, and to cmd: nothing that either of them changes. */
function quoteForWindows(text: string): string {
  if (/[\0-\x1f"%$`!^\\\uFFFD]/.test(text)) throw unquotable(text);
  return `"${text}"`;
}

function unquote(word: string): string {
  if (word.startsWith("'")) return word.slice(1, -1);
  // A backslash in front of anything else is a part of a Windows path.
  return word.startsWith('"') ? word.slice(1, -1).replace(/\\(["$`\\])/g, '$1') : word;
}

function unquotable(text: string): AgentTraceError {
  return new AgentTraceError(
    'refused',
    `${JSON.stringify(text)} cannot be written in a hook's command line. Install Node and agent-trace where the path has ` +
      'only plain characters; a pattern can be given in the variable AGENT_TRACE_REDACT_PATTERN instead.',
  );
}
