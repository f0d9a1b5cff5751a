import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fnv1a } from '../../common/hash.ts';
import { asArray, asRecord, type JsonRecord, parseJson } from '../../common/json.ts';
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
  /** `isHeld`: the agent itself runs, and is held at its next call. False when it could not be written. */
  write(agent: ProcessIdentity, members: readonly ProcessIdentity[], isHeld?: boolean): boolean;
  /** Whether the agent was left running when what it had started was frozen, to be held at its next call. */
  isHeld(agent: ProcessIdentity): boolean;
  remove(agent: ProcessIdentity): void;
}

export function frozenLists(runtimeDir: string): FrozenLists {
  const fileOf = ({ pid, startTime, bootId }: ProcessIdentity): string =>
    join(runtimeDir, 'frozen', `${pid}-${fnv1a(`${startTime}@${bootId}`)}.json`);
  const recordOf = (agent: ProcessIdentity): JsonRecord | undefined => {
    const file = fileOf(agent);
    // Few agents have one, and views ask for each: to open what is not there takes several times as long as to look.
    if (!existsSync(file)) return undefined;
    const record = asRecord(parseJson(readPrivateFile(file) ?? ''));
    const listed = decodeProcessIdentity(record?.agent);
    return listed && sameProcess(listed, agent) ? record : undefined;
  };
  return {
    read(agent) {
      const record = recordOf(agent);
      return record && asArray(record.members).flatMap((member) => decodeProcessIdentity(member) ?? []);
    },
    isHeld: (agent) => recordOf(agent)?.held === true,
    write(agent, members, isHeld = false) {
      try {
        writePrivateFile(
          fileOf(agent),
          `${JSON.stringify({ agent: identityOf(agent), members: members.map(identityOf), held: isHeld })}\n`,
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
