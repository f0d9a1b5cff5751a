/** `npm run test:agents`: the tests with command lines of other agents, which are large downloads. */
import { build } from './build.ts';
import { command, runSteps } from './steps.ts';

process.exit(
  await runSteps([
    { name: 'build', run: build },
    { name: 'other-agents', run: () => command('vitest', ['run', 'test/agents/others']) },
  ]),
);
