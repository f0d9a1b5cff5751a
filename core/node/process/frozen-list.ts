import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fnv1a } from '../../common/hash.ts';
import { asArray, asRecord, parseJson } from '../../common/json.ts';
import { decodeProcessIdentity, type ProcessIdentity, sameProcess } from '../../common/process/process-identity.ts';
import { readPrivateFile, writePrivateFile } from '../private-file.ts';

/**
 * What was frozen of one agent, in the runtime folder, so that a restarted watcher or `agent-trace resume` continues
 * exactly those processes, and a kill whose watcher died can be finished. Parents come first. Keyed by the agent's
 * process: a session and its subagents share it.
 */
export interface FrozenLists {
  /** Undefined when there is no list of this agent. */
  read(agent: ProcessIdentity): readonly ProcessIdentity[] | undefined;
  /** False when it could not be written. */
  write(agent: ProcessIdentity, members: readonly ProcessIdentity[]): boolean;
  remove(agent: ProcessIdentity): void;
}

export function frozenLists(runtimeDir: string): FrozenLists {
  const fileOf = ({ pid, startTime, bootId }: ProcessIdentity): string =>
    join(runtimeDir, 'frozen', `${pid}-${fnv1a(`${startTime}@${bootId}`)}.json`);
  return {
    read(agent) {
      const record = asRecord(parseJson(readPrivateFile(fileOf(agent)) ?? ''));
      const listed = decodeProcessIdentity(record?.agent);
      if (!listed || !sameProcess(listed, agent)) return undefined;
      return asArray(record?.members).flatMap((member) => decodeProcessIdentity(member) ?? []);
    },
    write(agent, members) {
      try {
        writePrivateFile(
          fileOf(agent),
          `${JSON.stringify({ agent: identityOf(agent), members: members.map(identityOf) })}\n`,
        );
        return true;
      } catch {
        return false;
      }
    },
    remove(agent) {
      try {
        rmSync(fileOf(agent), { force: true });
      } catch {
        // A list that stays behind names processes by their start time; it can hurt nobody.
      }
    },
  };
}

function identityOf({ pid, startTime, bootId }: ProcessIdentity): ProcessIdentity {
  return { pid, startTime, bootId };
}
