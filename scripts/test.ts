/** `npm test`: every check, in the order in which a mistake is cheapest to find. `npm test -- NAME...` runs some steps. */
import { build } from './build.ts';
import { checkPackages } from './check-packages.ts';
import { command, runSteps, type Step } from './steps.ts';
import { installSystemTools } from './system-tools.ts';

const ROOMS = ['core/common', 'core/node', 'watcher-cli', 'extension', 'webview', 'test', 'scripts'];

const FOLDERS = ['core', 'extension', 'webview', 'watcher-cli', 'test', 'scripts'];
/** Debian's names of what the tests drive and what the editor's native modules are built with. */
const TOOLS = ['tmux', 'chromium', 'python3', 'make', 'g++'];

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
  { name: 'tools', run: () => installSystemTools(TOOLS) },
  {
    name: 'unit',
    run: () =>
      command('vitest', [
        'run',
        'test/core',
        'test/watcher-cli',
        'test/extension',
        '--exclude',
        'test/extension/editor/**',
      ]),
  },
  { name: 'claude-code', run: () => command('vitest', ['run', 'test/agents/claude-code']) },
  { name: 'demonstration', run: () => command('node', ['scripts/start.ts', '--terminal']) },
  { name: 'page', run: () => command('vitest', ['run', 'test/webview']) },
  // One editor at a time: each is a server, an extension host and a browser.
  { name: 'editor', run: () => command('vitest', ['run', '--no-file-parallelism', 'test/extension/editor']) },
  { name: 'packages', run: checkPackages },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`no such step: ${unknown.join(', ')}; there are: ${steps.map((step) => step.name).join(', ')}`);
  process.exit(2);
}
process.exit(await runSteps(wanted.length === 0 ? steps : steps.filter((step) => wanted.includes(step.name))));
