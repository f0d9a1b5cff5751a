import { describe, expect, it } from 'vitest';
import {
  nodeAccessibleText,
  nodeDescription,
  nodeLabel,
  pastLeaf,
  type SessionNode,
  sessionTrees,
} from '../../../extension/sessions/session-node.ts';

function leaf(id: string, more: Partial<SessionNode> = {}): Omit<SessionNode, 'children'> {
  return {
    id,
    store: '/store',
    parentId: undefined,
    agent: 'claude-code',
    phase: 'completed',
    isAgain: false,
    cost: '$0.42',
    toolCalls: 3,
    startedAt: 1000,
    endedAt: 1100,
    ...more,
  };
}

/** `a(b c(d))`. */
function drawn(nodes: readonly SessionNode[]): string {
  return nodes.map(({ id, children }) => (children.length > 0 ? `${id}(${drawn(children)})` : id)).join(' ');
}

describe('the tree of sessions', () => {
  it('has what lives first, then the newest, and subagents below their parents in order of their starts', () => {
    const leaves = [
      leaf('old', { startedAt: 1 }),
      leaf('new', { startedAt: 9 }),
      leaf('paused', { phase: 'paused', startedAt: 5 }),
      leaf('sub2', { parentId: 'old', startedAt: 8 }),
      leaf('sub1', { parentId: 'old', startedAt: 7 }),
      leaf('deep', { parentId: 'sub2', phase: 'active' }),
    ];
    expect(drawn(sessionTrees(leaves))).toBe('paused new old(sub1 sub2(deep))');
  });

  it('loses no session to links that lead nowhere or in a circle', () => {
    const leaves = [
      leaf('orphan', { parentId: 'gone' }),
      leaf('child', { parentId: 'orphan' }),
      leaf('a', { parentId: 'b' }),
      leaf('b', { parentId: 'a' }),
      leaf('self', { parentId: 'self' }),
      leaf('below', { parentId: 'self' }),
    ];
    expect(drawn(sessionTrees(leaves))).toBe('orphan(child) a b self below');
  });

  it('tells cost, state where it matters, and when', () => {
    const [node] = sessionTrees([leaf('0c7e91a2-1111', { phase: 'waiting', endedAt: undefined })]);
    if (!node) throw new Error('no node');
    expect(nodeLabel(node)).toBe('claude-code 0c7e91a2');
    const when = (at: number) => `at ${at}`;
    expect(nodeDescription(node, when)).toBe('$0.42, needs you, at 1000');
    expect(nodeDescription({ ...node, phase: 'active' }, when)).toBe('$0.42, at 1000');
    const again = { ...node, phase: 'active', isAgain: true } as const;
    expect(nodeDescription(again, when)).toBe('$0.42, active again, at 1000');
    expect(nodeAccessibleText(again, when)).toContain('active again');
    expect(nodeAccessibleText(node, when)).toBe('claude-code 0c7e91a2, needs you, $0.42, 3 calls, started at 1000');
    const watch = { mode: 'guarded', reason: 'because' } as const;
    expect(nodeDescription({ ...node, watch }, when)).toBe('$0.42, needs you, guarded, at 1000');
    expect(nodeAccessibleText({ ...node, watch }, when)).toMatch(/, guarded: because$/);
  });

  it('shows a session whose events have not been read by its meta, made safe', () => {
    const meta = { session_id: 's', started_at: 5, ended_at: 9, agent_name: 'evil\u001b[31m\nagent' };
    const past = pastLeaf('/store', { id: 's', meta, summary: undefined });
    expect(past).toMatchObject({ agent: 'evil␛[31m⏎agent', phase: undefined, cost: '', startedAt: 5, endedAt: 9 });
    expect(nodeDescription({ ...past, children: [] }, (at) => `at ${at}`)).toBe('at 9');
  });
});
