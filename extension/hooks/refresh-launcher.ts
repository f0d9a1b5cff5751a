import { findNode } from '../../core/node/hook-launcher/find-node.ts';
import { type LauncherPlace, readLauncher, registerInstallation } from '../../core/node/hook-launcher/hook-launcher.ts';
import type { Installation } from '../../core/node/hook-launcher/launcher-record.ts';

export interface LauncherRefresh {
  readonly place: LauncherPlace;
  /** This copy of the extension. */
  readonly own: Installation;
  readonly env: NodeJS.ProcessEnv;
  /** Paths of the workspace's folders; undefined in a workspace that is not trusted, where no program is started. */
  readonly workspaces: readonly string[] | undefined;
}

/**
 * Enters this copy of the extension in the launcher that hooks call, where there is one: its path is another after each
 * update. A Node is looked for when none is known. Gives whether there is a launcher. Throws AgentTraceError as
 * `registerInstallation` does.
 */
export async function refreshLauncher({ place, own, env, workspaces }: LauncherRefresh): Promise<boolean> {
  if (!readLauncher(place)) return false;
  registerInstallation(place, own);
  if (workspaces === undefined || readLauncher(place)?.node !== undefined) return true;
  const node = await findNode({ ...place, env, workspaces });
  if (node !== undefined) registerInstallation(place, own, node);
  return true;
}
