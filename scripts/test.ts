/** `npm test`: every check, in the order in which a mistake is cheapest to find. `npm test -- NAME...` runs some steps. */
import { build } from './build.ts';
import { checkPackages } from './check-packages.ts';
import { checkSizes } from './check-sizes.ts';
import { command, runSteps, type Step } from './steps.ts';
import { installSystemTools, offerSystemTools } from './system-tools.ts';
import { testEditor } from './test-editor.ts';

const ROOMS = ['core/common', 'core/node', 'watcher-cli', 'extension', 'webview', 'test', 'scripts'];

const FOLDERS = ['core', 'extension', 'webview', 'watcher-cli', 'test', 'scripts'];
/** Debian's names of what the tests drive and what the editor's native modules are built with. */
const TOOLS = ['tmux', 'chromium', 'python3', 'make', 'g++'];
/** For faults that only they can make; without them those tests are skipped, and say so. */
const FAULT_TOOLS = ['bindfs', 'faketime'];

const steps: readonly Step[] = [
  { name: 'style', run: () => command('biome', ['check', '--error-on-warnings']) },
  {
    name: 'types',
    run: async () => {
      for (const room of ROOMS) await command('tsc', ['-p', room]);
    },
  },
  { name: 'walls', run: () => command('depcruise', ['--config', '.dependency-cruiser.cjs', ...FOLDERS]) },
  { name: 'dead-code', run: () => command('knip', []) },
  { name: 'build', run: build },
  { name: 'sizes', run: checkSizes },
  {
    name: 'tools',
    run: async () => {
      await installSystemTools(TOOLS);
      await offerSystemTools(FAULT_TOOLS);
    },
  },
  {
    name: 'unit',
    run: () =>
      command('vitest', [
        'run',
        'test/core',
        'test/watcher-cli',
        'test/extension',
        'test/scripts',
        '--exclude',
        'test/extension/editor/**',
        '--exclude',
        'test/scripts/demo/**',
      ]),
  },
  { name: 'faults', run: () => command('vitest', ['run', 'test/faults', 'test/hostile']) },
  { name: 'claude-code', run: () => command('vitest', ['run', 'test/agents/claude-code']) },
  {
    name: 'demonstration',
    run: async () => {
      await command('node', ['scripts/start.ts', '--terminal']);
      // Also in a terminal nobody is to be waited for.
      await command('node', ['scripts/start.ts', '--once']);
      await command('vitest', ['run', 'test/scripts/demo']);
    },
  },
  // Only that each runs: to judge by a figure takes a machine that does nothing else.
  { name: 'bench', run: () => command('node', ['scripts/bench.ts', '--quick']) },
  { name: 'page', run: () => command('vitest', ['run', 'test/webview']) },
  { name: 'editor', run: testEditor },
  { name: 'packages', run: checkPackages },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`no such step: ${unknown.join(', ')}; there are: ${steps.map((step) => step.name).join(', ')}`);
  process.exit(2);
}
process.exit(await runSteps(wanted.length === 0 ? steps : steps.filter((step) => wanted.includes(step.name))));
