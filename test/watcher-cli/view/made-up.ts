import type { SessionLine } from '../../../core/common/view/session-line.ts';
import type { StreamLine } from '../../../core/common/view/stream-line.ts';

export const NOW = 1_795_000_000;

export function madeUpSession(more: Partial<SessionLine> = {}): SessionLine {
  return {
    sessionId: '0c7e91a2-1111',
    shortId: '0c7e91a2',
    agent: 'claude-code',
    phase: 'active',
    guard: null,
    cost: '$0.42',
    calls: 12,
    active: undefined,
    filesRead: 3,
    filesModified: 2,
    nearness: [],
    tokens: 45_000,
    ...more,
  };
}

export function madeUpLine(text: string, more: Partial<StreamLine> = {}): StreamLine {
  return { time: NOW, session: '0c7e91a2', kind: 'call', text, tone: 'plain', ...more };
}
