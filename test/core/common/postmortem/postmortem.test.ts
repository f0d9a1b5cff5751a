import { describe, expect, it } from 'vitest';
import { genaiPriceBook } from '../../../../core/common/cost/genai-price-book.ts';
import { postmortemMarkdown, postmortemOf } from '../../../../core/common/postmortem/postmortem.ts';
import type { Decision, Outcome } from '../../../../core/common/protocol/alert.ts';
import { SessionFold } from '../../../../core/common/session/session-fold.ts';
import { EventMaker } from '../../../rig/events.ts';

const decision: Decision = {
  type: 'decision',
  decision_id: 'd',
  session_id: 'session',
  event_id: 'b',
  rule: 'no | pipes',
  action: 'kill',
  mode: 'enforce',
  at: 1_795_000_010,
  message: 'the command "rm" matches "rm *"',
};
const outcome: Outcome = {
  type: 'outcome',
  decision_id: 'd',
  session_id: 'session',
  event_id: 'b',
  rule: 'no | pipes',
  action: 'kill',
  at: 1_795_000_011,
  result: 'done',
  reason: '2 processes ended',
  signalled: [{ pid: 7, name: 'claude', signals: ['SIGSTOP', 'SIGTERM', 'SIGCONT'], state: 'gone' }],
};

function state() {
  const make = new EventMaker();
  const fold = new SessionFold('session', genaiPriceBook());
  fold.apply(make.event('session_start', { agent: 'claude-code', cwd: '/w', model: 'claude-sonnet-4-6' }));
  fold.apply(make.call('a', 'Write', { file_path: '/w/src/a.ts' }));
  fold.apply(make.result('a'));
  fold.apply(make.call('b', 'Bash', { command: 'rm `x` | <b>\nls' }));
  fold.apply(make.response('llm-1', { input: 1000 }));
  return fold.state;
}

describe('a postmortem', () => {
  it('holds the rule, the event, the last calls, the files, the cost and what was signalled', () => {
    expect(postmortemOf(state(), decision, outcome)).toMatchObject({
      session_id: 'session',
      agent: 'claude-code',
      decision,
      outcome,
      cost: { usd: 0.003, kind: 'known' },
      tool_calls: 2,
      last_calls: [
        { tool: 'Write', target: 'src/a.ts', status: 'completed' },
        { tool: 'Bash', target: 'rm `x` | <b>\nls', status: 'running' },
      ],
      files: [{ path: 'src/a.ts', reads: 0, writes: 1 }],
    });
  });

  it('is Markdown in which nothing of the trace has an effect', () => {
    const text = postmortemMarkdown(state(), postmortemOf(state(), decision, outcome));
    expect(text).toContain('Rule `no | pipes` was broken');
    expect(text).toContain('| 7 | claude | SIGSTOP, SIGTERM, SIGCONT | gone |');
    expect(text).toContain("- Bash `rm 'x' | <b> ls` (running)");
    expect(text).toContain('- `src/a.ts`: read 0x, modified 1x');
    expect(text).not.toMatch(/^<b>/m);
  });

  it('says so when a user, not a rule, was the cause', () => {
    const text = postmortemMarkdown(state(), postmortemOf(state(), undefined, outcome));
    expect(text).toContain("by a user's command");
  });
});
