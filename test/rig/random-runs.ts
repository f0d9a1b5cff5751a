import fc from 'fast-check';

/**
 * How a property against a model is run: `count` times, or what `npm run test:long` was told. A seed and a path repeat
 * one failure; `npm run test:long` takes both as they were printed.
 */
export function randomRuns(count: number): fc.Parameters<unknown> {
  const { AGENT_TRACE_TEST_FACTOR: factor, AGENT_TRACE_TEST_SEED: seed, AGENT_TRACE_TEST_PATH: path } = process.env;
  return {
    numRuns: Math.ceil(count * Number(factor ?? 1)),
    ...(seed ? { seed: Number(seed) } : {}),
    ...(path ? { path, endOnFailure: true } : {}),
    reporter: (run) => {
      if (!run.failed) return;
      throw new Error(`${fc.defaultReportMessage(run)}\n\n${howToRepeat(run)}`, { cause: run.errorInstance });
    },
  };
}

function howToRepeat({
  seed,
  counterexamplePath,
}: Pick<fc.RunDetails<unknown>, 'seed' | 'counterexamplePath'>): string {
  const path = counterexamplePath === null ? '' : ` --path=${counterexamplePath}`;
  return `Once more, from what failed: npm run test:long -- --seed=${seed}${path} TEST-FILE`;
}
