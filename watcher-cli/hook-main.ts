/**
 * `dist/hook.cjs`, what an agent starts at its every step. It and all it imports load nothing that a bare Node has not
 * loaded already: `node:fs` and `node:path`, no more (`npm run bench:hook` measures it).
 */
import { runHook } from './hook/run-hook.ts';

runHook(process.argv.slice(2));
// Everything is written by now, and an agent waits for the end.
process.exit(0);
