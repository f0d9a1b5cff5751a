import { AgentTraceError } from '../../core/node/agent-trace-error.ts';

/** Where the recorder is: the Node that runs it and its bundle, both as absolute paths. */
export interface HookProgram {
  readonly node: string;
  readonly hookScript: string;
}

/**
 * The command line that Claude Code gives to its shell for one event. On POSIX `exec` takes the shell's place, so that
 * the agent is the hook's parent. Throws AgentTraceError `refused` when a path cannot be written in a command line.
 */
export function hookCommand(program: HookProgram, event: string, platform: NodeJS.Platform): string {
  const quote = platform === 'win32' ? quoteForWindows : quoteForSh;
  const call = `${quote(program.node)} ${quote(program.hookScript)} ${event}`;
  return platform === 'win32' ? call : `exec ${call}`;
}

/** A word of a command line: quoted or bare, without anything that a shell would act on. */
const WORD = String.raw`(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'\\;&|<>()$\`]+)`;
const SCRIPT_CALL = new RegExp(String.raw`^(exec\s+)?(${WORD})\s+(${WORD})(?:\s+([A-Za-z]+))?$`, 's');
const PROGRAM_CALL =
  /^(?:exec\s+)?(?:npx\s+(?:-\S+\s+)*)?["']?(?:[^\s"';&|<>()$`]*[/\\])?agent-trace(?:\.cmd|\.cjs)?["']?\s+hook(?:\s+[A-Za-z]+)?$/;

/**
 * True for a command that is nothing but a call of our recorder, from this installation or another one. A command that
 * does more (a pipe, a second command) was written by the user and is not ours. The command is the only mark there is:
 * Claude Code drops keys it does not know when it rewrites its settings.
 */
export function isOurs(command: string, hookScript: string): boolean {
  const text = command.trim();
  if (PROGRAM_CALL.test(text)) return true;
  const call = SCRIPT_CALL.exec(text);
  if (!call) return false;
  const [, exec, , scriptWord = '', event] = call;
  const script = unquote(scriptWord).replaceAll('\\', '/');
  if (script === hookScript.replaceAll('\\', '/')) return true;
  if (/[^/]*agent-trace[^/]*\/dist\/hook\.cjs$/.test(script)) return true;
  // A checkout may be named anything: then the rest of the line has to be exactly as we write it.
  return script.endsWith('/dist/hook.cjs') && exec !== undefined && event !== undefined && scriptWord.startsWith('"');
}

/** For double quotes of a POSIX shell. */
function quoteForSh(path: string): string {
  // U+FFFD stands where Node could not decode the path: the real bytes are not known.
  if (/[\0\uFFFD]/.test(path)) throw unquotable(path);
  return `"${path.replace(/["$`\\]/g, '\\$&')}"`;
}

/** Has to mean the same to Git's bash, which Claude Code prefers, and to cmd: forward slashes, and nothing either expands. */
function quoteForWindows(path: string): string {
  if (/[\0-\x1f"%$`!^\uFFFD]/.test(path)) throw unquotable(path);
  return `"${path.replaceAll('\\', '/')}"`;
}

function unquote(word: string): string {
  if (word.startsWith("'")) return word.slice(1, -1);
  // A backslash in front of anything else is a part of a Windows path.
  return word.startsWith('"') ? word.slice(1, -1).replace(/\\(["$`\\])/g, '$1') : word;
}

function unquotable(path: string): AgentTraceError {
  return new AgentTraceError(
    'refused',
    `the path ${JSON.stringify(path)} cannot be written in a hook's command line; install Node and agent-trace where the path has only plain characters`,
  );
}
