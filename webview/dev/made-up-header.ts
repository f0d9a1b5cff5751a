import type { PanelHeader, PanelRow } from '../../core/common/protocol/panel.ts';
import { BEGINNING, PACE } from './made-up-rows.ts';

/** The header of the made-up session when `rows` things have happened. */
export function madeUpHeader(rows: number, running: readonly PanelRow[]): PanelHeader {
  const now = BEGINNING + rows * PACE;
  const spent = Math.min(4.8, rows * 0.004);
  const points = Math.min(60, Math.max(1, rows));
  return {
    sessionId: 'session-1',
    agent: 'Claude Code',
    model: 'claude-sonnet-4-5',
    phase: 'active',
    readShare: 1,
    watch: { mode: 'guarded', reason: 'The agent asks before each call; calls that break a rule do not run.' },
    startedAt: BEGINNING,
    endedAt: null,
    lastEventAt: now,
    isAgain: false,
    cost: `$${spent.toFixed(2)}`,
    unpricedModels: [],
    curve: Array.from({ length: points }, (_, index) => {
      const share = (index + 1) / points;
      return [BEGINNING + share * rows * PACE, spent * share ** 1.4] as const;
    }),
    tokens: { input: rows * 310, output: rows * 42, cacheRead: rows * 9200, cacheWrite: rows * 640 },
    contextPct: Math.min(96, 8 + rows * 0.1),
    toolCalls: Math.floor(rows * 0.55),
    errors: Math.floor(rows / 12),
    filesRead: Math.floor(rows / 12),
    filesModified: Math.floor(rows / 16),
    limits: [
      {
        rule: 'budget',
        text: `$${spent.toFixed(2)} of $5.00`,
        fraction: spent / 5,
        broken: false,
        action: 'pause',
        mode: 'enforce',
        warnAt: 0.8,
      },
      {
        rule: 'too-many-errors',
        text: `${Math.floor(rows / 24)} of 20`,
        fraction: Math.min(1, rows / 480),
        broken: rows > 500,
        action: 'alert',
        mode: 'enforce',
        warnAt: null,
      },
      {
        rule: 'no-force-push',
        text: '1 of 1',
        fraction: 1,
        broken: true,
        action: 'kill',
        mode: 'monitor',
        warnAt: null,
      },
    ],
    asked: [],
    running: running.map(({ id, title, at }) => ({ id, tool: title, startedAt: at })),
    subagents: [
      {
        sessionId: 'explorer-1',
        agent: 'Explore',
        phase: 'completed',
        cost: '$0.18',
        toolCalls: 22,
        children: [
          {
            sessionId: 'explorer-2',
            agent: 'Explore the carts of guests',
            phase: 'active',
            cost: '$0.04',
            toolCalls: 6,
            children: [],
          },
        ],
      },
      {
        sessionId: 'reviewer-1',
        agent: 'code-reviewer',
        phase: 'interrupted',
        cost: '~$0.09',
        toolCalls: 1,
        children: [],
      },
    ],
    controls: { pause: true, resume: false, kill: true, pending: null, reason: '' },
  };
}
