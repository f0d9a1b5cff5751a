import { describe, expect, it } from 'vitest';
import { formatLink, parseLink, type SessionLink } from '../../../extension/links/session-link.ts';

/** As an editor does: each part is decoded once. */
function opened(link: string): SessionLink | undefined {
  const { pathname, search } = new URL(link.replace(/^vscode:/, 'http:'));
  return parseLink(decodeURIComponent(pathname), decodeURIComponent(search.slice(1)));
}

describe('links to sessions', () => {
  it('have the form that is documented', () => {
    const link = { sessionId: '0c7e91a2-1111.b3d4', eventId: 'toolu_01AbC' };
    expect(formatLink('cursor', 'agent-trace.agent-trace', link)).toBe(
      'cursor://agent-trace.agent-trace/session/0c7e91a2-1111.b3d4?event=toolu_01AbC',
    );
    expect(formatLink('vscode', 'a.b', { sessionId: 's' })).toBe('vscode://a.b/session/s');
  });

  it.each(['toolu_01', '#a1b2c3d4@1024', 'a&event=b', 'a b+c/d?e=f', '100%', '%41', 'é😀', '"><script>'])(
    'lead back to the event %s',
    (eventId) => {
      const link = { sessionId: 'session', eventId };
      expect(opened(formatLink('vscode', 'a.b', link))).toEqual(link);
    },
  );

  it('take what only looks like an escape as it stands, and ids that are no text', () => {
    expect(parseLink('/session/s', 'event=100%')).toEqual({ sessionId: 's', eventId: '100%' });
    expect(opened(formatLink('vscode', 'a.b', { sessionId: 's', eventId: '\ud800' }))?.eventId).toBe('\ufffd');
  });

  it.each([
    ['/session/s', '', { sessionId: 's' }],
    ['/session/s/', 'windowId=_blank&event=e', { sessionId: 's', eventId: 'e' }],
    ['/session/s', 'event=', { sessionId: 's' }],
    ['/session/', '', undefined],
    ['/session/a/b', '', undefined],
    ['/other/s', 'event=e', undefined],
    [`/session/${'s'.repeat(2000)}`, '', undefined],
    ['/session/s', `event=${'e'.repeat(2000)}`, undefined],
  ])('are read: %s?%s', (path, query, link) => {
    expect(parseLink(path, query)).toEqual(link);
  });
});
