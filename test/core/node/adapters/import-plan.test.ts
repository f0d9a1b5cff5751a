import { join } from 'node:path';
import { expect, it } from 'vitest';
import { claudeAgent } from '../../../../core/node/adapters/claude-code/claude-agent.ts';
import { familiesOf, unitsOf } from '../../../../core/node/adapters/import-plan.ts';
import { tempFolder } from '../../../rig/temp-folder.ts';
import { transcriptOf, writeTranscript } from '../../../rig/transcript.ts';

const ID = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}`;

it('keeps files together that tell of one session, in any layout and folder, and no others', () => {
  const home = tempFolder();
  const write = (file: string, session: string) =>
    writeTranscript(join(home, '.claude', 'projects', file), transcriptOf(session, 'x', 2));
  const together = [
    [write(`one/${ID(1)}.jsonl`, ID(1)), write('one/agent-a.jsonl', ID(1)), write('two/copy.jsonl', ID(1))],
    [write(`two/${ID(2)}.jsonl`, ID(2)), write('two/agent-a.jsonl', ID(2))],
    [write(`two/${ID(3)}.jsonl`, ID(3)), write(`two/${ID(3)}/subagents/agent-b.jsonl`, ID(3))],
  ];
  const files = [...claudeAgent.discover({ env: {}, home })];
  const units = unitsOf(familiesOf(files)).map((unit) =>
    unit.flatMap((family) => family.files.map((file) => file.path)),
  );
  expect(units.map((unit) => unit.toSorted()).toSorted()).toEqual(together.map((unit) => unit.toSorted()).toSorted());
  const rollouts = [1, 2].map((digit) => ({ agent: 'codex', path: `/rollout-${digit}`, session: ID(digit) }));
  expect(unitsOf(familiesOf(rollouts))).toHaveLength(1);
});
