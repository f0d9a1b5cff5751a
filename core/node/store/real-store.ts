import { realpathSync } from 'node:fs';
import { AgentTraceError } from '../agent-trace-error.ts';

/**
 * To be called before something is written into a store that was opened a while ago. `store`: its real path, as
 * `openStore` gave it. Throws `refused` when a symbolic link has since taken the place of the store or of a folder on
 * the way to it: writing would go wherever it points. Throws the system's error when the store is gone.
 */
export function requireRealStore(store: string): void {
  const path = realpathSync.native(store);
  if (path === store) return;
  throw new AgentTraceError(
    'refused',
    `${store} has been replaced by a link to ${path}, nothing is written through it; remove it`,
  );
}
