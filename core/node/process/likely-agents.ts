import { readdirSync, readlinkSync } from 'node:fs';
import { isAgent } from './executable-names.ts';
import type { ProcessTable } from './process-table.ts';

/** A process that a user may mean; never one to signal unasked. */
export interface LikelyAgent {
  readonly pid: number;
  /** Name of its executable. */
  readonly name: string;
  /** It has the session's own file open; else it only works in the session's folder. */
  readonly holdsFile: boolean;
}

export interface SessionPlaces {
  /** Real path of the agent's own file of the session. */
  readonly file: string | undefined;
  /** Real path of the directory the session works in. */
  readonly workspace: string | undefined;
}

/**
 * This user's processes of known agents that have the session's file open (Codex holds its rollout), or else work in its
 * folder. Linux only, none elsewhere. An agent that is a Node program cannot be told from others and is none.
 */
export function likelyAgents(table: ProcessTable, { file, workspace }: SessionPlaces): readonly LikelyAgent[] {
  if (process.platform !== 'linux') return [];
  const agents = table.list().flatMap(({ pid, uid, state }) => {
    const executable = uid === process.getuid?.() && state !== 'zombie' ? table.executable(pid) : undefined;
    if (executable === undefined || !isAgent(executable)) return [];
    const holdsFile = file !== undefined && openFiles(pid).includes(file);
    const isThere = holdsFile || (workspace !== undefined && linkAt(`/proc/${pid}/cwd`) === workspace);
    return isThere ? [{ pid, name: executable.slice(executable.lastIndexOf('/') + 1), holdsFile }] : [];
  });
  const holders = agents.filter(({ holdsFile }) => holdsFile);
  return holders.length > 0 ? holders : agents;
}

function openFiles(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).flatMap((fd) => linkAt(`${folder}/${fd}`) ?? []);
  } catch {
    return [];
  }
}

function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
