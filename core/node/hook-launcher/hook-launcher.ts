import path from 'node:path';
import { errorText } from '../../common/error-text.ts';
import { AgentTraceError } from '../agent-trace-error.ts';
import { isExecutable } from '../is-executable.ts';
import { ownFolder } from '../own-folder.ts';
import { readPrivateFile } from '../private-file.ts';
import { replaceFile } from '../store/replace-file.ts';
import { type Installation, type LauncherRecord, recordIn, withInstallation } from './launcher-record.ts';
import { launcherText } from './launcher-text.ts';
import { isReplaceableByOthers } from './replaceable-path.ts';

/** Whose launcher. */
export interface LauncherPlace {
  /** The user's home folder. */
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

/**
 * Absolute path of what an agent's hooks call instead of a recorder: a script of the user's own, which stays where it is
 * when an editor updates the extension, or when one of several editors goes.
 */
export function launcherFile({ home, platform }: LauncherPlace): string {
  const { join } = platform === 'win32' ? path.win32 : path.posix;
  return join(home, '.agent-trace', 'bin', platform === 'win32' ? 'hook.cmd' : 'hook');
}

/** What the launcher knows; undefined when there is none that can be believed. */
export function readLauncher(place: LauncherPlace): LauncherRecord | undefined {
  const text = readPrivateFile(launcherFile(place));
  return text === undefined ? undefined : recordIn(text);
}

/** Two programs that write at the same time: the second look of each sees what the other has written. */
const LOOKS = 3;

/**
 * Puts an installation into the launcher, which is made when there is none; what has gone is taken out. `node` is the
 * Node that was found, undefined to keep the one that is known. Nothing is written when nothing changes. Throws
 * AgentTraceError: `refused` when the launcher's folder or the recorder's is not safe, when there is nothing safe to run
 * it, or when a path cannot be written down; `failed` when the launcher cannot be written.
 */
export function registerInstallation(place: LauncherPlace, installation: Installation, node?: string): void {
  const own = withSafeRuntime(place, installation);
  const file = launcherFile(place);
  const folder = path.dirname(file);
  ownFolder(folder, { what: 'folder of the launcher of hooks', remedy: 'remove or repair it' });
  for (let look = 0; look < LOOKS; look++) {
    const known = readLauncher(place) ?? { node: undefined, installations: [] };
    const record = withInstallation(known, own, node);
    if (record.node === undefined && own.runtime === undefined)
      throw unsafe(installation.runtime, 'Install Node 20.19 or later.');
    const text = launcherText(record, { ...place, folder });
    if (readPrivateFile(file) === text && isExecutable(file)) return;
    try {
      replaceFile(file, text, 0o700);
    } catch (error) {
      throw new AgentTraceError(
        'failed',
        `cannot write ${file}, which the hooks call: ${errorText(error)}. Repair its permissions and try again.`,
      );
    }
  }
}

function withSafeRuntime({ home }: LauncherPlace, own: Installation): Installation {
  if (isReplaceableByOthers(own.hook, home)) throw unsafe(own.hook, 'Install agent-trace elsewhere.');
  const { runtime } = own;
  return { ...own, runtime: runtime !== undefined && isReplaceableByOthers(runtime, home) ? undefined : runtime };
}

function unsafe(file: string | undefined, remedy: string): AgentTraceError {
  return new AgentTraceError(
    'refused',
    `hooks are not to call ${file ?? 'an editor'}: other users could put another program there. ${remedy}`,
  );
}
