import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fnv1a } from '../../common/hash.ts';
import { AlertLog } from './alert-log.ts';

/**
 * The watcher's own copy of the alerts of a store, in the runtime folder, where nobody who can merely write to the
 * workspace can forge it. `store`: its real path. Makes the folder (0700). Throws the system's error.
 */
export function privateAlertLog(runtimeDir: string, store: string): AlertLog {
  const folder = join(runtimeDir, 'alerts');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return new AlertLog(folder, `${fnv1a(store)}.ndjson`);
}
