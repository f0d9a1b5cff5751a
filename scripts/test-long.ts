/**
 * `npm run test:long`: what is hard to break, for as long as one likes. Without options, for a night: everything random
 * twenty times as often as `npm test` has it, 100 watchers killed, half an hour of work at once.
 */
import { parseArgs } from 'node:util';
import { build } from './build.ts';
import { command, runSteps } from './steps.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** How many times as many random sequences as `npm test` runs. */
    factor: { type: 'string', default: '20' },
    /** As a failure printed them. */
    seed: { type: 'string' },
    path: { type: 'string' },
    /** How many watchers are killed with SIGKILL at random moments. */
    kills: { type: 'string', default: '100' },
    /** Minutes of work under which memory, descriptors and watches have to stay flat. */
    soak: { type: 'string', default: '30' },
  },
});

const env: NodeJS.ProcessEnv = {
  AGENT_TRACE_TEST_FACTOR: values.factor,
  AGENT_TRACE_TEST_KILLS: values.kills,
  AGENT_TRACE_TEST_SOAK: values.soak,
  AGENT_TRACE_TEST_SESSIONS: '100000',
  ...(values.seed === undefined ? {} : { AGENT_TRACE_TEST_SEED: values.seed }),
  ...(values.path === undefined ? {} : { AGENT_TRACE_TEST_PATH: values.path }),
};
/** What is random or takes its length from an option. */
const LONG = ['model.test.ts', 'test/faults', 'test/hostile/many-sessions'];

process.exit(
  await runSteps([
    { name: 'build', run: build },
    {
      name: 'long',
      run: () =>
        // A day: each test ends by itself.
        command('vitest', ['run', ...(positionals.length > 0 ? positionals : LONG), '--testTimeout', '86400000'], env),
    },
  ]),
);
