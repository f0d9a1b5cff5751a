import { expect, test } from 'vitest';
import type { BackTestReport } from '../../../../core/common/rules/back-test/report.ts';
import { backTestMarkdown } from '../../../../core/common/view/back-test-markdown.ts';

const HIT: BackTestReport['hits'][number] = {
  rule: 'a|b`c',
  action: 'kill',
  mode: 'enforce',
  session_id: '0c7e91a2-one',
  root_session_id: '0c7e91a2-one',
  agent: '[x](command:y)',
  started_at: 1,
  event_id: 'e',
  event: 7,
  at: 2,
  message: 'the command "`rm` |\u001b[2J" matches "<img src=x>"',
  times: 2,
  usd: 1,
  session_usd: 4,
  saved_usd: 3,
  kind: 'estimated',
};

test('texts of rules and traces stay texts', () => {
  const text = backTestMarkdown(
    {
      store: '/s',
      since: null,
      sessions: 1,
      events: 9,
      usd: 4,
      kind: 'estimated',
      stopped: { sessions: 1, saved_usd: 3, kind: 'estimated' },
      rules: [
        {
          rule: HIT.rule,
          action: 'kill',
          mode: 'monitor',
          when: 'tool == "a" || tool == "b"',
          sessions: 1,
          times: 2,
          warned: 0,
          stopped: null,
        },
      ],
      hits: [HIT],
    },
    () => 'now',
  );
  expect(text).toBe(`# Back-test of 1 rule

On 1 session recorded here: 9 events, ~$4.00.
Together, 1 of 1 session would have been stopped, before another ~$3.00 was spent.

| Rule | Action | Sessions | Times | Stopped | Saved |
| --- | --- | ---: | ---: | ---: | ---: |
| \`a\\|b'c\` | (kill) | 1 | 2 |  |  |

## \`a|b'c\`

kill, when \`tool == "a" || tool == "b"\`

- now, \`[x](command:y) 0c7e91a2\`, event 7, 2 times: ~$1.00 of ~$4.00 spent, ~$3.00 saved. \`the command "'rm' |␛[2J" matches "<img src=x>"\`
`);
});
