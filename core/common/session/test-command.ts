/** Commands that run tests, each seen from its first word on. `x` stands for a runner such as `npx`. */
const TEST_COMMANDS: readonly RegExp[] = [
  /^(npm|pnpm|yarn|bun)( -\S+)* (run |run-script )?(t|test|tests|test:\S+|tst)\b/,
  /^(vitest|jest|mocha|ava|tap|jasmine|karma|bats|rspec|phpunit|pytest|py\.test|tox|nox|ctest|nextest|minitest)\b/,
  /^(playwright test|cypress run|wtr|web-test-runner|react-scripts test|ng test|nx test|turbo( run)? test|deno test)\b/,
  /^python[\d.]*( -\S+)* -m (pytest|unittest|nose2?|tox)\b/,
  /^(cargo( \+\S+)? (test|nextest|t)|go test|gotestsum|swift test|dotnet test|mix test|zig( build)? test)\b/,
  /^(mvn|\.\/mvnw|gradle|\.\/gradlew|sbt|bazel|buck2?)\b.*\b(test|verify|check|integrationTest)\b/,
  /^(make|ninja|just|task|rake|invoke|scons|cmake --build \S+ --target)( -\S+)* (test|tests|check|spec)\b/,
  /^node( -\S+)* --test\b/,
];

/** Words in front of a command that do not change what it does. */
const WRAPPERS =
  /^(?:(?:sudo|time|nice|env|exec|command|nohup|npx|bunx|pnpm exec|pnpm dlx|yarn exec|npm exec(?: --)?|poetry run|uv run|pipenv run|bundle exec|xvfb-run|timeout \S+)(?: -\S+)*|[A-Za-z_]\w*=\S*) +/;
const MAX_LENGTH = 4096;

/** True when a shell command line runs a test suite, alone or as part of a longer line (`cd app && npm test`). */
export function runsTests(commandLine: string): boolean {
  return commandLine
    .slice(0, MAX_LENGTH)
    .split(/&&|\|\||[;\n|]/)
    .some((part) => {
      const command = withoutWrappers(part.trim());
      return TEST_COMMANDS.some((pattern) => pattern.test(command));
    });
}

function withoutWrappers(command: string): string {
  let rest = command;
  for (let match = WRAPPERS.exec(rest); match; match = WRAPPERS.exec(rest)) rest = rest.slice(match[0].length);
  return rest;
}
