/// <reference lib="dom" />
import { describe, expect, it } from 'vitest';
import { ROW_KINDS } from '../../core/common/protocol/panel.ts';
import { usePanel } from './rig/panel-page.ts';

const { open } = usePanel();

describe('hostile strings', () => {
  it('are only ever text, in every field of every message', async () => {
    const panel = await open({ play: 'rows=30', height: 900 });
    await panel.page.evaluate((kinds) => {
      const evil =
        '"><img src=x onerror="globalThis.pwned=1"><script>globalThis.pwned=1</script>' +
        '<a href="javascript:globalThis.pwned=1">x</a><style>*{display:none}</style>{{7*7}}';
      const number = (index: number) => 1_700_000_000 + index;
      const agent = { sessionId: evil, agent: evil, phase: 'active', cost: evil, toolCalls: 1 };
      const header = {
        sessionId: evil,
        agent: evil,
        model: evil,
        phase: 'active',
        watch: { mode: 'observed', reason: evil },
        startedAt: number(0),
        endedAt: evil,
        lastEventAt: number(9),
        cost: evil,
        curve: [
          [number(0), 0],
          [evil, evil],
          [number(1), 1],
        ],
        tokens: { input: evil },
        contextPct: 40,
        limits: [{ rule: evil, text: evil, fraction: 2, broken: false, action: evil }],
        running: [{ id: evil, tool: evil, startedAt: number(0) }],
        subagents: [{ ...agent, children: [{ ...agent, sessionId: `${evil}2`, children: [] }] }],
        controls: { pause: false, resume: false, kill: false, pending: evil, reason: evil },
      };
      const tell = (message: unknown) => window.postMessage(message);
      tell({ type: 'state', header, sessions: [{ id: evil, label: evil, phase: 'paused', cost: evil }] });
      tell({
        type: 'reset',
        generation: 77,
        total: 12,
        filter: { kinds: [evil, 'tool'], text: evil, errorsOnly: false },
      });
      const rows = kinds.map((kind, index) => ({
        id: index === 3 ? evil : `${evil}${index}`,
        kind,
        at: number(index),
        title: evil,
        text: index === 4 ? `${evil}/${evil}` : evil,
        path: evil,
        line: 3,
        status: 'failed',
        durationMs: 5,
        action: 'kill',
        subagent: evil,
      }));
      tell({ type: 'rows', generation: 77, from: 0, rows: [...rows, { kind: evil }, null] });
      tell({ type: 'reveal', generation: 77, position: 3, id: evil });
      const sections = ['text', 'json', 'diff', 'command', evil].map((format) => ({
        title: evil,
        format,
        text: format === 'json' ? JSON.stringify({ [evil]: [evil] }) : `${evil}\n+${evil}\n-${evil}`,
        omittedCharacters: evil,
      }));
      setTimeout(() => tell({ type: 'detail', detail: { id: evil, hasFile: true, sections } }), 200);
      tell({ type: 'notice', text: evil });
      for (const wrong of [null, 7, 'x', [], {}, { type: evil }, { type: 'rows' }, { type: 'detail', detail: evil }])
        tell(wrong);
    }, ROW_KINDS);
    await panel.page.locator('.block-diff').waitFor();
    expect(await panel.page.locator('.block').count()).toBe(5);
    expect(await panel.page.locator('.row').count()).toBe(12);
    expect(await panel.page.locator('img:not([role]), #panel script, #panel style, #panel a, iframe').count()).toBe(0);
    expect(await panel.page.evaluate('globalThis.pwned')).toBeUndefined();
    expect(await panel.row(1).innerText()).toContain('<img src=x onerror=');
    expect(await panel.row(10).innerText()).toContain('Unreadable row');
  });

  it('do not reorder, hide or overflow what stands around them', async () => {
    const panel = await open({ play: 'rows=30', height: 900 });
    await panel.host((host) => {
      const text = '\u202ereversed\u2066\u200b\u0007\u001b[31m line\r\nline \ud800';
      host.change(29, { title: text, text: text.repeat(20) });
      host.details.set('event-29', {
        id: 'event-29',
        hasFile: false,
        sections: [{ title: text, format: 'text', text: `${text}\n${'x'.repeat(5000)}`, omittedCharacters: 0 }],
      });
    });
    await panel.row(29).locator('.line').click();
    await panel.row(29).locator('.block').waitFor();
    const words = await panel.row(29).evaluate((row) => `${row.textContent}${row.getAttribute('aria-label')}`);
    expect(words).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b\u0007\u001b]/);
    expect(await panel.page.evaluate(() => document.documentElement.scrollWidth)).toBe(340);
  });
});
