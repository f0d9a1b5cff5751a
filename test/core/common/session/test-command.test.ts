import { describe, expect, it } from 'vitest';
import { runsTests } from '../../../../core/common/session/test-command.ts';

describe('runsTests', () => {
  it.each([
    'npm test',
    'npm run test:unit -- --watch=false',
    'cd app && npx vitest run src',
    'CI=1 pnpm test',
    'python -m pytest -x tests',
    'poetry run pytest',
    'cargo test --all',
    'go test ./...',
    './gradlew :app:test',
    'make -j4 check',
    'timeout 60 npx -y jest',
    'node --test test/',
    'git stash; bundle exec rspec',
  ])('knows %s', (command) => {
    expect(runsTests(command)).toBe(true);
  });

  it.each([
    'npm install',
    'git commit -m "fix npm test"',
    'cat test/error.log',
    'rg "cargo test" docs',
    'npm run build',
    'echo npm test',
    'ls tests',
    '',
  ])('is not taken in by %s', (command) => {
    expect(runsTests(command)).toBe(false);
  });
});
