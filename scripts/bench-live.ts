/**
 * `npm run bench:live`: from an agent's write of what a request used, into its own file or database, to the event in the
 * store, with the real command lines of every agent that runs here (about 0.8 GB on first use), without hooks and with
 * them. `--agent WORD` (those whose name has it), `--requests N` (12).
 */
import { errorText } from '../core/common/error-text.ts';
import { build } from './build.ts';
import { command } from './steps.ts';

try {
  await build();
  // The command lines are installed and driven as the tests do it.
  await command('node', ['test/bench/live-cost.ts', ...process.argv.slice(2)]);
} catch (error) {
  console.error(errorText(error));
  process.exit(1);
}
