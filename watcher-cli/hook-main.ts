/**
 * `dist/hook.cjs`, what an agent starts at its every step. It and all that it loads load nothing that a bare Node has not
 * loaded already: `node:fs`, `node:path` and `node:vm`, no more (`npm run bench:hook` measures it); to ask a watcher,
 * `node:net`.
 */
import { errorText } from '../core/common/error-text.ts';
import { CodeCache } from './code-cache.ts';
import type { runHook } from './hook/run-hook.ts';

function main(): void {
  const args = process.argv.slice(2);
  const bundles = new CodeCache(__dirname, args.join(' '), require);
  const program = bundles.load<{ readonly runHook: typeof runHook }>('hook-program.cjs');
  const isUsual = program.runHook(args, (name) => bundles.load(name));
  if (typeof isUsual === 'boolean') end(bundles, isUsual);
  else void isUsual.then((is) => end(bundles, is));
}

/** Everything is written by then, and an agent waits for the end. */
function end(bundles: CodeCache, isUsual: boolean): void {
  try {
    if (isUsual) bundles.keep();
  } catch {
    // It cannot be written here: hooks take some milliseconds longer.
  }
  process.exit(0);
}

try {
  main();
} catch (error) {
  process.stderr.write(`agent-trace hook: ${errorText(error)}\n`, () => process.exit(0));
}
