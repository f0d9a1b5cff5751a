import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHostMessage, decodePageMessage } from '../../../../core/common/protocol/decode-panel.ts';
import {
  type HostMessage,
  MAX_ROWS_PER_REQUEST,
  type PageMessage,
  type PanelHeader,
  type PanelRow,
  ROW_TEXT_CHARACTERS,
} from '../../../../core/common/protocol/panel.ts';

const ROW: PanelRow = {
  id: 'e1',
  kind: 'tool',
  at: 1_700_000_000.5,
  title: 'Bash',
  text: 'npm test',
  status: 'failed',
  durationMs: 12.5,
  path: 'src/a.ts',
  line: 3,
  action: 'resume',
  subagent: 's2',
};

const HEADER: PanelHeader = {
  sessionId: 's1',
  agent: 'Claude Code',
  model: 'claude-sonnet-4-5',
  phase: 'waiting',
  readShare: 0.5,
  watch: { mode: 'guarded', reason: 'asks before each call' },
  startedAt: 1,
  endedAt: null,
  lastEventAt: 2,
  isAgain: true,
  cost: '~$0.42',
  unpricedModels: ['new-model'],
  curve: [
    [1, 0],
    [2, 0.42],
  ],
  tokens: { input: 1, output: 2, cacheRead: 3, cacheWrite: 4 },
  contextPct: 12.5,
  toolCalls: 5,
  errors: 6,
  filesRead: 7,
  filesModified: 8,
  limits: [
    { rule: 'budget', text: '$3 of $5', fraction: 0.6, broken: false, action: 'pause', mode: 'monitor', warnAt: 0.8 },
  ],
  asked: [
    { id: 'd1', rule: 'push', call: 'Bash git push', reason: 'it pushes', since: 2, until: 302, pending: 'session' },
    { id: 'd2', rule: '', call: '', reason: '', since: 3, until: 3, pending: null },
  ],
  running: [{ id: 'e1', tool: 'Bash', startedAt: 2 }],
  subagents: [
    {
      sessionId: 's2',
      agent: 'Explore',
      phase: 'completed',
      cost: '$0.10',
      toolCalls: 1,
      children: [{ sessionId: 's3', agent: '', phase: 'paused', cost: '', toolCalls: 0, children: [] }],
    },
  ],
  controls: { pause: true, resume: false, kill: true, pending: 'kill', reason: '' },
};

const FILTER = { kinds: ['prompt', 'error'], text: 'x', errorsOnly: true } as const;

const HOST_MESSAGES: readonly HostMessage[] = [
  { type: 'state', header: null, sessions: [] },
  { type: 'state', header: HEADER, sessions: [{ id: 's1', label: 'Claude', phase: 'active', cost: '$1' }] },
  { type: 'reset', generation: 3, total: 7, filter: FILTER, rows: [ROW] },
  { type: 'grown', generation: 3, total: 9, rows: [ROW] },
  {
    type: 'rows',
    generation: 3,
    from: 2,
    rows: [ROW, { id: 'e2', kind: 'rule', at: 0, title: '', text: '', status: 'held', asked: 'd1' }],
  },
  {
    type: 'detail',
    detail: { id: 'e1', hasFile: true, sections: [{ title: 'T', format: 'diff', text: '+a', omittedCharacters: 4 }] },
  },
  { type: 'reveal', generation: 3, position: 0, id: 'e1' },
  { type: 'notice', text: 'no watcher runs' },
];

const PAGE_MESSAGES: readonly PageMessage[] = [
  { type: 'ready', version: 1 },
  { type: 'getRows', generation: 1, from: 0, to: 100 },
  { type: 'setFilter', filter: FILTER },
  { type: 'getDetail', id: 'e1' },
  { type: 'openFile', id: 'e1' },
  { type: 'copyLink', id: 'e1' },
  { type: 'locate', id: 'e1' },
  { type: 'selectSession', id: 's1' },
  { type: 'control', action: 'kill' },
  { type: 'setUpHooks' },
];

describe('messages between the event panel and its host', () => {
  it.each(HOST_MESSAGES)('$type of the host comes through as it is', (message) => {
    expect(decodeHostMessage(JSON.parse(JSON.stringify(message)))).toEqual(message);
  });

  it.each(PAGE_MESSAGES)('$type of the page comes through as it is', (message) => {
    expect(decodePageMessage(JSON.parse(JSON.stringify(message)))).toEqual(message);
  });

  it('anything else is none, and nothing throws', () => {
    fc.assert(
      fc.property(
        fc.anything(),
        fc.constantFrom(...HOST_MESSAGES, ...PAGE_MESSAGES),
        fc.string(),
        (value, model, key) => {
          const keys = Object.keys(model);
          const broken = { ...model, [keys[key.length % keys.length] ?? key]: value };
          for (const each of [value, broken, { type: model.type }]) {
            decodeHostMessage(each);
            decodePageMessage(each);
          }
        },
      ),
    );
    for (const wrong of [null, 1, 'ready', [], {}, { type: 'rowz' }]) {
      expect(decodeHostMessage(wrong)).toBeUndefined();
      expect(decodePageMessage(wrong)).toBeUndefined();
    }
  });

  it('a row that cannot be read keeps its place', () => {
    const decoded = decodeHostMessage({ type: 'rows', generation: 1, from: 0, rows: [{ kind: 'x' }, ROW] });
    expect(decoded?.type === 'rows' && decoded.rows.map(({ id }) => id)).toEqual(['', 'e1']);
  });

  it('of a row only the parts that can be read are kept', () => {
    const row = {
      id: 'e',
      kind: 'tool',
      at: 1,
      title: 7,
      text: 'x'.repeat(1000),
      status: 'odd',
      durationMs: -1,
      line: 0,
    };
    const decoded = decodeHostMessage({ type: 'rows', generation: 1, from: 0, rows: [row] });
    expect(decoded?.type === 'rows' && decoded.rows[0]).toEqual({
      id: 'e',
      kind: 'tool',
      at: 1,
      title: '',
      text: 'x'.repeat(ROW_TEXT_CHARACTERS),
    });
  });

  it('of a header only the parts that can be read are kept', () => {
    const decoded = decodeHostMessage({
      type: 'state',
      header: {
        sessionId: 's',
        phase: 'active',
        curve: [
          [1, 2],
          ['a', 1],
        ],
        limits: [{ rule: 'r', fraction: 7 }, 1],
      },
      sessions: [{ id: 'a' }, { id: 'b', phase: 'paused' }],
    });
    expect(decoded).toMatchObject({
      header: {
        curve: [[1, 2]],
        limits: [{ rule: 'r', fraction: 1, action: 'alert' }],
        controls: { pause: false, resume: false, kill: false },
      },
      sessions: [{ id: 'b', label: 'b' }],
    });
  });

  it('a page cannot ask for more rows than are given at once', () => {
    const asked = decodePageMessage({ type: 'getRows', generation: 1, from: 10, to: 1e9 });
    expect(asked).toEqual({ type: 'getRows', generation: 1, from: 10, to: 10 + MAX_ROWS_PER_REQUEST });
    for (const [from, to] of [
      [5, 5],
      [-1, 4],
      [0.5, 4],
      ['0', 4],
    ])
      expect(decodePageMessage({ type: 'getRows', generation: 1, from, to })).toBeUndefined();
  });

  it('a tree of subagents without end is cut', () => {
    let node: Record<string, unknown> = { sessionId: 'deepest', phase: 'active' };
    for (let depth = 0; depth < 5000; depth++) node = { sessionId: `${depth}`, phase: 'active', children: [node] };
    const decoded = decodeHostMessage({
      type: 'state',
      header: { sessionId: 's', phase: 'active', subagents: [node] },
    });
    expect(JSON.stringify(decoded)).not.toContain('deepest');
  });
});
