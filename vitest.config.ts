import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: 'forks',
    // As long as `waitFor` waits.
    expect: { poll: { timeout: 60_000 } },
    // Real processes on shared machines: there, a test has failed when it fails twice in a row.
    retry: process.env.CI ? 1 : 0,
  },
});
