import { join } from 'node:path';
import { homeFolder } from './home-folder.ts';
import { ownFolder } from './own-folder.ts';

/**
 * The user's own folder for what must not be forged: registrations of agents, lists of frozen processes, endpoints.
 * `AGENT_TRACE_RUNTIME_DIR`, else `<HOME>/.agent-trace/run`. Not `XDG_RUNTIME_DIR`: a hook may run without it, and then
 * the hook and the watcher would disagree about the place. Created, closed to others and refused as by `ownFolder`.
 */
export function runtimeDir(env: Readonly<Record<string, string | undefined>>): string {
  const dir = env.AGENT_TRACE_RUNTIME_DIR || join(homeFolder(env), '.agent-trace', 'run');
  ownFolder(dir, {
    what: 'runtime folder',
    remedy: 'remove or repair it, or name another one in AGENT_TRACE_RUNTIME_DIR',
  });
  return dir;
}
