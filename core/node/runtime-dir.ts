import { chmodSync, lstatSync, mkdirSync, type Stats, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { AgentTraceError } from './agent-trace-error.ts';

/**
 * The user's own folder for what must not be forged: registrations of agents, lists of frozen processes, endpoints.
 * `AGENT_TRACE_RUNTIME_DIR`, else `<HOME>/.agent-trace/run`. Not `XDG_RUNTIME_DIR`: a hook may run without it, and then
 * the hook and the watcher would disagree about the place.
 *
 * Creates it with mode 0700 and takes access away from others when they have it.
 * Throws AgentTraceError `refused` when it is a symbolic link, belongs to another user, stays open to others, or lies in
 * a folder where another user could replace it. On Windows the folder's own permissions (the profile's) have to do.
 */
export function runtimeDir(env: Readonly<Record<string, string | undefined>>): string {
  const dir = env.AGENT_TRACE_RUNTIME_DIR || join(homeOf(env), '.agent-trace', 'run');
  if (!isAbsolute(dir)) refuse(dir, 'is not an absolute path');
  const stat = statOrCreate(dir);
  if (stat.isSymbolicLink()) refuse(dir, 'is a symbolic link');
  if (!stat.isDirectory()) refuse(dir, 'is not a folder');
  const uid = process.getuid?.();
  if (uid === undefined) return dir;
  if (stat.uid !== uid) refuse(dir, 'belongs to another user');
  if ((stat.mode & 0o077) !== 0 && !closeToOthers(dir)) refuse(dir, 'is open to other users and cannot be closed');
  if (replaceable(statSync(dirname(dir)), uid)) refuse(dir, 'lies in a folder where other users can replace it');
  return dir;
}

function statOrCreate(dir: string): Stats {
  try {
    const found = lstatSync(dir, { throwIfNoEntry: false });
    if (found) return found;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    return lstatSync(dir);
  } catch (error) {
    return refuse(dir, `cannot be made (${error instanceof Error ? error.message : String(error)})`);
  }
}

function closeToOthers(dir: string): boolean {
  try {
    chmodSync(dir, 0o700);
  } catch {
    return false;
  }
  return (lstatSync(dir).mode & 0o077) === 0;
}

/** Who may write to a folder may rename what is in it, unless the sticky bit forbids it. */
function replaceable(parent: Stats, uid: number): boolean {
  const othersMayWrite = (parent.mode & 0o022) !== 0 && (parent.mode & 0o1000) === 0;
  return othersMayWrite || (parent.uid !== uid && parent.uid !== 0);
}

function homeOf(env: Readonly<Record<string, string | undefined>>): string {
  // Loaded only when needed: the hook imports this file and is measured against a bare `node -e 0`.
  return env.HOME || process.getBuiltinModule('node:os').homedir();
}

function refuse(dir: string, why: string): never {
  throw new AgentTraceError(
    'refused',
    `the runtime folder ${dir} ${why}; remove or repair it, or name another one in AGENT_TRACE_RUNTIME_DIR`,
  );
}
