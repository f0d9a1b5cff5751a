import { expect, it } from 'vitest';
import { explainExpression } from '../../../../../core/common/rules/language/explain-expression.ts';
import { parse } from './language.ts';

it.each([
  ['cost_usd > 5', 'more than 5 US dollars spent by the session'],
  ['!(cost_usd > 5)', 'at most 5 US dollars spent by the session'],
  ['tool == "Bash" && errors >= 3', 'the tool is "Bash", and at least 3 failed calls and other errors'],
  ['tool != "Bash"', 'the tool is not "Bash"'],
  ['tool in ["Bash", "Write"]', 'the tool is one of "Bash", "Write"'],
  ['!(host in ["a.example", "b.example"])', 'the host is none of "a.example", "b.example"'],
  ['!glob(file_path, ["src/**", "test/**"])', 'the file path does not match "src/**", "test/**"'],
  ['!within(path, workspace)', 'the path does not lie in the workspace'],
  [
    '!(sensitive || errors > 1)',
    'it is not so that the file is of a kind that holds secrets, and at most 1 failed calls and other errors',
  ],
  [
    'tool == "Bash" && (retries > 2 || errors > 1)',
    'the tool is "Bash", and (more than 2 times one and the same command was run again, or more than 1 failed calls and other errors)',
  ],
  ['is_subagent == true', 'the session is one of a subagent'],
  ['calls_last(60) > 100', 'more than 100 tool calls made in the last minute'],
  ['cost_last(600) > 1', 'more than 1 US dollars spent in the last 10 minutes'],
  ['cost_last(90) > 1', 'more than 1 US dollars spent in the last 90 seconds'],
  ['size(command) > 2000', 'more than 2000 characters in the command'],
  ['cost_usd * 2 > 5', 'cost_usd * 2 is more than 5'],
  ['is_subagent ? errors > 1 : errors > 2', 'is_subagent ? errors > 1 : errors > 2'],
])('says %s in words', (text, words) => {
  const parsed = parse(text);
  expect(parsed).toHaveProperty('expression');
  if ('expression' in parsed) expect(explainExpression(parsed.expression)).toBe(words);
});
