import { expect, test } from 'vitest';
import type { SessionLine } from '../../../core/common/view/session-line.ts';
import { rowWidth } from '../../../watcher-cli/view/row.ts';
import { sessionRows } from '../../../watcher-cli/view/session-rows.ts';
import { madeUpSession, NOW } from './made-up.ts';

const shown = (sessions: readonly SessionLine[], columns: number, rows = 10) =>
  sessionRows(sessions, { columns, rows, now: NOW }).map((row) =>
    row
      .map((part) => part.text)
      .join('')
      .trimEnd(),
  );

const busy = madeUpSession({
  active: { tool: 'Bash', target: 'npm test -- --run test/some/long/path.test.ts', startedAt: NOW - 3.5 },
  nearness: [
    { rule: 'budget', fraction: 0.849, broken: false },
    { rule: 'files_modified > 40', fraction: 0.05, broken: false },
  ],
});

test.each([
  [
    150,
    '● 0c7e91a2  active  $0.42  12 calls  3 read 2 written  45k tok  budget 84% files_modified … 5%  claude-code  Bash npm test -- --run test/some/lon… 3 s',
  ],
  [
    110,
    '● 0c7e91a2  active  $0.42  12 calls  budget 84% files_modified … 5%  Bash npm test -- --run test/some/lon… 3 s',
  ],
  [80, '● 0c7e91a2  active  $0.42  12 calls  budget 84%  Bash npm test -- --run tes… 3 s'],
  [60, '● 0c7e91a2  $0.42  12 calls  budget 84%  Bash npm test … 3 s'],
  [40, '● 0c7e91a2 $0.42 budget 84% Bash np… 3 s'],
  [30, '● 0c7e91a2 $0.42 84% Bash… 3 s'],
  [20, '● 0c7e91a2 $0.42 Ba…'],
])('in %i columns a session shows what matters most', (columns, line) => {
  expect(shown([busy], columns)).toEqual([line]);
});

test('each session says whether it is guarded, where there is room for it', () => {
  const guarded = madeUpSession({ guard: { mode: 'guarded', reason: 'It asks.' } });
  const observed = madeUpSession({ guard: { mode: 'observed', reason: 'It does not.' } });
  expect(shown([guarded, observed, madeUpSession({ phase: 'completed' })], 100)).toEqual([
    '● 0c7e91a2  active     guarded   $0.42  12 calls  3 read 2 written',
    '● 0c7e91a2  active     observed  $0.42  12 calls  3 read 2 written',
    '✓ 0c7e91a2  completed            $0.42  12 calls  3 read 2 written',
  ]);
  expect(shown([guarded], 30)[0]).not.toContain('guarded');
});

test('no row is wider than the terminal, whatever is in it', () => {
  const evil = '\x1b[2J日本語👍\n\u202e'.repeat(20);
  const session = madeUpSession({
    shortId: evil,
    agent: evil,
    cost: evil,
    active: { tool: evil, target: evil, startedAt: Number.NaN },
    nearness: [{ rule: evil, fraction: 0.5, broken: false }],
  });
  for (let columns = 1; columns <= 200; columns++) {
    for (const row of sessionRows([busy, session], { columns, rows: 10, now: NOW })) {
      expect(rowWidth(row)).toBeLessThanOrEqual(columns);
      expect(row.map((part) => part.text).join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  }
});

test('columns of several sessions are aligned, numbers at their right end', () => {
  const other = madeUpSession({ shortId: '0c7e91a2.b3d4', phase: 'interrupted', cost: '~$12.30', calls: 1 });
  expect(shown([busy, other], 80)).toEqual([
    '● 0c7e91a2         $0.42  12 calls  budget 84%  Bash npm test -- --run test… 3 s',
    '✗ 0c7e91a2.b3d4  ~$12.30    1 call',
  ]);
});

test('each phase can be told without colours', () => {
  const phases = (['active', 'waiting', 'paused', 'completed', 'interrupted'] as const).map((phase) => ({ phase }));
  expect(shown(phases.map(madeUpSession), 80).map((row) => row[0])).toEqual(['●', '?', '‖', '✓', '✗']);
});

test('a limit that is broken says so, one that is just reached does not', () => {
  const limit = (broken: boolean) => madeUpSession({ nearness: [{ rule: 'budget', fraction: 1, broken }] });
  expect(shown([limit(false)], 80)[0]).toContain('budget 100%');
  expect(shown([limit(true)], 80)[0]).toContain('budget >100%');
});

test('what an ended session was doing is not shown as going on', () => {
  expect(shown([{ ...busy, phase: 'interrupted' }], 80)[0]).not.toContain('Bash');
});

test('when there are too many sessions, those that live are shown first and the rest is counted', () => {
  const sessions = (['completed', 'active', 'completed', 'paused', 'active'] as const).map((phase, index) =>
    madeUpSession({ phase, shortId: `session${index}`, sessionId: `session${index}` }),
  );
  const rows = shown(sessions, 60, 3);
  expect(rows.map((row) => row.slice(0, 12).trim())).toEqual(['● session1', '‖ session3', '+3 more: 1 a']);
  expect(rows[2]).toBe('+3 more: 1 active, 2 completed');
  expect(shown(sessions, 60, 1)).toEqual(['+5 more: 2 active, 1 paused, 2 completed']);
});

test('before the first session the line says that there is none', () => {
  expect(shown([], 80)).toEqual(['no session yet']);
});
